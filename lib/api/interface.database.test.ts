import { sql } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { addDays, instant } from '../time'
import { createCustomer, type Json, runInterface, usage } from './testing/running-interface'

const api = runInterface()
const START = '2026-01-01T00:00:00Z'
const day = (completed: number) => addDays(instant(START), completed).toString()
const owner = { email: 'ada@example.com', name: 'Ada' }

describe('organizations', () => {
  it('are created once by external id and owner, and named by it wherever an id may stand (G82)', async () => {
    const wanted = {
      name: 'Acme',
      owner,
      external_id: 'crm/42 & co',
      metadata: { region: 'eu' },
      invite: false,
      registered_at: '2024-05-06T07:08:09Z',
      country: 'DE',
    }
    const made = await api.post('/organizations', wanted)
    expect(made).toMatchObject({
      status: 201,
      body: { slug: 'acme', currency: 'usd', country: 'DE', credit_balance: 0, prepaid_balance: '0.00', registered_at: '2024-05-06T07:08:09Z', trust_tier: 1 },
    })
    expect(await api.post('/organizations', wanted)).toMatchObject({ status: 200, body: { id: made.body.id } })
    expect(await api.post('/organizations', { ...wanted, owner: { email: 'other@example.com' } })).toMatchObject({
      status: 409,
      body: { code: 'external_id_taken', rule: 'G82' },
    })

    const ext = `ext:${encodeURIComponent('crm/42 & co')}`
    expect((await api.read(`/organizations/${ext}`)).id).toBe(made.body.id)
    expect((await api.read('/organizations?external_id=crm/42%20%26%20co')).data).toHaveLength(1)
    await api.make(`/organizations/${ext}/subscriptions`, { product: 'api-calls', plan: 'free' })
    expect(await api.make('/usage', { events: [usage('ext:crm/42 & co', 3)] })).toEqual({ accepted: 1, duplicates: 0, ignored: 0 })
    expect(await api.make('/consume', usage('ext:crm/42 & co', 1))).toMatchObject({ allowed: true, used: 4 })
    expect(await api.read(`/books?organization=${encodeURIComponent('ext:crm/42 & co')}`)).toMatchObject({ balanced: true })
  })

  it('are searched by what stands in their names, not by a pattern', async () => {
    await api.make('/organizations', { name: '100 % Cotton_Club', owner })
    const found = async (q: string) => (await api.read(`/organizations?q=${encodeURIComponent(q)}`)).data.map(({ name }: Json) => name)
    expect(await found('cotton')).toEqual(['100 % Cotton_Club'])
    expect(await found('% c')).toEqual(['100 % Cotton_Club'])
    expect(await found('_')).toEqual(['100 % Cotton_Club'])
    expect(await found('\\')).toEqual([])
  })

  it('are changed, detail by detail, and a null takes a detail away', async () => {
    const { id } = await api.make('/organizations', { name: 'Changing', owner })
    const patch = async (body: Json) => (await api.send('PATCH', `/organizations/${id}`, body)).body
    expect(await patch({ billing: { name: 'Changing, Inc.', tax_id: 'X1' }, country: 'FR' })).toMatchObject({
      billing: { name: 'Changing, Inc.', tax_id: 'X1' },
      country: 'FR',
    })
    expect(await patch({ billing: { address: '1 Main Street' } }), 'what is left out stays').toMatchObject({
      billing: { name: 'Changing, Inc.', tax_id: 'X1', address: '1 Main Street' },
    })
    expect(await patch({ billing: { tax_id: null }, country: null })).toMatchObject({ billing: { name: 'Changing, Inc.' }, country: null, name: 'Changing' })
    const [last] = (await api.read(`/organizations/${id}/audit`)).data
    expect(last).toMatchObject({ actor: 'operator', action: 'organization.updated', target: id })
  })

  it('are closed only when nothing paid runs, and then gone, but for their invoices (A14, G14)', async () => {
    const { id, clock } = await createCustomer(api)
    const subscription = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    expect(await api.send('DELETE', `/organizations/${id}`)).toMatchObject({
      status: 409,
      body: { code: 'subscription_active', subscription: subscription.id, rule: 'A14', period_end: day(30) },
    })
    await api.make(`/subscriptions/${subscription.id}/cancel`)
    await api.make(`/test_clocks/${clock}/advance`, { to: day(30) })
    expect((await api.send('DELETE', `/organizations/${id}`)).status).toBe(204)
    for (const path of [`/organizations/${id}`, `/organizations/${id}/subscriptions`, `/subscriptions/${subscription.id}`])
      expect((await api.get(path)).status).toBe(404)
    expect(await api.post('/usage', { events: [usage(id, 1)] })).toMatchObject({ status: 404, body: { code: 'not_found', errors: [{ path: 'events.0' }] } })
    expect((await api.read(`/organizations/${id}/invoices`)).data).toHaveLength(1)
  })

  it('keep a last owner', async () => {
    const { id } = await api.make('/organizations', { name: 'Owned', owner })
    const members = (await api.read(`/organizations/${id}/members`)).data
    expect(members).toMatchObject([{ email: 'ada@example.com', role: 'owner', joined_at: null }])
    expect(await api.send('DELETE', `/organizations/${id}/members/${members[0].id}`)).toMatchObject({
      status: 409,
      body: { code: 'last_owner', formula: '1 − 1 = 0' },
    })
    expect(await api.send('PATCH', `/organizations/${id}/members/${members[0].id}`, { role: 'member' })).toMatchObject({
      status: 409,
      body: { code: 'last_owner' },
    })
    const second = await api.make(`/organizations/${id}/members`, { email: 'grace@example.com', role: 'owner' })
    expect(await api.post(`/organizations/${id}/members`, { email: 'GRACE@example.com', role: 'member' })).toMatchObject({
      status: 409,
      body: { code: 'already_member', member: second.id },
    })
    expect(await api.send('PATCH', `/organizations/${id}/members/${members[0].id}`, { role: 'billing' })).toMatchObject({
      status: 200,
      body: { role: 'billing' },
    })
  })
})

