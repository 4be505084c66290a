/** What the server said and what time it was there, or that it said nothing that can be relied on. */
export type Answer =
  | { type: 'answer'; status: number; body: Record<string, unknown> /** Milliseconds since 1970. */; serverTime: number | null }
  | { type: 'away'; retryAfterMs: number | null }

export type Transport = (path: string, body: object) => Promise<Answer>

export type TransportOptions = { url: string; key: string; fetch: typeof fetch; timeoutMs: number }

/** Statuses that say nothing about the request itself: it may be sent again as it is. */
const isPassing = (status: number) => status >= 500 || status === 429 || status === 408

/** Posts to the machine interface. Never throws: a lost answer, a slow one and a broken server are all `away`. */
export function openTransport({ url, key, fetch: send, timeoutMs }: TransportOptions): Transport {
  const base = url.replace(/\/+$/, '')
  return async (path, body) => {
    const gone = new AbortController()
    const timer = setTimeout(() => gone.abort(), timeoutMs)
    try {
      const response = await send(`${base}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: gone.signal,
      })
      const text = await response.text()
      if (isPassing(response.status)) return { type: 'away', retryAfterMs: retryAfter(response) }
      const at = Date.parse(response.headers.get('date') ?? '')
      const said = text ? (JSON.parse(text) as Record<string, unknown>) : {}
      return { type: 'answer', status: response.status, body: said, serverTime: Number.isNaN(at) ? null : at }
    } catch {
      return { type: 'away', retryAfterMs: null }
    } finally {
      clearTimeout(timer)
    }
  }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1_000 : null
}
