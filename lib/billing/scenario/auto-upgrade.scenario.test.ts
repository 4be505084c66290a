import { describe, expect, it } from 'vitest'
import { publish } from '../testing/publish'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** B3: "Auto-Upgrade: You can seamlessly upgrade to the next plan tier", once everything included is used, on monthly plans. */

const stage = setStage()
const product = 'scrape-credits'
/** Downgrades at once, with credit. */
const withCredit = {
  id: 'climbing',
  name: 'Climbing',
  currency: 'usd',
  meters: [{ id: 'steps', unit: 'steps' }],
  plans: [
    { id: 'hill', name: 'Hill', rank: 1, prices: { month: 10_00 }, included: { steps: 100 }, over_limit: { type: 'block' }, next_tier: 'mountain' },
    { id: 'mountain', name: 'Mountain', rank: 2, prices: { month: 30_00 }, included: { steps: 1_000 }, over_limit: { type: 'block' } },
    { id: 'peak', name: 'Peak', rank: 3, prices: { month: 300_00 }, included: { steps: 9_000 }, over_limit: { type: 'block' } },
  ],
  policies: { cycle: { months: 1 }, upgrade: { type: 'new_period', unused: 'time_and_allowance' }, downgrade: { type: 'now' }, refund: null },
} as const

const upgrading = async (plan: string, from = '2026-01-10T00:00:00Z') => {
  const acme = await scenario(stage, { product, plan, from })
  expect(await acme.setLimits({ autoUpgrade: true })).toMatchObject({ ok: true })
  return acme
}

describe('B3: auto-upgrade', () => {
  it('is made once by the event that reaches 100 %: a month of all the new plan’s credits, paid in full (G63)', async () => {
    const acme = await upgrading('hobby')
    await acme.walkDays(10)
    await acme.use(99_999)
    expect(await acme.documents()).toHaveLength(1)
    await acme.use(1)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'change', amountPaid: 149_00n, status: 'paid' })
    expect(lineAmounts(invoice)).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 149_00n],
    ])
    const { row, holding } = await acme.held()
    expect(row).toMatchObject({ plan: 'startup', autoUpgrade: true })
    expect([row.periodStart, row.periodEnd].map(String)).toEqual(['2026-01-20T00:00:00Z', '2026-02-20T00:00:00Z'])
    expect(holding.segments).toMatchObject([{ units: 0n, limit: 1_000_000n }])
    expect(await acme.told()).toEqual(expect.arrayContaining(['usage_alert_100', 'auto_upgraded']))
  })

  it('is made by a consume that does not fit, which waits and is served from the new period (G63)', async () => {
    const acme = await upgrading('hobby')
    await acme.walkDays(10)
    await acme.use(30_000)
    expect(await acme.consume(70_001)).toMatchObject({ value: { allowed: true, used: 70_001n, limit: 1_000_000n, remaining: 929_999n } })
    // Two thirds of both were left: −$49.00 × 2/3 + $149.00 (G104).
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 116_33n })
  })

  it('climbs the whole ladder, one step an event, and ends on scaling with the setting off and pay-as-you-go off (G92)', async () => {
    const acme = await upgrading('hobby')
    for (const [used, plan] of [
      [100_000, 'startup'],
      [1_000_000, 'business'],
      [3_000_000, 'scaling'],
    ] as const) {
      await acme.use(used)
      expect((await acme.held()).row.plan).toBe(plan)
    }
    expect((await acme.held()).row).toMatchObject({ autoUpgrade: false, payAsYouGo: false })
    expect((await acme.documents()).map(({ amountPaid }) => amountPaid)).toEqual([49_00n, 149_00n, 299_00n, 475_00n])
    await acme.use(5_000_000)
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    expect(await acme.documents()).toHaveLength(4)
  })

  it('one event that would fill several plans makes one step; the next event makes the next (G63)', async () => {
    const acme = await upgrading('hobby')
    await acme.use(5_000_000)
    expect((await acme.held()).row.plan).toBe('startup')
    await acme.use(1_000_000)
    expect((await acme.held()).row.plan).toBe('business')
  })

  it('is not set off by a consume that the next plan’s fresh period could not cover either (G110)', async () => {
    const acme = await upgrading('hobby')
    expect(await acme.consume(1_000_001)).toMatchObject({ value: { allowed: false, reason: 'limit_reached', used: 0n } })
    expect(await acme.documents()).toHaveLength(1)
    expect(await acme.consume(1_000_000), 'at it: it is').toMatchObject({ value: { allowed: true, used: 1_000_000n } })
    expect((await acme.held()).row.plan, 'and it fills the new plan, which sets off the next').toBe('business')
  })

  it('that fails blocks the plan, is told, and is not tried again in that period, except with a new card (G95)', async () => {
    const acme = await upgrading('hobby')
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.use(100_000)
    expect((await acme.held()).row).toMatchObject({ plan: 'hobby', status: 'active' })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void', kind: 'change' })
    expect(await acme.told()).toContain('auto_upgrade_failed')
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    await acme.use(7)
    expect(await acme.documents()).toHaveLength(2)
    expect((await acme.told()).filter((kind) => kind === 'auto_upgrade_failed')).toHaveLength(1)

    await acme.payWith('pm_card_visa')
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true, used: 1n, limit: 1_000_000n } })
    expect((await acme.held()).row.plan).toBe('startup')
  })

  it('that failed is tried again in the next period', async () => {
    const acme = await upgrading('hobby')
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.use(100_000)
    await acme.walkTo('2026-02-09T00:00:00Z')
    expect((await acme.held()).row.autoPurchaseFailedAt).not.toBeNull()
    await acme.payWith('pm_card_visa')
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect((await acme.held()).row.autoPurchaseFailedAt).toBeNull()
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true } })
    expect((await acme.held()).row.plan).toBe('startup')
  })

  it('that needs a confirmation has failed, and is voided, with a message (G111)', async () => {
    const acme = await upgrading('hobby')
    await acme.payWith('pm_card_authenticationRequired')
    expect(await acme.consume(100_001)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    expect(await acme.told()).toContain('auto_upgrade_failed')
    expect(await acme.told()).not.toContain('payment_action_required')
  })

  it('without a card fails likewise', async () => {
    const acme = await scenario(stage, { product, plan: 'free', card: null, from: '2026-01-10T00:00:00Z' })
    expect(await acme.setLimits({ autoUpgrade: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'B3' } })
  })

  it('happens once under 20 concurrent consumes, and never serves more than both plans hold', async () => {
    const acme = await upgrading('hobby')
    await acme.use(99_990)
    const answers = await Promise.all(Array.from({ length: 20 }, () => acme.consumeOnly(5)))
    const allowed = answers.filter((answer) => answer.ok && answer.value.allowed).length
    expect(allowed).toBeGreaterThanOrEqual(2)
    await acme.expectBalanced()
    expect((await acme.documents()).map(({ status, total }) => [status, total])).toEqual([
      ['paid', 49_00n],
      ['paid', (await acme.latestDocument()).total],
    ])
    expect((await acme.held()).row.plan).toBe('startup')
    // Both periods began at one instant; what was served is what was allowed, and no more.
    const { segments } = (await acme.held()).holding
    expect(segments.map(({ limit }) => limit)).toEqual([100_000n, 1_000_000n])
    expect(segments.reduce((sum, { units }) => sum + units, 0n)).toBe(99_990n + BigInt(allowed * 5))
    expect(segments[0]?.units).toBeLessThanOrEqual(100_000n)
  })

  it('paid wholly by credit takes effect at once, and the consume is served', async () => {
    await publish(withCredit)
    const acme = await scenario(stage, { product: 'climbing', plan: 'peak', from: '2026-01-10T00:00:00Z' })
    await acme.change('hill')
    expect(await acme.credit()).toBe(290_00n)
    await acme.setLimits({ autoUpgrade: true })
    await acme.use(50)
    expect(await acme.consume(60)).toMatchObject({ value: { allowed: true, used: 60n, limit: 1_000n } })
    expect(await acme.latestDocument()).toMatchObject({ amountDue: 0n, status: 'paid', creditApplied: 25_00n })
    expect(await acme.told()).toContain('auto_upgraded')
  })

  it('does not act while a cancellation is scheduled (A9)', async () => {
    const acme = await upgrading('hobby')
    await acme.cancel()
    await acme.use(100_000)
    expect(await acme.documents()).toHaveLength(1)
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false } })
  })
})

