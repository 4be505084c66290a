import { createRequire } from 'node:module'
import { NextRequest } from 'next/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { sessionCookieName } from '@/lib/auth/session-cookie'
import { foundTenant, jar } from '@/lib/auth/testing/acting-people'
import { PASSWORD } from '@/lib/auth/testing/team'
import { setStage } from '@/lib/billing/testing/stage'
import { theLog } from '@/lib/observe/log'
import { GET, POST } from './route'

vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  const request = {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': '203.0.113.1' }),
  }
  Object.assign(createRequire(import.meta.url)('next/headers'), request) // next-auth requires it, which no import can stand in for.
  return request
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_GOOGLE_CLIENT_ID = 'headroom'
process.env.HEADROOM_GOOGLE_CLIENT_SECRET = 'a secret'
const stage = setStage()
afterEach(() => jar.clear())

type Sent = { type?: string; length?: number }

/** As Next calls it. */
function post(path: string, body: string | ReadableStream<Uint8Array>, { type = 'application/json', length }: Sent = {}): Promise<Response> {
  const headers = { 'content-type': type, ...(length !== undefined && { 'content-length': String(length) }) }
  const init = { method: 'POST', headers, body, duplex: 'half' } as ConstructorParameters<typeof NextRequest>[1]
  return POST(new NextRequest(`http://localhost:3000/api/auth/${path}`, init), { params: Promise.resolve({ nextauth: path.split('/') }) })
}

const get = (path: string): Promise<Response> =>
  GET(new NextRequest(`http://localhost:3000/api/auth/${path}`), { params: Promise.resolve({ nextauth: path.split('?')[0]?.split('/') ?? [] }) })

/** As a browser does. */
function keepCookies({ headers }: Response): void {
  for (const cookie of headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    jar.set(name, decodeURIComponent(value))
  }
}

async function csrfToken(): Promise<string> {
  const answer = await get('csrf')
  keepCookies(answer)
  return ((await answer.json()) as { csrfToken: string }).csrfToken
}

const CHUNK_BYTES = 4 * 1024
const MEGABYTES_20 = 20 * 1024 * 1024

/** A body that comes as it is read. */
function countedBody(bytes: number) {
  const counted = { pulled: 0 }
  const stream = new ReadableStream<Uint8Array>({
    pull(controller) {
      if (counted.pulled >= bytes) return controller.close()
      counted.pulled += CHUNK_BYTES
      controller.enqueue(new Uint8Array(CHUNK_BYTES).fill('x'.charCodeAt(0)))
    },
  })
  return { stream, counted }
}

describe('a body', () => {
  it.each([
    { what: 'as JSON', type: 'application/json' },
    { what: 'as a form', type: 'application/x-www-form-urlencoded' },
    { what: 'as anything else', type: 'text/plain' },
    { what: 'that says so', type: 'application/json', length: MEGABYTES_20 },
  ])('of 20 MB is refused before it is read: $what', async ({ type, length }) => {
    const { stream, counted } = countedBody(MEGABYTES_20)
    const answer = await post('callback/credentials', stream, { type, ...(length !== undefined && { length }) })
    expect(answer.status).toBe(413)
    expect(counted.pulled).toBeLessThan(64 * 1024)
  })

  it('of up to 16 KB arrives', async () => {
    const sent = JSON.stringify({ csrfToken: await csrfToken(), json: 'true', callbackUrl: '/', email: 'nobody@example.com', password: 'x' })
    const answer = await post('callback/credentials', sent.padEnd(16 * 1024))
    expect(answer.status).toBe(401)
    expect(await answer.json()).toEqual({ url: expect.stringContaining('error=CredentialsSignin') })
    expect((await post('callback/credentials', sent.padEnd(16 * 1024 + 1))).status).toBe(413)
  })
})

/** Ends a line and begins another that looks like ours; then what moves a terminal’s cursor. */
const FORGED = 'x\n{"level":30,"msg":"paid"}\r\n\u2028\u001b[2K'
const forged = encodeURIComponent(FORGED)
const HOUR_MS = 3_600_000
const FORM = 'application/x-www-form-urlencoded'

