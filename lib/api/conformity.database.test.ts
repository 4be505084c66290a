import { beforeAll, describe, expect, it } from 'vitest'
import { sample } from '../billing/testing/depth'
import type { Route } from './route'
import { routes } from './routes/table'
import { createNamed, createWorld, type Named, nameOf, pathIn, type World } from './testing/every-route'
import { type Json, type Reply, runInterface, START_UP_KEY } from './testing/running-interface'
import { BODIES, NEW_OWNER } from './testing/valid-bodies'

const api = runInterface()
const writes = routes.filter(({ mutates }) => mutates)
const withBody = writes.filter((route) => nameOf(route) in BODIES)
const cases = (of: readonly Route[]) => of.map((route) => ({ name: nameOf(route), route }))

let world: World
beforeAll(async () => {
  world = await createWorld(api)
})

const bodyOf = (route: Route): Record<string, Json> => BODIES[nameOf(route)]?.(world.mine) ?? {}
const send = (route: Route, body: unknown, sent: Parameters<typeof api.send>[3] = {}, named = world.mine) =>
  api.send(route.method.toUpperCase(), pathIn(route, named), body, sent)

/** Every place in a body, with what stands there. */
function leaves(value: Json, path: (string | number)[] = []): { path: (string | number)[]; value: Json }[] {
  if (typeof value !== 'object' || value === null) return [{ path, value }]
  return Object.entries(value).flatMap(([key, inner]) => leaves(inner, [...path, Array.isArray(value) ? Number(key) : key]))
}

function withLeaf(body: Json, path: (string | number)[], leaf: unknown): Json {
  const [first, ...rest] = path
  if (first === undefined) return leaf
  const copy = Array.isArray(body) ? [...body] : { ...body }
  copy[first] = withLeaf(body[first], rest, leaf)
  return copy
}

const HOSTILE_TEXTS = ['nul \u0000 byte', 'half \ud800 of a pair', 'x'.repeat(10_001)]

/** What no field takes in place of such a value. */
function hostile(value: Json): unknown[] {
  const wrongType = [{ deeply: { nested: [1] } }, [], typeof value === 'string' ? 17 : 'seventeen']
  switch (typeof value) {
    case 'string':
      return [...wrongType, ...HOSTILE_TEXTS, true]
    case 'number':
      return [...wrongType, 2 ** 53, 1.5, -1, true]
    default:
      return [...wrongType, 1]
  }
}

function expectNamed(reply: Reply, path: (string | number)[], what: unknown): void {
  const shown = `${JSON.stringify(what)?.slice(0, 60)} at ${path.join('.')}: ${JSON.stringify(reply.body)?.slice(0, 400)}`
  expect(reply.status, shown).toBe(422)
  expect(reply.body.code).toBe('invalid_request')
  // A property of any scalar may be told apart only as a whole.
  const named = reply.body.errors.some((error: Json) => path.join('.').startsWith(error.path) && error.path !== '')
  expect(named, shown).toBe(true)
}

/** Values that a field of free form takes although they are of another type. */
const ANY_SCALAR = /(^|\.)(properties|entitlements)\.\w+$|\.filter\.\d+\.equals$/

/** Credit that is taken is an amount below 0. */
const TAKES_BACK = 'POST /organizations/{organization}/adjustments'

