import type { Trouble } from './listener'

/** What the server said and what time it was there, or that it said nothing about the request itself, which may be sent again as it is. */
export type Answer =
  | { type: 'answer'; status: number; body: Record<string, unknown> /** Milliseconds since 1970. */; serverTime: number | null }
  /** It is there, and takes nothing more from this key for so long. */
  | { type: 'busy'; retryAfterMs: number }
  | { type: 'away'; retryAfterMs: number | null }

export type Transport = (path: string, body: object) => Promise<Answer>

export type TransportOptions = { url: string; key: string; fetch: typeof fetch; timeoutMs: number; tell: (trouble: Trouble) => void }

const TOO_MANY = 429
/** Where a server that has had too much does not say when it takes more. */
const BUSY_MS = 1_000
/** A wait that somebody in between made up is not kept to for longer. */
const LONGEST_WAIT_MS = 3_600_000

/** A key that is not taken is rotated badly or not yet known everywhere: what was sent under it is as good as before. */
const isKeyRefused = (status: number) => status === 401 || status === 403
const isPassing = (status: number) => status >= 500 || status === 408 || isKeyRefused(status)

/** Posts to the machine interface. Never throws: a lost answer, a slow one and a broken server are all `away`. */
export function openTransport({ url, key, fetch: send, timeoutMs, tell }: TransportOptions): Transport {
  const base = url.replace(/\/+$/, '')
  let busyUntil = 0
  const away = (trouble: Trouble, retryAfterMs: number | null): Answer => {
    tell(trouble)
    return { type: 'away', retryAfterMs }
  }
  return async (path, body) => {
    // The limit is the key's, so who asks about another customer would be told the same.
    const wait = busyUntil - performance.now()
    if (wait > 0) return { type: 'busy', retryAfterMs: wait }
    const gone = new AbortController()
    const timer = setTimeout(() => gone.abort(), timeoutMs)
    try {
      const response = await send(`${base}/api/v1${path}`, {
        method: 'POST',
        headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
        body: JSON.stringify(body),
        signal: gone.signal,
      })
      const { status } = response
      const text = await response.text()
      if (status === TOO_MANY) {
        const retryAfterMs = retryAfter(response) || BUSY_MS
        busyUntil = performance.now() + retryAfterMs
        tell({ type: 'busy', message: `Headroom takes nothing more from this key for ${retryAfterMs} ms.` })
        return { type: 'busy', retryAfterMs }
      }
      if (isPassing(status)) return away(troubleOf(status), retryAfter(response))
      const at = Date.parse(response.headers.get('date') ?? '')
      const said = text ? (JSON.parse(text) as Record<string, unknown>) : {}
      return { type: 'answer', status, body: said, serverTime: Number.isNaN(at) ? null : at }
    } catch (error) {
      return away({ type: 'away', message: `Headroom could not be asked: ${error instanceof Error ? error.message : String(error)}` }, null)
    } finally {
      clearTimeout(timer)
    }
  }
}

function troubleOf(status: number): Trouble {
  if (isKeyRefused(status)) return { type: 'key_refused', message: `Headroom answered ${status}: it does not take this key, or not for usage.` }
  return { type: 'away', message: `Headroom answered ${status}.` }
}

function retryAfter(response: Response): number | null {
  const seconds = Number(response.headers.get('retry-after') ?? Number.NaN)
  return Number.isFinite(seconds) && seconds >= 0 ? Math.min(seconds * 1_000, LONGEST_WAIT_MS) : null
}