/** All that the work writes: as lines of the log, and past it. */
async function heard(work: () => Promise<unknown>): Promise<{ lines: unknown[]; past: string[] }> {
  const past: string[] = []
  const log = vi.spyOn(theLog(), 'error').mockImplementation(() => {})
  for (const stream of [process.stdout, process.stderr]) vi.spyOn(stream, 'write').mockImplementation((chunk) => past.push(String(chunk)) > 0)
  for (const method of ['log', 'info', 'warn', 'error', 'debug'] as const)
    vi.spyOn(console, method).mockImplementation((...said) => void past.push(said.join(' ')))
  await work()
  const lines = log.mock.calls.map(([facts]) => facts as unknown)
  vi.restoreAllMocks()
  return { lines, past }
}

describe('a stranger', () => {
  it.each([
    {
      what: 'as a fault of a page',
      ask: () => post('_log', new URLSearchParams({ level: 'error', code: FORGED, message: FORGED }).toString(), { type: FORM }),
    },
    { what: 'as a provider’s refusal', ask: () => get(`callback/google?error=${forged}&error_description=${forged}`) },
    { what: 'as a provider’s refusal that is posted', ask: () => post('callback/google', JSON.stringify({ error: FORGED })) },
    { what: 'as JSON that is none', ask: () => post('callback/credentials', FORGED) },
    { what: 'as where to go next', ask: () => get(`signin?callbackUrl=${forged}`) },
    { what: 'as where to go next, posted', ask: () => post('signin/google', JSON.stringify({ callbackUrl: FORGED })) },
    { what: 'as a number in the place of text', ask: () => post('signin/google', JSON.stringify({ callbackUrl: 1 })) },
    { what: 'as an error to show', ask: () => get(`error?error=${forged}`) },
    { what: 'as what is asked for', ask: () => get(forged) },
  ])('writes nothing past the log: $what', async ({ ask }) => {
    const statuses: number[] = []
    const { past } = await heard(async () => statuses.push((await ask()).status))
    expect(past).toEqual([])
    expect(statuses[0]).toBeLessThan(500)
  })

  it('brings about a line a minute of each kind of fault, with two hundred characters of their words', async () => {
    const began = performance.now() + HOUR_MS
    let now = began
    const { lines } = await heard(async () => {
      vi.spyOn(performance, 'now').mockImplementation(() => now)
      for (const at of [0, 1, 59_999, 60_000]) {
        now = began + at
        await get(`callback/google?error=${'y'.repeat(1_000)}`)
      }
    })
    const reason = 'y'.repeat(200)
    const [provider, handler, outcome] = ['google', 'OAUTH_CALLBACK_HANDLER_ERROR', 'OAUTH_CALLBACK_ERROR']
    expect(lines).toMatchObject([
      { code: handler, provider, reason },
      { code: outcome, reason },
      { code: handler, provider, reason, times: 3 },
      { code: outcome, reason, times: 3 },
    ])
  })

  it('has no place to write faults to', async () => {
    expect((await post('_log', JSON.stringify({ level: 'error', code: 'x' }))).status).toBe(404)
    expect((await get('_log')).status).toBe(404)
  })
})

it('another sign-in ends the session before, also where its cookie was copied to', async () => {
  const { owner, email } = await foundTenant(stage, { plan: null, card: null })
  const signIn = async () => {
    keepCookies(await post('callback/credentials', JSON.stringify({ csrfToken: await csrfToken(), email, password: PASSWORD })))
    return jar.get(sessionCookieName()) ?? ''
  }
  const signedIn = async () => (await get('session')).json()
  const before = await signIn()
  expect(await signedIn()).toMatchObject({ user: { id: owner } })
  await signIn()
  expect(await signedIn()).toMatchObject({ user: { id: owner } })
  jar.set(sessionCookieName(), before)
  expect(await signedIn()).toEqual({})
})
