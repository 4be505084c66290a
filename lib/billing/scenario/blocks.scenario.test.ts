import { describe, expect, it } from 'vitest'
import { decideLimitRequest } from '../commands/decide-limit-request'
import { requestLimit } from '../commands/request-limit'
import { consumeAndCharge, recordAndCharge } from '../flows/use'
import { first, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const meter = 'screenshots'

/** On Growth: 10,000 screenshots for $79, extra ones at $0.004. */
async function onGrowth(hardLimit: bigint | null = 15_000n, facts: { card?: string; from?: string } = {}): Promise<Scenario> {
  const acme = await scenario(stage, { product: 'screenshots', plan: 'growth', ...facts })
  if (hardLimit !== null) expect(await acme.setLimits({ hardLimit })).toEqual({ ok: true, value: null })
  return acme
}

/** What each invoice for extra usage says: quantity and amount. */
async function extraInvoices(acme: Scenario): Promise<[quantity: bigint, amount: bigint, status: string][]> {
  const extra = (await acme.documents()).filter(({ kind }) => kind === 'extra_usage')
  return extra.flatMap(({ status, lines }) => lines.map(({ quantity, amount }): [bigint, bigint, string] => [quantity, amount, status]))
}

describe('S3: extra screenshots in blocks of 1,000, as in the vendor’s examples', () => {
  it.each([
    { rendered: 12_000, quantity: 2_000n, amount: 8_00n },
    { rendered: 12_500, quantity: 3_000n, amount: 12_00n },
    { rendered: 10_001, quantity: 1_000n, amount: 4_00n },
    { rendered: 10_999, quantity: 1_000n, amount: 4_00n },
    { rendered: 11_001, quantity: 2_000n, amount: 8_00n },
  ])('S3: $rendered rendered are $quantity extra', async ({ rendered, quantity, amount }) => {
    const acme = await onGrowth()
    await acme.use(rendered, { meter })
    expect(await extraInvoices(acme)).toEqual([[quantity, amount, 'paid']])
  })

  it('S1: without a hard limit above the plan’s, the plan’s limit blocks', async () => {
    const acme = await onGrowth(null)
    expect(await acme.consume(10_000, { meter })).toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'limit_reached', limit: 10_000n } })
    await acme.use(500, { meter })
    expect(await extraInvoices(acme)).toEqual([])
  })

  it('S7: each block is charged as it begins, and the sum is always that of whole blocks', async () => {
    const acme = await onGrowth()
    await acme.use(10_000, { meter })
    expect(await extraInvoices(acme)).toEqual([])
    for (const [more, blocks] of [
      [1, 1],
      [998, 1],
      [1, 1],
      [1, 2],
      [2_500, 4],
    ] as const) {
      expect(await acme.consume(more, { meter })).toMatchObject({ value: { allowed: true } })
      const extra = await extraInvoices(acme)
      expect(extra.reduce((sum, [, amount]) => sum + amount, 0n)).toBe(BigInt(blocks) * 4_00n)
    }
    expect(await extraInvoices(acme)).toEqual([
      [1_000n, 4_00n, 'paid'],
      [1_000n, 4_00n, 'paid'],
      [2_000n, 8_00n, 'paid'],
    ])
  })
})

describe('S2: the meter’s filter', () => {
  it('S2, G56: what failed or came from cache is kept, and counts nothing', async () => {
    const acme = await onGrowth()
    const event = (id: string, properties: Record<string, string | boolean>) => {
      return { id, organizationId: acme.organizationId, meter, quantity: 9_999n, timestamp: null, key: null, properties }
    }
    const body = [event('ok', { status: 'success' }), event('failed', { status: 'error' }), event('cached', { cached: true })]
    expect(await acme.step(() => recordAndCharge(acme.flow, body))).toEqual({ ok: true, value: { accepted: 1, duplicates: 0, ignored: 2 } })
    expect(await acme.step(() => recordAndCharge(acme.flow, body))).toEqual({ ok: true, value: { accepted: 0, duplicates: 3, ignored: 0 } })
    const { segmentRows } = await acme.held()
    expect(segmentRows.map(({ units }) => units)).toEqual([9_999n])
  })

  it('G56: what is not billable may be used at the limit too, and the answer is remembered', async () => {
    const acme = await onGrowth(null)
    await acme.use(10_000, { meter })
    const request = { id: 'from-cache', organizationId: acme.organizationId, meter, quantity: 5n, key: null, properties: { cached: true } }
    const answer = { ok: true, value: { allowed: true, reason: null, used: 10_000n, limit: 10_000n, remaining: 0n } }
    expect(await acme.step(() => consumeAndCharge(acme.flow, request))).toEqual(answer)
    expect(await acme.step(() => consumeAndCharge(acme.flow, request))).toEqual(answer)
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false } })
  })
})