describe('what is not valid names its field and changes nothing', () => {
  it('has a valid body for every route that takes one', () => {
    const takesNone = writes.filter(({ body }) => !body || Object.keys((body as unknown as { shape?: object }).shape ?? {}).length === 0).map(nameOf)
    expect([...Object.keys(BODIES), ...takesNone].sort()).toEqual(writes.map(nameOf).sort())
  })

  it.each(cases(withBody))('$name: wrong types and hostile values', async ({ route }) => {
    const before = await api.countRows()
    const body = bodyOf(route)
    for (const { path, value } of leaves(body)) {
      for (const wrong of hostile(value)) {
        if (ANY_SCALAR.test(path.join('.')) && typeof wrong !== 'object' && !HOSTILE_TEXTS.includes(String(wrong))) continue
        if (wrong === -1 && nameOf(route) === TAKES_BACK) continue
        expectNamed(await send(route, withLeaf(body, path, wrong)), path, wrong)
      }
    }
    for (const key of Object.keys(body)) {
      const reply = await send(route, { ...body, [`${key}_`]: body[key] })
      expectNamed(reply, [`${key}_`], 'an unknown field')
    }
    expect(await api.countRows()).toEqual(before)
  })

  it.each(cases(writes))('$name: what is no JSON object', async ({ route }) => {
    const before = await api.countRows()
    for (const raw of ['{', '{"a":}', 'null and void', '{"a":1}}', "{'a':1}", new Uint8Array([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]) {
      expect(await send(route, undefined, { raw, headers: { 'content-type': 'application/json' } })).toMatchObject({
        status: 400,
        body: { code: 'invalid_json' },
      })
    }
    for (const raw of ['[]', '"text"', '17', 'null', `${'['.repeat(50_000)}${']'.repeat(50_000)}`, `{"\\u0000":1}`]) {
      expect(await send(route, undefined, { raw, headers: { 'content-type': 'application/json' } })).toMatchObject({
        status: 422,
        body: { code: 'invalid_request' },
      })
    }
    for (const type of ['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp']) {
      expect(await send(route, undefined, { raw: '{}', headers: { 'content-type': type } })).toMatchObject({
        status: 415,
        body: { code: 'unsupported_media_type' },
      })
    }
    expect(await send(route, undefined, { raw: `{"a":"${'x'.repeat(5 * 1024 * 1024)}"}`, headers: { 'content-type': 'application/json' } })).toMatchObject({
      status: 413,
      body: { code: 'too_large' },
    })
    expect(await send(route, {}, { idempotencyKey: 'k'.repeat(256) })).toMatchObject({ status: 422, body: { errors: [{ path: 'Idempotency-Key' }] } })
    expect(await api.countRows()).toEqual(before)
  })

  it.each(cases(routes.filter(({ path }) => path.includes('{'))))('$name: ids that lead nowhere', async ({ route }) => {
    const before = await api.countRows()
    for (const id of [
      'nonsense',
      'org_',
      'sub_01kbp4x5mve8jbdk2g3tqh1s7n',
      'inv_01kbp4x5mve8jbdk2g3tqh1s7n',
      'ext:nobody',
      'ext:',
      'ext:%00',
      '%F0%9F%92%A9',
      'x'.repeat(2_000),
    ]) {
      const path = route.path.replace(/\{\w+\}/, id).replaceAll(/\{(\w+)\}/g, (_, name: keyof Named) => world.mine[name])
      const reply = route.method === 'get' ? await api.get(path) : await api.send(route.method.toUpperCase(), path, bodyOf(route))
      expect(reply, `${id}: ${JSON.stringify(reply.body)}`).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
    const asMine = { key: START_UP_KEY, actor: world.mine.owner }
    const other = route.tenant === 'none' ? null : await send(route, route.method === 'get' ? undefined : bodyOf(route), asMine, world.theirs)
    if (other) expect(other).toMatchObject({ status: 404, body: { code: 'not_found' } })
    expect(await api.countRows()).toEqual(before)
  })

  it.each(cases(routes.filter(({ query }) => query !== undefined)))('$name: queries', async ({ route }) => {
    const path = pathIn(route, world.mine)
    const names = Object.keys((route.query as unknown as { shape: object }).shape)
    const wrong: Record<string, string[]> = {
      limit: ['0', '101', '-1', '1.5', 'many', '', '99999'],
      cursor: ['nonsense', 'YWZ0ZXIgb3JnXzAx', '%00', Buffer.from('after usr_01kbp4x5mve8jbdk2g3tqh1s7n').toString('base64url')],
      period: ['yesterday', '2026-01-01', '99999-01-01T00:00:00Z', '1969-12-31T00:00:00Z'],
      group_by: ['month', ''],
      q: ['', 'x'.repeat(201), '%00'],
      external_id: ['', 'x'.repeat(129)],
      organization: ['nobody', ''],
    }
    for (const name of names) {
      for (const value of wrong[name] ?? []) expectNamed(await api.get(`${path}?${name}=${value}`), [name], value)
      expectNamed(await api.get(`${path}?${name}=1&${name}=2`), [name], 'twice')
    }
  })
})

describe('an idempotency key', () => {
  const steps: { name: string; body?: (named: Named) => Json; path?: (named: Named) => string }[] = [
    ...Object.keys(BODIES)
      .filter((name) => name !== 'POST /subscriptions/{subscription}/changes')
      .map((name) => ({ name })),
    { name: 'POST /subscriptions/{subscription}/changes' },
    { name: 'POST /subscriptions/{subscription}/cancel' },
    { name: 'POST /subscriptions/{subscription}/reactivate' },
    { name: 'POST /webhook_endpoints/{webhook_endpoint}/rotate_secret' },
    { name: 'POST /webhook_endpoints/{webhook_endpoint}/test' },
    { name: 'POST /deliveries/{delivery}/resend' },
    { name: 'DELETE /webhook_endpoints/{webhook_endpoint}' },
    { name: 'POST /books/run' },
    { name: 'DELETE /organizations/{organization}/members/{member}' },
    { name: 'DELETE /organizations/{organization}' },
  ]

  it('is tried on every write but the one that has nothing to undo', () => {
    expect([...steps.map(({ name }) => name), 'DELETE /subscriptions/{subscription}/pending_change'].sort()).toEqual(writes.map(nameOf).sort())
  })

  it.each(sample(steps, 12))('of $name gives the first answer again, and refuses another body (seed $seed)', async ({ name }) => {
    const route = writes.find((one) => nameOf(one) === name) as Route
    const fresh = await createNamed(api, 'Mine')
    if (name === 'DELETE /organizations/{organization}') fresh.organization = (await api.make('/organizations', { name: 'To be closed', owner: NEW_OWNER })).id
    if (name.endsWith('/reactivate')) await api.make(`/subscriptions/${fresh.subscription}/cancel`)
    const body = BODIES[name]?.(fresh) ?? {}
    const once = { idempotencyKey: `once for ${name}` }
    const first = await send(route, body, once, fresh)
    expect([200, 201, 204, 402, 409], `${name}: ${JSON.stringify(first.body)}`).toContain(first.status)
    const before = await api.countRows()

    const again = await send(route, body, once, fresh)
    expect({ status: again.status, body: again.body }).toEqual({ status: first.status, body: first.body })
    expect(again.headers.get('idempotent-replayed')).toBe('true')
    const other = await send(route, undefined, { ...once, raw: `${JSON.stringify(body)} ` }, fresh)
    expect(other).toMatchObject({ status: 409, body: { code: 'idempotency_mismatch', rule: 'C7' } })
    expect(await api.countRows()).toEqual(before)
  })

  it('is scoped to key, method and path: elsewhere it is another one', async () => {
    const sent = { idempotencyKey: 'the same everywhere' }
    const [one, other] = [
      await api.post('/test_clocks', { now: '2026-01-01T00:00:00Z' }, sent),
      await api.post('/organizations', { name: 'Scoped', owner: NEW_OWNER }, sent),
    ]
    expect([one.status, other.status]).toEqual([201, 201])
  })

  it('is not kept where nothing was done, so that a corrected request may use it', async () => {
    const sent = { idempotencyKey: 'corrected' }
    expect((await api.post('/organizations', { name: '' }, sent)).status).toBe(422)
    expect((await api.post('/organizations/ext:nobody/members', { email: 'a@example.com', role: 'admin' }, sent)).status).toBe(404)
    expect((await api.post('/organizations', { name: 'Corrected', owner: NEW_OWNER }, sent)).status).toBe(201)
  })

  it('lets one of many at once do it, and tells the others', async () => {
    const { subscription, quote, organization } = await createNamed(api, 'Mine')
    const replies = await Promise.all(
      Array.from({ length: 8 }, () => api.post(`/subscriptions/${subscription}/changes`, { quote }, { idempotencyKey: 'all at once' })),
    )
    const did = replies.filter(({ status, headers }) => status === 200 && headers.get('idempotent-replayed') === null)
    expect(did).toHaveLength(1)
    for (const { status, body } of replies)
      expect(status === 200 || (status === 409 && body.code === 'idempotency_in_progress'), JSON.stringify(body)).toBe(true)
    expect((await api.read(`/organizations/${organization}/invoices`)).data.filter(({ kind }: Json) => kind === 'change')).toHaveLength(1)
    const clocks = await Promise.all(
      Array.from({ length: 8 }, () => api.post('/test_clocks', { now: '2026-01-01T00:00:00Z' }, { idempotencyKey: 'one clock' })),
    )
    expect(new Set(clocks.filter(({ status }) => status === 201).map(({ body }) => body.id)).size).toBe(1)
  })

  it('of somebody else’s request is refused', async () => {
    const { organization, owner } = world.mine
    const rename = (sent: Parameters<typeof api.send>[3]) =>
      api.send('PATCH', `/organizations/${organization}`, { name: 'Once' }, { idempotencyKey: 'theirs', ...sent })
    expect((await rename({})).status).toBe(200)
    expect(await rename({ actor: owner })).toMatchObject({ status: 409, body: { code: 'idempotency_mismatch' } })
  })
})
