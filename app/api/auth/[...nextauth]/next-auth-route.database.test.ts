import { createRequire } from 'node:module'
import { NextRequest } from 'next/server'
import { afterEach, describe, expect, it, vi } from 'vitest'
import { jar } from '@/lib/auth/testing/acting-people'
import { setStage } from '@/lib/billing/testing/stage'
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
setStage()
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

/** Of this browser, which has its cookie from here on. */
async function csrfToken(): Promise<string> {
  const answer = await get('csrf')
  for (const cookie of answer.headers.getSetCookie()) {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(cookie) ?? []
    jar.set(name, decodeURIComponent(value))
  }
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