describe('lists', () => {
  it('are newest first, cut by cursor, complete and without a repeat', async () => {
    const { id } = await api.make('/organizations', { name: 'Listed', owner })
    const added: string[] = []
    for (let number = 0; number < 7; number++)
      added.unshift((await api.make(`/organizations/${id}/members`, { email: `member${number}@example.com`, role: 'member' })).id)
    const seen: string[] = []
    let cursor: string | null = null
    do {
      const page: Json = await api.read(`/organizations/${id}/members?limit=3${cursor ? `&cursor=${cursor}` : ''}`)
      expect(page.data.length).toBeLessThanOrEqual(3)
      seen.push(...page.data.map((member: Json) => member.id))
      cursor = page.next_cursor
    } while (cursor)
    expect(seen.slice(0, 7)).toEqual(added)
    expect(new Set(seen).size).toBe(8)
    const other = (await api.read('/organizations?limit=1')).next_cursor
    expect(await api.get(`/organizations/${id}/members?cursor=${other}`)).toMatchObject({ status: 422, body: { errors: [{ path: 'cursor' }] } })
  })
})

describe('the catalog', () => {
  it('prints the product as it is published (G12)', async () => {
    const { data } = await api.read('/products')
    expect(data.map(({ id }: Json) => id)).toEqual(['api-calls', 'model-tokens', 'scrape-credits', 'screenshots', 'team-seats'])
    expect(data[0]).toMatchObject({
      meters: [{ id: 'calls', unit: 'calls', filter: null }],
      policies: { cycle: { days: 30 }, downgrade: { usage_ratio: { bonus: '1.1' } } },
    })
    expect(data[0].plans.map(({ id, prices, included }: Json) => [id, prices.month, included.calls])).toEqual([
      ['free', 0, 1_000],
      ['basic', 10_00, 30_000],
      ['pro', 30_00, 300_000],
      ['enterprise', 100_00, 1_000_000],
    ])
    expect(data[0].plans[3].over_limit).toEqual({ type: 'overage', unit_price: '0.0005' })
  })
})

