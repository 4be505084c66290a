import { request as plainRequest } from 'node:http'
import { expect, test } from '@playwright/test'
import { freePort } from '../lib/platform/embedded-postgres'
import { type RunningProduct, runProduct } from './run-product'

const HOST = 'billing.fennel.example'
const KEY = 'a key that is only for tests of own hosts'

let product: RunningProduct
let port: number

test.beforeAll(async () => {
  test.setTimeout(240_000)
  const free = await freePort(0)
  if (!free) throw new Error('There is no free port.')
  port = free
  product = await runProduct(port, {
    HEADROOM_URL: `https://${HOST}`,
    HOST: '127.0.0.1',
    HEADROOM_DEMO: '0',
    HEADROOM_SECRET_KEY: KEY,
    HEADROOM_RETURN_URLS: 'https://app.fennel.example',
  })
})
test.afterAll(() => product.stop())

type Answer = { status: number; headers: Record<string, string | string[] | undefined>; body: string }

/** As a proxy that terminates TLS hands a request on: by plain HTTP, under whatever name it calls us, sometimes with the caller's own lies. */
function throughProxy(path: string, { method = 'GET', headers = {}, body = '' } = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = plainRequest({ host: '127.0.0.1', port, path, method, headers: { host: 'inner.internal:8080', ...headers } }, (answer) => {
      const parts: Buffer[] = []
      answer.on('data', (part: Buffer) => parts.push(part))
      answer.on('end', () => resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body: Buffer.concat(parts).toString() }))
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function call(path: string, body: Record<string, unknown>): Promise<Record<string, unknown>> {
  const headers = { authorization: `Bearer ${KEY}`, 'content-type': 'application/json' }
  const answer = await throughProxy(`/api/v1${path}`, { method: 'POST', headers, body: JSON.stringify(body) })
  expect(answer.status, answer.body).toBeLessThan(300)
  return JSON.parse(answer.body)
}

async function memberOf(organization: string): Promise<string> {
  const list = await throughProxy(`/api/v1/organizations/${organization}/members`, { headers: { authorization: `Bearer ${KEY}` } })
  return JSON.parse(list.body).data[0].id
}

test('under the operator’s own host name, behind a proxy, addresses are of that host and cookies are bound to it', async () => {
  const { id } = await call('/organizations', { name: 'Behind a proxy', owner: { email: 'owner@fennel.example', name: 'Owner' } })
  const { url } = await call('/portal_sessions', { organization: id, member: await memberOf(String(id)), return_url: 'https://app.fennel.example/' })
  expect(url).toMatch(new RegExp(`^https://${HOST}/sign-in/portal/portal_`))

  const opened = await throughProxy(new URL(String(url)).pathname, { headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'http' } })
  expect(opened.status).toBe(303)
  expect(opened.headers.location).toBe('/behind-a-proxy')
  const [cookie = ''] = [opened.headers['set-cookie']].flat()
  expect(cookie).toMatch(/^__Host-headroom-session=/)
  for (const part of ['Path=/', 'Secure', 'HttpOnly', 'SameSite=lax']) expect(cookie.toLowerCase()).toContain(part.toLowerCase())
  expect(cookie.toLowerCase(), 'a __Host- cookie names no domain').not.toContain('domain=')

  const inside = await throughProxy('/behind-a-proxy', { headers: { cookie: cookie.split(';')[0] ?? '' } })
  expect(inside.status).toBe(200)
  expect(inside.body).toContain('Back to')
  expect(inside.headers['strict-transport-security']).toContain('max-age')
  expect(inside.headers['x-frame-options']).toBe('DENY')
})

test('a form that another site sends is refused, whatever host a proxy or the sender names', async () => {
  const page = await throughProxy('/sign-in')
  const action = /"(\w{42})"/.exec(page.body)?.[1] ?? '0'.repeat(42)
  const post = (origin: string, extra: Record<string, string> = {}) =>
    throughProxy('/sign-in', { method: 'POST', headers: { 'next-action': action, 'content-type': 'text/plain;charset=UTF-8', origin, ...extra }, body: '[]' })
  for (const lie of [{}, { 'x-forwarded-host': 'evil.example' }, { host: 'evil.example' }]) {
    expect((await post('https://evil.example', lie)).status, JSON.stringify(lie)).toBe(500) // Next aborts the action.
  }
  expect((await post(`https://${HOST}`)).status, 'our own').not.toBe(500)
})

test('the gallery of those who build Headroom is not there', async () => {
  for (const path of ['/gallery', '/gallery/cards', '/gallery/cards/plan', '/gallery/dialogs/invite', '/gallery/mail'])
    expect((await throughProxy(path)).status, path).toBe(404)
})

test('what would echo a request is refused, on every path', async () => {
  for (const path of ['/', '/sign-in', '/api/v1/products', '/api/auth/session', '/_next/static/none.js', '/operator']) {
    const answer = await throughProxy(path, { method: 'TRACE', headers: { cookie: 'a=secret' } })
    expect([answer.status, answer.body], path).toEqual([405, ''])
  }
})

test('signing out has the browser forget the pages that it stored', async () => {
  for (const path of ['/sign-in?reason=signed_out', '/operator/sign-in?reason=signed_out']) {
    expect((await throughProxy(path)).headers['clear-site-data'], path).toBe('"cache"')
  }
  expect((await throughProxy('/sign-in?reason=ended')).headers).not.toHaveProperty('clear-site-data')
})
