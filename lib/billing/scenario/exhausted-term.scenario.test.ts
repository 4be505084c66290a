import { describe, expect, it } from 'vitest'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** B4: a yearly plan whose credits are used up is re-subscribed to on the next billing date, or left for a higher monthly one. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const product = 'scrape-credits'
const year = { product, interval: 'year' } as const

describe('B4: re-subscribe', () => {
  it('“start a new 12-month plan on your upcoming billing date”: anchored on 31 January, exhausted on 10 February: 28 February (G42, G98)', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2026-01-31T00:00:00Z' })
    expect(await acme.latestDocument()).toMatchObject({ amountPaid: 490_00n })
    await acme.walkTo('2026-02-10T00:00:00Z')
    expect(await acme.consume(1_200_000), 'twelve months’ credits at once (G78)').toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })

    const { decision } = await acme.quoteAction('resubscribe')
    expect(decision).toMatchObject({ kind: 'resubscribe', effective: 'period_end', rejection: null, document: { lines: [], amountDue: 0n } })
    expect(decision.effectiveAt.toString()).toBe('2026-02-28T00:00:00Z')
    expect(decision.nextRenewal).toMatchObject({ amount: 490_00n })
    expect(await acme.act('resubscribe')).toMatchObject({ ok: true, value: { documentId: null } })
    expect((await acme.held()).row).toMatchObject({ pendingPlan: 'hobby', pendingInterval: 'year', pendingKind: 'resubscribe' })

    await acme.walkTo('2026-02-27T23:59:59.999Z')
    expect(await acme.consume(1), 'until then requests are blocked').toMatchObject({ value: { allowed: false } })
    expect(await acme.documents()).toHaveLength(1)

    await acme.walkTo('2026-02-28T00:00:00Z')
    const renewal = await acme.latestDocument()
    expect(renewal).toMatchObject({ kind: 'renewal', amountPaid: 490_00n })
    expect(lineAmounts(renewal)).toEqual([['plan', 490_00n]])
    const { row } = await acme.held()
    expect([row.anchor, row.periodStart, row.periodEnd].map(String)).toEqual(['2026-02-28T00:00:00Z', '2026-02-28T00:00:00Z', '2027-02-28T00:00:00Z'])
    expect(row).toMatchObject({ pendingKind: null, pendingPlan: null })
    expect(
      (await acme.periods()).map(({ periodEnd }) => periodEnd.toString()),
      'the old term ends there',
    ).toEqual(['2026-02-28T00:00:00Z'])
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true, used: 1n } })

    await acme.walkTo('2027-03-01T00:00:00Z')
    expect((await acme.documents()).map(({ amountPaid }) => amountPaid)).toEqual([490_00n, 490_00n, 490_00n])
  })

  it('is refused one credit below the limit, with what would make it succeed, and allowed at it', async () => {
    const acme = await scenario(stage, { ...year, plan: 'startup', from: '2026-01-01T00:00:00Z' })
    await acme.use(11_999_999)
    const { decision } = await acme.quoteAction('resubscribe')
    expect(decision).toMatchObject({
      outcome: null,
      rejection: { code: 'not_eligible', rule: 'G42', formula: '11,999,999 < 12,000,000', currentUsage: 11_999_999n, targetLimit: 12_000_000n },
    })
    expect(decision.rejection?.message).toContain('1 of 12,000,000 are left')
    await acme.use(1)
    expect((await acme.quoteAction('resubscribe')).decision.rejection).toBeNull()
  })

  it('is refused on a monthly plan, on a plan that has it not, and before 4 November 2025', async () => {
    const monthly = await scenario(stage, { product, plan: 'hobby' })
    await monthly.use(100_000)
    expect((await monthly.quoteAction('resubscribe')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'G42' })
    const scaling = await scenario(stage, { ...year, plan: 'scaling' })
    await scaling.use(60_000_000)
    expect((await scaling.quoteAction('resubscribe')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'G42' })
    const early = await scenario(stage, { ...year, plan: 'hobby', from: '2025-11-03T23:59:59.999Z' })
    await early.use(1_200_000)
    expect((await early.quoteAction('resubscribe')).decision.rejection).toMatchObject({ code: 'not_eligible', rule: 'B7' })
    await early.walkTo('2025-11-04T00:00:00Z')
    expect((await early.quoteAction('resubscribe')).decision.rejection).toBeNull()
  })

  it('can be undone until then, by dropping it, by choosing the plan that is held, or by cancelling', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2026-01-15T00:00:00Z' })
    await acme.use(1_200_000)
    await acme.act('resubscribe')
    expect(await acme.dropPendingChange()).toMatchObject({ ok: true })
    await acme.act('resubscribe')
    expect((await acme.quote('hobby', 'year')).decision).toMatchObject({ kind: 'switch', dropsPendingChange: true })
    expect(await acme.change('hobby', 'year')).toMatchObject({ ok: true })
    await acme.act('resubscribe')
    expect(await acme.cancel()).toMatchObject({ ok: true })
    await acme.walkTo('2026-03-01T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ plan: 'hobby', pendingKind: null })
    expect((await acme.held()).row.periodEnd.toString()).toBe('2027-01-15T00:00:00Z')
    expect(await acme.documents()).toHaveLength(1)
  })

  it('C12: a declined renewal of it is past due, retried, and moves to Free after the last failure', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2026-01-15T00:00:00Z' })
    await acme.use(1_200_000)
    await acme.act('resubscribe')
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-02-15T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'past_due', plan: 'hobby' })
    expect(await acme.consume(1), 'service goes on').toMatchObject({ value: { allowed: true } })
    await acme.walkTo('2026-02-22T00:00:00Z')
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'free' })
    expect(await acme.latestDocument()).toMatchObject({ status: 'open', amountDue: 490_00n })
  })

  it('in the term’s last month comes with its end, and in a leap year on 29 February', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2027-01-31T12:00:00Z' })
    await acme.walkTo('2028-02-01T00:00:00Z')
    await acme.use(1_200_000)
    await acme.act('resubscribe')
    expect((await acme.held()).row.pendingEffectiveAt?.toString()).toBe('2028-02-29T12:00:00Z')
    await acme.walkTo('2029-02-10T00:00:00Z')
    expect((await acme.held()).row.periodEnd.toString()).toBe('2029-02-28T12:00:00Z')
    await acme.use(1_200_000)
    await acme.act('resubscribe')
    await acme.walkTo('2029-02-28T12:00:00Z')
    expect((await acme.held()).row.anchor.toString()).toBe('2029-02-28T12:00:00Z')
    expect((await acme.documents()).map(({ amountPaid }) => amountPaid)).toEqual([490_00n, 490_00n, 490_00n, 490_00n])
  })

  it('takes usage that is stamped just ahead of it as the new term’s, and late usage of the old one for 35 days (G58)', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2026-01-15T00:00:00Z' })
    await acme.use(1_200_000)
    await acme.act('resubscribe')
    await acme.walkTo('2026-02-14T23:58:00Z')
    await acme.use(70, { at: '2026-02-15T00:00:00Z' })
    await acme.walkTo('2026-02-15T00:00:00Z')
    expect(await acme.consume(1)).toMatchObject({ value: { allowed: true, used: 71n } })
    await acme.use(5, { at: '2026-02-14T23:59:59Z' })
    expect(await acme.consume(1)).toMatchObject({ value: { used: 72n } })
  })
})