describe('a first subscription', () => {
  it('costs what its quote showed, or nothing happens (G81)', async () => {
    const { id } = await createCustomer(api)
    const body = { product: 'api-calls', plan: 'pro' }
    expect(await api.make(`/organizations/${id}/quotes`, body)).toMatchObject({
      id: null,
      kind: 'subscribe',
      allowed: true,
      amount_due: 30_00,
      lines: [{ kind: 'plan', amount: 30_00 }],
      next_renewal: { at: day(30), amount: 30_00 },
    })
    expect(await api.make(`/organizations/${id}/quotes`, { ...body, trial: true }), 'G8, G69: a refusal is a quote too').toMatchObject({
      allowed: false,
      rejection: { code: 'not_eligible', rule: 'G69' },
    })
    expect(await api.post(`/organizations/${id}/subscriptions`, { ...body, expected_amount_due: 29_99 })).toMatchObject({
      status: 409,
      body: { code: 'quote_expired', amount_due: 30_00, rule: 'G81' },
    })
    const begun = await api.post(`/organizations/${id}/subscriptions`, { ...body, expected_amount_due: 30_00 })
    expect(begun).toMatchObject({
      status: 201,
      body: { plan: 'pro', status: 'active', started_at: START, seats: null, trial_end: null, limits: { hard_limit: null } },
    })
    expect(await api.post(`/organizations/${id}/subscriptions`, body)).toMatchObject({
      status: 409,
      body: { code: 'already_subscribed', subscription: begun.body.id },
    })
    expect(await api.post(`/organizations/${id}/quotes`, body)).toMatchObject({ status: 409, body: { code: 'already_subscribed' } })
  })

  it('is of a plan that there is', async () => {
    const { id } = await createCustomer(api)
    const subscribe = (body: Json) => api.post(`/organizations/${id}/subscriptions`, body)
    expect(await subscribe({ product: 'teapots', plan: 'pro' })).toMatchObject({ status: 422, body: { errors: [{ path: 'product' }] } })
    expect(await subscribe({ product: 'api-calls', plan: 'platinum' })).toMatchObject({ status: 422, body: { errors: [{ path: 'plan' }] } })
    expect(await subscribe({ product: 'api-calls', plan: 'pro', interval: 'year' })).toMatchObject({ status: 422, body: { errors: [{ path: 'interval' }] } })
    expect(await subscribe({ product: 'api-calls', plan: 'pro', trial: true })).toMatchObject({ status: 409, body: { code: 'not_eligible', rule: 'G69' } })
    const { id: yen } = await api.make('/organizations', { name: 'Yen', owner, currency: 'jpy' })
    expect(await api.post(`/organizations/${yen}/subscriptions`, { product: 'api-calls', plan: 'free' })).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'plan' }] },
    })
  })
})

describe('usage', () => {
  it('is counted once by its id, all of a body or none, every offender named (C7, G3, G112)', async () => {
    const { id } = await createCustomer(api)
    await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    const { id: idle } = await createCustomer(api)
    const good = usage(id, 10)
    expect(await api.make('/usage', { events: [good, good, usage(id, 0)] })).toEqual({ accepted: 2, duplicates: 1, ignored: 0 })
    expect(await api.make('/usage', { events: [good] })).toEqual({ accepted: 0, duplicates: 1, ignored: 0 })
    expect(await api.post('/usage', { events: [{ ...good, quantity: 11 }] })).toMatchObject({
      status: 409,
      body: { code: 'event_mismatch', rule: 'G60', errors: [{ path: 'events.0', id: good.id, code: 'event_mismatch' }] },
    })

    const before = await api.countRows()
    const mixed = await api.post('/usage', {
      events: [
        usage(id, 1),
        usage(idle, 1),
        usage('org_01kbp4x5mve8jbdk2g3tqh1s7n', 1),
        usage(id, 1, { meter: 'teapots' }),
        usage(id, 1, { timestamp: '2020-01-01T00:00:00Z' }),
        usage(id, 1, { timestamp: '2026-01-01T00:05:00.001Z' }),
      ],
    })
    expect(mixed).toMatchObject({ status: 422, body: { code: 'invalid_request' } })
    expect(mixed.body.errors.map(({ path, code }: Json) => `${path} ${code}`)).toEqual([
      'events.1 no_subscription',
      'events.2 unknown_organization',
      'events.3 unknown_meter',
      'events.4 event_too_old',
      'events.5 timestamp_ahead',
    ])
    expect(await api.post('/usage', { events: [usage(idle, 1), usage('ext:nobody', 1)] })).toMatchObject({
      status: 404,
      body: { errors: [{ code: 'no_subscription' }, { code: 'unknown_organization' }] },
    })
    expect(await api.post('/usage', { events: [usage(idle, 1)] })).toMatchObject({ status: 409, body: { code: 'no_subscription', rule: 'G3' } })
    expect(await api.countRows()).toEqual(before)
    expect(await api.make('/consume', usage(idle, 1))).toMatchObject({ allowed: false, reason: 'no_subscription', rule: 'G3' })
    expect(await api.post('/consume', usage(id, 1, { meter: 'teapots' }))).toMatchObject({
      status: 422,
      body: { errors: [{ path: 'meter', code: 'unknown_meter' }] },
    })
    expect(await api.post('/usage', { events: [] })).toMatchObject({ status: 422, body: { errors: [{ path: 'events' }] } })
    expect(await api.post('/usage', { events: Array.from({ length: 10_001 }, () => good) })).toMatchObject({
      status: 413,
      body: { code: 'too_large', maximum: 10_000 },
    })
  })

  it('never passes a blocking limit, however many ask at once (A2, G47)', async () => {
    const { id } = await createCustomer(api, { card: null })
    await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'free' })
    const answers = await Promise.all(Array.from({ length: 60 }, () => api.make('/consume', usage(id, 30))))
    expect(answers.filter(({ allowed }) => allowed)).toHaveLength(33)
    expect(await api.read(`/organizations/${id}/entitlements`)).toMatchObject({ meters: [{ used: 990, limit: 1_000, remaining: 10, allowed: true }] })
    const repeated = usage(id, 10)
    const first = await api.make('/consume', repeated)
    expect(first).toMatchObject({ allowed: true, used: 1_000 })
    expect(await api.make('/consume', repeated)).toEqual(first)
    expect(await api.make('/consume', usage(id, 0))).toMatchObject({ allowed: true })
  })

  it('of an organization in real time whose period has ended closes it first, however many are behind (C14)', async () => {
    const { id } = await api.make('/organizations', { name: 'Behind', owner })
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'free' })
    await api.make('/usage', { events: [usage(id, 900)] })
    await inEngine(async (tx) => {
      for (const table of ['subscriptions', 'usage_segments']) {
        await tx.execute(
          sql.raw(
            `UPDATE ${table} SET period_start = period_start - interval '95 days', period_end = period_end - interval '95 days' WHERE organization_id = (SELECT organization_id FROM subscriptions WHERE product = 'api-calls' ORDER BY id DESC LIMIT 1)`,
          ),
        )
      }
      await tx.execute(
        sql`UPDATE subscriptions SET anchor = anchor - interval '95 days', started_at = started_at - interval '95 days' WHERE id = (SELECT id FROM subscriptions ORDER BY id DESC LIMIT 1)`,
      )
    })
    expect(await api.make('/consume', usage(id, 1_000))).toMatchObject({ allowed: true, used: 1_000 })
    expect(await api.read(`/subscriptions/${subscription}/usage`)).toMatchObject({ meters: [{ used: 1_000 }] })
  })
})