describe('G55: a block that cannot be charged', () => {
  it('G55: makes the subscription past due; extra screenshots stop, included ones do not, until it is paid', async () => {
    const acme = await onGrowth()
    await acme.payWith('pm_card_chargeCustomerFail')
    expect(await acme.consume(10_001, { meter })).toMatchObject({ value: { allowed: true } })
    expect((await acme.held()).row.status).toBe('past_due')
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'subscription_unpaid', rule: 'G55', remaining: 0n } })
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'open']])
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row.status).toBe('active')
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: true } })
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'paid']])
  })

  it('G55: leaves the units of the next period that the plan includes, and moves to free after the last retry', async () => {
    const acme = await onGrowth()
    await acme.walkDays(28)
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.use(10_001, { meter })
    await acme.walkDays(4)
    expect((await acme.held()).row).toMatchObject({ status: 'past_due', plan: 'growth' })
    expect(await acme.consume(10_000, { meter })).toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'subscription_unpaid' } })
    await acme.walkDays(3)
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'free', hardLimit: null })
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'open']])
    await acme.payWith('pm_card_visa')
    expect((await acme.held()).row.plan).toBe('free')
  })
})

describe('S1, S8, G50, G57: the hard limit', () => {
  it('G50: what was recorded above it is not billed, nor when it is raised later', async () => {
    const acme = await onGrowth()
    await acme.use(16_500, { meter })
    expect(await extraInvoices(acme)).toEqual([[5_000n, 20_00n, 'paid']])
    await acme.setLimits({ hardLimit: 20_000n })
    expect(await extraInvoices(acme)).toHaveLength(1)
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: true, used: 16_501n, limit: 20_000n, remaining: 3_499n } })
    expect(await extraInvoices(acme)).toEqual([
      [5_000n, 20_00n, 'paid'],
      [1_000n, 4_00n, 'paid'],
    ])
  })

  it('G57: lowered below what is used it stops service, and what was begun stays billed', async () => {
    const acme = await onGrowth()
    await acme.use(12_500, { meter })
    await acme.setLimits({ hardLimit: 12_000n })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'hard_limit_reached', limit: 12_000n, remaining: 0n } })
    await acme.setLimits({ hardLimit: null })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'limit_reached', limit: 10_000n } })
    expect(await extraInvoices(acme)).toEqual([[3_000n, 12_00n, 'paid']])
  })

  it('G57: is refused on a free plan, below the plan’s limit and above the maximum', async () => {
    const acme = await onGrowth(null)
    expect(await acme.setLimits({ hardLimit: 9_999n })).toMatchObject({ ok: false, error: { code: 'limit_below_plan', rule: 'S1', formula: '9,999 < 10,000' } })
    expect(await acme.setLimits({ hardLimit: 100_001n })).toMatchObject({
      ok: false,
      error: { code: 'limit_above_maximum', maximum: 100_000n, rule: 'S8', formula: '100,001 > 100,000' },
    })
    expect(await acme.setLimits({ hardLimit: 100_000n })).toMatchObject({ ok: true })
    expect(await acme.setLimits({ hardLimit: 10_000n })).toMatchObject({ ok: true })
    expect((await acme.held()).row.hardLimit).toBeNull()
    const free = await scenario(stage, { product: 'screenshots', plan: 'free' })
    expect(await free.setLimits({ hardLimit: 15_000n })).toMatchObject({ ok: false, error: { code: 'plan_not_eligible' } })
  })

  it('S8: a higher one is to be had once the operator has approved it', async () => {
    const acme = await onGrowth(null)
    const { organizationId, subscriptionId } = acme
    const asked = await acme.step(() =>
      first((context) => requestLimit(context, { organizationId, subscriptionId, hardLimit: 250_000n, useCase: 'A catalog of previews.' })),
    )
    if (!asked.ok) throw new Error(asked.error.code)
    const decide = (decision: 'approved' | 'declined') =>
      acme.step(() => first((context) => decideLimitRequest(context, { organizationId, limitRequestId: asked.value.id, decision })))
    expect(await acme.setLimits({ hardLimit: 250_000n })).toMatchObject({ ok: false, error: { maximum: 100_000n } })
    expect(await decide('approved')).toMatchObject({ ok: true, value: { status: 'approved' } })
    expect(await decide('approved')).toMatchObject({ ok: true, value: { status: 'approved' } })
    expect(await decide('declined')).toEqual({ ok: false, error: { code: 'limit_request_decided', status: 'approved' } })
    expect(await acme.setLimits({ hardLimit: 250_001n })).toMatchObject({ ok: false, error: { maximum: 250_000n } })
    expect(await acme.setLimits({ hardLimit: 250_000n })).toMatchObject({ ok: true })
  })
})
