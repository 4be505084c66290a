import { setImmediate as breathe } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCustomer, runInterface, START_UP_KEY } from '../api/testing/running-interface'
import { Headroom, type HeadroomOptions, type RefusedUsage } from './index'

const api = runInterface()
const opened: Headroom[] = []
let organization = ''
let subscription = ''
let refused: RefusedUsage[] = []

type Fault = 'away' | 'busy' | 'answer lost' | null
let fault: Fault = null
let requests = 0

/** The network, as it is or as it may be. */
const network: typeof fetch = async (...request) => {
  requests++
  if (fault === 'busy') return Response.json({ code: 'rate_limited' }, { status: 429, headers: { 'retry-after': '1' } })
  if (fault === 'away') throw new TypeError('the network is gone')
  const answer = await fetch(...request)
  if (fault !== 'answer lost') return answer
  fault = null
  await answer.arrayBuffer()
  throw new TypeError('the connection was closed')
}

function open(options: Partial<HeadroomOptions> = {}): Headroom {
  const url = api.base.replace(/\/api\/v1$/, '')
  const client = new Headroom({ url, key: START_UP_KEY, onRefused: (one) => refused.push(one), onTrouble: () => {}, fetch: network, waitMs: 5, ...options })
  opened.push(client)
  return client
}

const meter = async () => (await api.read(`/subscriptions/${subscription}/usage`)).meters[0]

/** Asks until it is told no. */
async function drain(client: Headroom, most = Number.POSITIVE_INFINITY): Promise<number> {
  let allowed = 0
  while (allowed < most && (await client.check(organization, 'calls')).allowed) allowed++
  return allowed
}

beforeEach(async () => {
  refused = []
  fault = null
  organization = (await api.make('/organizations', { name: 'Acme', owner: { email: `${crypto.randomUUID()}@example.com` }, invite: false })).id // In real time.
  subscription = (await api.make(`/organizations/${organization}/subscriptions`, { product: 'api-calls', plan: 'free' })).id
})
afterEach(async () => {
  fault = null
  await Promise.all(opened.splice(0).map((client) => client.close()))
})

describe('check', () => {
  it('decides in process what was leased, and what was used is booked', async () => {
    const client = open()
    expect(await client.check(organization, 'calls')).toEqual({ allowed: true, leased: true })
    expect(client.check(organization, 'calls')).not.toBeInstanceOf(Promise)
    expect(await drain(client, 98)).toBe(98)
    await client.close()
    expect(await meter()).toMatchObject({ used: 100, reserved: 0 })
  })

  it('four clients on one limit serve all of it and never one more', async () => {
    const clients = [open(), open(), open(), open()]
    let served = 0
    for (let left = clients; left.length > 0; ) {
      served += (await Promise.all(left.map((client) => drain(client)))).reduce((sum, one) => sum + one, 0)
      expect(served).toBeLessThanOrEqual(1_000)
      await left[0]?.close() // What it held comes back to the others.
      left = left.slice(1)
    }
    expect(served).toBe(1_000)
    expect(await meter()).toMatchObject({ used: 1_000, reserved: 0, remaining: 0 })
  })

  it.each(['closed', 'open'] as const)(
    'A2: at the limit it is asked once a second whatever is checked, and none is served when it takes no more (429), when away %s',
    async (whenAway) => {
      const client = open({ whenAway })
      expect(await drain(client)).toBe(1_000)
      const before = requests
      const began = performance.now()
      for (const state of [null, 'busy'] as const) {
        fault = state
        const until = performance.now() + 1_100
        while (performance.now() < until) {
          for (let check = 0; check < 1_000; check++) expect((await client.check(organization, 'calls')).allowed).toBe(false)
          await breathe()
        }
      }
      // Beside a settlement that may be sent again.
      expect(requests - before).toBeLessThanOrEqual((performance.now() - began) / 1_000 + 3)
      fault = null
      await client.close()
      expect(await meter()).toMatchObject({ used: 1_000, reserved: 0 })
    },
  )

  it('says why not, with the rule', async () => {
    const client = open()
    await drain(client)
    expect(await client.check(organization, 'calls')).toMatchObject({ allowed: false, reason: 'limit_reached' })
    const nobody = await client.check((await createCustomer(api)).id, 'calls')
    expect(nobody).toMatchObject({ allowed: false, reason: 'no_subscription', rule: 'G3' })
    expect(await client.check('org_nobody', 'calls')).toMatchObject({ allowed: false, reason: 'not_found' })
  })

  it('a request for more than is left is refused, and a smaller one served', async () => {
    const client = open()
    expect(await client.check(organization, 'calls', 1_001)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(await client.check(organization, 'calls', 900)).toMatchObject({ allowed: true })
    expect(await client.check(organization, 'calls', 101)).toMatchObject({ allowed: false })
    expect(await client.check(organization, 'calls', 100)).toMatchObject({ allowed: true })
  })

  it('goes on without the server as long as its lease lasts, and then fails closed', async () => {
    const client = open()
    await client.check(organization, 'calls')
    fault = 'away'
    const served = await drain(client)
    expect(served).toBeGreaterThan(0)
    expect(await client.check(organization, 'calls')).toEqual({ allowed: false, reason: 'unreachable' })
    fault = null
    await client.close()
    expect(await meter()).toMatchObject({ used: served + 1, reserved: 0 })
  })

  it('or open, where that is chosen: it says so, and what was served is counted afterwards', async () => {
    const client = open({ whenAway: 'open' })
    fault = 'away'
    for (let time = 0; time < 30; time++) expect(await client.check(organization, 'calls')).toEqual({ allowed: true, leased: false })
    fault = null
    await client.close()
    expect(await meter()).toMatchObject({ used: 30 })
  })
})

describe('report', () => {
  it('counts each event once, also where an answer was lost', async () => {
    const client = open({ batchSize: 10 })
    fault = 'answer lost'
    for (let event = 0; event < 95; event++) void client.report({ organization, meter: 'calls', quantity: 2 })
    await client.flush()
    expect(await meter()).toMatchObject({ used: 190 })
    expect(refused).toEqual([])
  })

  it('sets aside what is refused, in the handler, and sends the others', async () => {
    const client = open({ batchSize: 10 })
    for (let event = 0; event < 9; event++) void client.report({ organization, meter: 'calls', quantity: 1 })
    void client.report({ organization, meter: 'no-such-meter', quantity: 1, id: 'wrong' })
    void client.report({ organization: 'org_nobody', meter: 'calls', quantity: 1, id: 'astray' })
    await client.flush()
    expect(await meter()).toMatchObject({ used: 9 })
    expect(refused.map((one) => one.type === 'event' && [one.event.id, one.code]).sort()).toEqual([
      ['astray', 'unknown_organization'],
      ['wrong', 'unknown_meter'],
    ])
  })

  it('gives something to wait for where more is kept than should be', async () => {
    const client = open({ batchSize: 5, mostKept: 20 })
    fault = 'away'
    for (let event = 0; event < 19; event++) expect(client.report({ organization, meter: 'calls', quantity: 1 })).toBeUndefined()
    const full = client.report({ organization, meter: 'calls', quantity: 1 })
    expect(full).toBeInstanceOf(Promise)
    fault = null
    await full
    await client.flush()
    expect(await meter()).toMatchObject({ used: 20 })
  })
})