describe('B4: a higher monthly plan', () => {
  it('Decided: at once where the credits are used up, charged in full, with a new monthly period; the term ends without credit (G42)', async () => {
    const acme = await scenario(stage, { ...year, plan: 'hobby', from: '2026-01-31T00:00:00Z' })
    await acme.walkTo('2026-02-10T00:00:00Z')
    await acme.use(1_200_000)
    const { decision } = await acme.quote('startup', 'month')
    expect(decision).toMatchObject({ kind: 'switch', effective: 'now', document: { total: 149_00n } })
    expect(await acme.change('startup', 'month')).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(lineAmounts(invoice)).toEqual([['plan', 149_00n]])
    expect(invoice.lines[0]?.rule).toBe('B4')
    const { row } = await acme.held()
    expect(row).toMatchObject({ plan: 'startup', interval: 'month' })
    expect([row.anchor, row.periodEnd].map(String)).toEqual(['2026-02-10T00:00:00Z', '2026-03-10T00:00:00Z'])
    expect(await acme.consume(1_000_000)).toMatchObject({ value: { allowed: true, used: 1_000_000n } })
  })

  it('waits for the term’s end where credits are left, and a lower one always does', async () => {
    const acme = await scenario(stage, { ...year, plan: 'startup', from: '2026-01-01T00:00:00Z' })
    await acme.use(11_999_999)
    expect((await acme.quote('business', 'month')).decision).toMatchObject({ effective: 'period_end', document: { lines: [] } })
    const { id } = await acme.quote('business', 'month')
    await acme.use(1)
    expect(await acme.execute(id), 'what turned the term exhausted expires the quote (G30)').toMatchObject({ error: { code: 'quote_expired' } })
    expect((await acme.quote('hobby', 'month')).decision).toMatchObject({ effective: 'period_end' })
    expect((await acme.quote('startup', 'month')).decision, 'the same tier is no higher one').toMatchObject({ effective: 'period_end' })
  })
})
