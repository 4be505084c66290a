import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, describe, expect, it } from 'vitest'
import { Customer, lines } from '../api/testing/customer'
import { runInterface, START_UP_KEY } from '../api/testing/running-interface'
import { Headroom, type HeadroomOptions, type RefusedUsage } from './index'

/** What changes while units are handed out: the cap, the period, the balance. */

const api = runInterface()
const opened: Headroom[] = []
const refused: RefusedUsage[] = []

function open(options: Partial<HeadroomOptions> = {}): Headroom {
  const client = new Headroom({ url: api.base.replace(/\/api\/v1$/, ''), key: START_UP_KEY, onRefused: (one) => refused.push(one), ...options })
  opened.push(client)
  return client
}

/** Asks until it is told no, each time for so much; how much it got. */
async function drain(client: Headroom, { id }: Customer, meter: string, quantity = 1): Promise<number> {
  let served = 0
  while ((await client.check(id, meter, quantity)).allowed) served += quantity
  return served
}

const meterOf = async (subscription: string, meter: string) =>
  (await api.read(`/subscriptions/${subscription}/usage`)).meters.find((one: { meter: string }) => one.meter === meter)

/** Once what is asked for in advance has come: a cap that is lowered meanwhile does not take back what is handed out. */
async function whenQuiet(subscription: string, meter: string): Promise<{ used: number; reserved: number }> {
  let before = Number.NaN
  for (;;) {
    const card = await meterOf(subscription, meter)
    if (card.reserved === before) return card
    before = card.reserved
    await sleep(50)
  }
}

afterEach(async () => {
  await Promise.all(opened.splice(0).map((client) => client.close()))
  expect(refused.splice(0)).toEqual([])
})

describe('while units are handed out', () => {
  it('G61, S1: a hard limit that is lowered is never passed, what is handed out included', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('screenshots', 'growth')
    expect((await api.send('PUT', `/subscriptions/${id}/limits`, { hard_limit: 20_000 })).status).toBe(200)
    const [one, other] = [open(), open()]
    for (const client of [one, other]) for (let request = 0; request < 30; request++) await client.check(acme.id, 'screenshots', 100)
    const { used, reserved } = await whenQuiet(id, 'screenshots')
    expect(reserved).toBeGreaterThan(0)
    const limit = Math.ceil(Math.max(10_000, used + reserved + 500) / 10) * 10
    expect((await api.send('PUT', `/subscriptions/${id}/limits`, { hard_limit: limit })).status).toBe(200)
    let served = 6_000
    for (const client of [one, other]) {
      served += await drain(client, acme, 'screenshots', 10)
      await client.close()
    }
    served += await drain(open(), acme, 'screenshots', 10)
    expect(served).toBe(limit)
  })

  it('C8, G61: at a period’s end each unit counts in the period that it was leased in, and neither limit is passed', async () => {
    const acme = await Customer.begin(api, { now: '2026-01-01T00:00:00Z' })
    const { id } = await acme.subscribe('api-calls', 'free')
    const client = open()
    for (let request = 0; request < 990; request++) expect(await client.check(acme.id, 'calls')).toMatchObject({ allowed: true })
    await acme.days(31)
    const after = (await drain(client, acme, 'calls')) + (await drain(open(), acme, 'calls'))
    await Promise.all(opened.splice(0).map((one) => one.close()))
    const last = await drain(open(), acme, 'calls') // Of what was given back.
    await Promise.all(opened.splice(0).map((one) => one.close()))
    const used = (await meterOf(id, 'calls')).used
    const before = (await api.read(`/subscriptions/${id}/usage?period=2026-01-01T00:00:00Z`)).meters[0].used
    expect(before).toBeLessThanOrEqual(1_000)
    expect(used).toBe(1_000)
    expect(before + used).toBe(990 + after + last)
  })

  it('B6, G61, G109: a spending cap is never passed, what is handed out included, also when it is lowered, and what was served is what is charged', async () => {
    const acme = await Customer.begin(api)
    const { id } = await acme.subscribe('scrape-credits', 'scaling')
    const capAt = async (cap: number) => expect((await acme.limits(id, { pay_as_you_go: { enabled: true, cap } })).status).toBe(200)
    await acme.record('credits', 4_990_000)
    await capAt(10_00)
    const clients = [open(), open()]
    let served = 0
    for (const client of clients) for (let request = 0; request < 60; request++) if ((await client.check(acme.id, 'credits', 100)).allowed) served += 100
    expect(served).toBe(12_000)
    const { used, reserved } = await whenQuiet(id, 'credits')
    expect(reserved).toBeGreaterThan(0)
    expect(used + reserved).toBeLessThan(5_052_631)
    await capAt(5_00)
    for (const client of clients) {
      served += await drain(client, acme, 'credits', 100)
      expect(await client.check(acme.id, 'credits', 10_000)).toMatchObject({ allowed: false })
      await client.close()
    }
    served += await drain(open(), acme, 'credits')
    // $5.00 at $0.000095 are 52,631 units beyond the plan’s.
    expect(served).toBe(10_000 + 52_631)
    await Promise.all(opened.splice(0).map((client) => client.close()))
    await acme.days(31)
    expect(lines(await acme.newest())).toContainEqual(['extra_usage', 5_00])
  })

  it('P6, P7, G61: a balance is never drawn below zero, whoever holds units of either meter', async () => {
    const acme = await Customer.begin(api)
    await acme.subscribe('model-tokens', 'prepaid')
    await acme.balanced(api.make(`/organizations/${acme.id}/credits/purchases`, { amount: 5_00 }))
    const [one, other] = [open(), open()]
    let cents = 0
    // 1,000 output tokens or 8,000 input tokens are a cent.
    for (let turn = 0; turn < 40; turn++) {
      if ((await one.check(acme.id, 'output_tokens', 1_000)).allowed) cents += 1
      if ((await other.check(acme.id, 'input_tokens', 8_000)).allowed) cents += 1
    }
    cents += (await drain(one, acme, 'output_tokens', 1_000)) / 1_000
    await one.close()
    cents += (await drain(other, acme, 'input_tokens', 8_000)) / 8_000
    await other.close()
    cents += (await drain(open(), acme, 'output_tokens', 1_000)) / 1_000
    await Promise.all(opened.splice(0).map((client) => client.close()))
    expect(cents).toBe(500)
    expect((await acme.credits()).prepaid_balance).toBe('0.00')
  })
})