describe('who may switch it on', () => {
  it('nobody before 4 November 2025, nor on a yearly plan, nor where there is no next tier (G64)', async () => {
    const early = await scenario(stage, { product, plan: 'hobby', from: '2025-11-03T23:59:59.999Z' })
    expect(await early.setLimits({ autoUpgrade: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'G64' } })
    await early.walkTo('2025-11-04T00:00:00Z')
    expect(await early.setLimits({ autoUpgrade: true })).toMatchObject({ ok: true })
    const yearly = await scenario(stage, { product, plan: 'hobby', interval: 'year' })
    expect(await yearly.setLimits({ autoUpgrade: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'B3' } })
    const scaling = await scenario(stage, { product, plan: 'scaling' })
    expect(await scaling.setLimits({ autoUpgrade: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'B3' } })
  })

  it('is switched off by a change to the year (G92)', async () => {
    const acme = await upgrading('hobby')
    await acme.change('hobby', 'year')
    expect((await acme.held()).row.autoUpgrade).toBe(false)
  })
})

describe('B7: auto-renew', () => {
  const before = { product, plan: 'hobby', registeredAt: '2025-06-01T00:00:00Z', from: '2025-12-01T00:00:00Z' } as const

  it('renews at 100 %: a new period at once at the full price, by the same mechanism, until 5 January 2026 (G64)', async () => {
    const acme = await scenario(stage, before)
    expect(await acme.setLimits({ autoRenew: true })).toMatchObject({ ok: true })
    await acme.walkDays(5)
    await acme.use(100_000)
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', amountPaid: 49_00n })
    expect((await acme.held()).row).toMatchObject({ plan: 'hobby', autoRenew: true })
    expect((await acme.held()).row.periodStart.toString()).toBe('2025-12-06T00:00:00Z')
    expect(await acme.consume(100_000)).toMatchObject({ value: { allowed: true, used: 100_000n } })
    expect(await acme.documents(), 'twice at one instant').toHaveLength(3)

    await acme.walkTo('2026-01-05T00:00:00Z')
    await acme.use(100_000)
    expect(await acme.documents(), 'a saved setting acts no more').toHaveLength(3)
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
  })

  it('is for those who registered before, and excludes auto-upgrade', async () => {
    const since = await scenario(stage, { ...before, registeredAt: '2025-11-04T00:00:00Z' })
    expect(await since.setLimits({ autoRenew: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'G64' } })
    const acme = await scenario(stage, before)
    await acme.setLimits({ autoRenew: true })
    await acme.setLimits({ autoUpgrade: true })
    expect((await acme.held()).row).toMatchObject({ autoUpgrade: true, autoRenew: false })
    await acme.setLimits({ autoRenew: true })
    expect((await acme.held()).row).toMatchObject({ autoUpgrade: false, autoRenew: true })
    expect(await acme.setLimits({ autoRenew: true, autoUpgrade: true })).toMatchObject({ error: { code: 'plan_not_eligible', rule: 'G64' } })
  })
})