describe('errors of no route', () => {
  it('are problems too', async () => {
    expect(await api.get('/teapots')).toMatchObject({ status: 404, body: { code: 'not_found', type: '/api/v1/reference#not_found' } })
    expect(await api.get('/')).toMatchObject({ status: 404 })
    const wrongMethod = await api.send('PUT', '/organizations')
    expect(wrongMethod).toMatchObject({ status: 405, body: { code: 'method_not_allowed', allowed: ['POST', 'GET'] } })
    expect(wrongMethod.headers.get('allow')).toBe('POST, GET')
    expect((await api.send('PATCH', '/usage')).status).toBe(405)
  })

  it('a fault tells its id and nothing of the inside', async () => {
    const { id } = await createCustomer(api, { card: null })
    const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'free' })
    await inEngine((tx) => tx.execute(sql`UPDATE subscriptions SET plan = 'vanished' WHERE id = (SELECT id FROM subscriptions ORDER BY id DESC LIMIT 1)`))
    const reply = await api.get(`/subscriptions/${subscription}`)
    expect(reply).toMatchObject({ status: 500, body: { code: 'internal_error', request_id: expect.stringMatching(/^[0-9a-f-]{36}$/) } })
    expect(JSON.stringify(reply.body)).not.toMatch(/vanished|planOf|lib\/|node_modules/)
  })

  it('a payment provider that is away is not a mistake of the caller', async () => {
    const { id } = await createCustomer(api, { card: null })
    await api.payments.fault({ fault: 'rate_limit', times: 5 })
    const reply = await api.send('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
    await api.payments.fault({ fault: 'none' })
    expect(reply).toMatchObject({ status: 503, body: { code: 'unavailable', request_id: expect.any(String) } })
    expect(reply.headers.get('retry-after')).toBe('1')
  })
})

describe('test clocks', () => {
  it('go forward only, and one renewal is done for each period that is passed (G24, G89)', async () => {
    const { id, clock } = await createCustomer(api)
    await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
    expect(await api.post(`/test_clocks/${clock}/advance`, { to: '2025-12-31T00:00:00Z' })).toMatchObject({
      status: 409,
      body: { code: 'clock_backwards', now: START, rule: 'G89' },
    })
    expect(await api.make(`/test_clocks/${clock}/advance`, { to: day(90) })).toEqual({ id: clock, now: day(90) })
    expect((await api.read(`/organizations/${id}/invoices`)).data.map(({ period }: Json) => period.start)).toEqual([day(90), day(60), day(30), START])
    expect(await api.read(`/test_clocks/${clock}`)).toEqual({ id: clock, now: day(90) })
    expect((await api.read(`/organizations/${id}`)).now).toBe(day(90))
    const two = await Promise.all([api.post(`/test_clocks/${clock}/advance`, { to: day(400) }), api.post(`/test_clocks/${clock}/advance`, { to: day(400) })])
    expect(two.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(two.find(({ status }) => status === 409)?.body.code).toBe('clock_advancing')
  })
})
