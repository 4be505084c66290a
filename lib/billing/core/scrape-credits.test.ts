import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { addDays, instant } from '../../time'
import { parseProduct } from '../catalog/document'
import { scrapeCredits } from '../catalog/scrape-credits'
import { amounts, change, newTerms } from '../testing/changes'
import { afterDays, holdingOf, noCredit, productFrom } from '../testing/holdings'
import { automaticChangeOf } from './automatic-change'
import { decideCancel } from './cancellation'
import { planOf } from './catalog'
import { sameCharge } from './change'
import { exhaustedMeter, hasBegun } from './exhausted'
import { decideLimits, type LimitsRequest } from './limit-settings'
import { nextReview } from './period'
import { actionOf, decideAction } from './renew-early'
import { settingsUnder } from './settings'
import { NO_SETTINGS } from './state'

/** The shipped product’s own rules, each with the document’s or the rules’ figures. */
const product = productFrom(scrapeCredits)
const held = (plan: string, facts: Parameters<typeof holdingOf>[1] = {}) => holdingOf(plan, { product, ...facts })

describe('G104: Hobby ($49, 100,000) → startup ($149)', () => {
  it('after 10 completed days with 30,000 used: −$32.67 + $149.00 = $116.33', () => {
    const decision = change(held('hobby', { used: 30_000n }), 'startup')
    expect(decision).toMatchObject({ kind: 'upgrade', effective: 'now', document: { total: 116_33n } })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -32_67n],
      ['proration_charge', 149_00n],
    ])
    expect(decision.document.lines[0]).toMatchObject({ rule: 'G104', formula: '−$49.00 × min(20 / 30, 70,000 / 100,000) = −$32.67' })
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, anchor: afterDays(10) })
  })

  it.each([
    { used: 99_999n, total: 149_00n },
    { used: 100_000n, total: 149_00n },
    { used: 100_001n, total: 149_00n },
  ])('with $used used: $total', ({ used, total }) => {
    expect(change(held('hobby', { used }), 'startup').document.total).toBe(total)
  })

  it('B3 Decided: who is half way through both pays it less half of the old price', () => {
    expect(change(held('hobby', { used: 50_000n }), 'startup', { now: afterDays(15) }).document.total).toBe(124_50n)
  })

  it('traffic does not expire the quote (G106), and another day does (G29)', () => {
    const quoted = change(held('hobby', { used: 30_000n }), 'startup')
    expect(sameCharge(quoted, change(held('hobby', { used: 90_000n }), 'startup'))).toBe(true)
    expect(quoted.expiresAt.equals(afterDays(10).add({ minutes: 15 }))).toBe(true)
  })

  it('month → year measures the unused share in the same way (G108)', () => {
    const decision = change(held('hobby', { used: 50_000n }), 'hobby', { interval: 'year' })
    expect(amounts(decision)).toEqual([
      ['proration_credit', -24_50n],
      ['proration_charge', 490_00n],
    ])
    expect(decision.kind).toBe('switch')
  })

  it('extra units so far are settled on the same invoice (G104, C13)', () => {
    const settings = { ...NO_SETTINGS, payAsYouGo: { enabled: true, cap: minor(10_00) } }
    const [segment] = held('scaling').segments
    if (!segment) throw new Error('no meter')
    const segments = [{ ...segment, extraMaximum: 105_263n, units: 5_100_000n }]
    expect(amounts(change(held('scaling', { settings, segments }), 'enterprise'))).toEqual([
      ['proration_credit', 0n],
      ['proration_charge', 2_000_00n],
      ['extra_usage', 9_50n],
    ])
  })
})

describe('G43: ranks, and what equal ones mean', () => {
  it.each([
    { from: 'student', to: 'hobby', kind: 'switch', effective: 'now', why: 'the price rises: like an upgrade' },
    { from: 'hobby', to: 'student', kind: 'switch', effective: 'period_end', why: 'the price falls: like a downgrade' },
    { from: 'hobby-legacy', to: 'hobby', kind: 'switch', effective: 'now', why: 'the price rises' },
    { from: 'hobby-legacy', to: 'student', kind: 'switch', effective: 'period_end', why: 'the same price does not rise' },
    { from: 'startup', to: 'business', kind: 'upgrade', effective: 'now', why: 'by rank' },
    { from: 'professional', to: 'scaling', kind: 'downgrade', effective: 'period_end', why: '5 → 4' },
    { from: 'scaling', to: 'enterprise', kind: 'upgrade', effective: 'now', why: '4 → 6' },
    { from: 'professional', to: 'enterprise', kind: 'upgrade', effective: 'now', why: '5 → 6' },
  ])('$from → $to: $kind, $effective ($why)', ({ from, to, kind, effective }) => {
    expect(change(held(from), to)).toMatchObject({ kind, effective, rejection: null })
  })

  it.each(['hobby-legacy', 'professional', 'custom'])('%s is not offered to new customers', (plan) => {
    expect(change(held('startup'), plan).rejection).toMatchObject({ code: 'plan_not_offered' })
  })

  it('B3: the next tiers', () => {
    const next = Object.fromEntries(product.plans.map(({ id, nextTier }) => [id, nextTier]))
    expect(next).toEqual({
      free: null,
      student: 'startup',
      hobby: 'startup',
      'hobby-legacy': 'startup',
      startup: 'business',
      business: 'scaling',
      professional: 'enterprise',
      scaling: null,
      enterprise: null,
      custom: null,
    })
  })

  it('B2: concurrency is an entitlement of each plan', () => {
    expect(Object.fromEntries(product.plans.map(({ id, entitlements }) => [id, entitlements.concurrency]))).toMatchObject({
      free: 5,
      student: 20,
      hobby: 20,
      'hobby-legacy': 10,
      startup: 50,
      business: 100,
      professional: 400,
      scaling: 200,
      enterprise: 500,
    })
  })

  it('a year costs ten months and gives twelve months’ credits at once (G78)', () => {
    const { segments, terms } = held('hobby', { interval: 'year' })
    expect(terms.plan.prices.year).toBe(490_00n)
    expect(segments[0]?.limit).toBe(1_200_000n)
  })
})

describe('B11: only requests are metered', () => {
  it('by one meter, of which every event counts', () => {
    expect(product.meters).toEqual([{ id: 'credits', unit: 'credits', filter: null }])
  })

  it('and a cap counts one meter, or two would pass it together (B6)', () => {
    const meters = [...scrapeCredits.meters, { id: 'bytes', unit: 'bytes' }]
    const plans = scrapeCredits.plans.map((plan) => (plan.id === 'scaling' ? { ...plan, included: { ...plan.included, bytes: 1 } } : plan))
    expect(parseProduct({ ...scrapeCredits, meters, plans }, 1)).toMatchObject({ ok: false, error: [{ path: 'plans.7.included' }] })
  })
})

describe('B8: cancelling', () => {
  it('is free of charge, at any time, effective at the period’s end', () => {
    const holding = held('hobby', { used: 100_000n })
    expect(decideCancel({ holding, now: afterDays(3) })).toMatchObject({ ok: true, value: { cancelAt: holding.period.end } })
  })
})

describe('G64: what begins and ends on a day', () => {
  const registered = instant('2025-11-03T23:59:59.999Z')
  const since = instant('2025-11-04T00:00:00Z')
  const decide = (plan: string, request: LimitsRequest, facts: { at: string; registeredAt?: typeof since; interval?: 'month' | 'year' }) => {
    const now = instant(facts.at)
    const holding = held(plan, { start: addDays(now, -1), interval: facts.interval ?? 'month' })
    const decided = decideLimits({ holding, request, approvedMaximum: null, registeredAt: facts.registeredAt ?? registered, now })
    return decided.ok ? 'ok' : decided.error.code
  }

  it.each([
    { plan: 'hobby', request: { autoUpgrade: true }, at: '2025-11-03T23:59:59.999Z', answer: 'plan_not_eligible' },
    { plan: 'hobby', request: { autoUpgrade: true }, at: '2025-11-04T00:00:00.000Z', answer: 'ok' },
    { plan: 'scaling', request: { payAsYouGo: { enabled: true, cap: null } }, at: '2025-11-03T23:59:59.999Z', answer: 'plan_not_eligible' },
    { plan: 'scaling', request: { payAsYouGo: { enabled: true, cap: null } }, at: '2025-11-04T00:00:00.000Z', answer: 'ok' },
    { plan: 'scaling', request: { payAsYouGo: { enabled: false } }, at: '2025-11-03T23:59:59.999Z', answer: 'ok' },
    { plan: 'hobby', request: { autoRenew: true }, at: '2025-11-03T00:00:00.000Z', answer: 'ok' },
    { plan: 'hobby', request: { autoRenew: true }, at: '2026-01-04T23:59:59.999Z', answer: 'ok' },
    { plan: 'hobby', request: { autoRenew: true }, at: '2026-01-05T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'hobby', request: { autoRenew: true }, at: '2025-12-01T00:00:00.000Z', registeredAt: since, answer: 'plan_not_eligible' },
    { plan: 'free', request: { autoRenew: true }, at: '2025-12-01T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'free', request: { autoUpgrade: true }, at: '2026-02-01T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'scaling', request: { autoUpgrade: true }, at: '2026-02-01T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'hobby', request: { autoUpgrade: true }, at: '2026-02-01T00:00:00.000Z', interval: 'year' as const, answer: 'plan_not_eligible' },
    { plan: 'business', request: { payAsYouGo: { enabled: true } }, at: '2026-02-01T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'hobby', request: { hardLimit: 200_000n }, at: '2026-02-01T00:00:00.000Z', answer: 'plan_not_eligible' },
    { plan: 'free', request: { autoRenew: false, autoUpgrade: false }, at: '2026-02-01T00:00:00.000Z', answer: 'ok' },
  ])('$plan, $request at $at: $answer', ({ plan, request, answer, ...facts }) => {
    expect(decide(plan, request, facts)).toBe(answer)
  })

  it.each([
    { at: '2026-01-04T23:59:59.999Z', acts: 'auto_renew' },
    { at: '2026-01-05T00:00:00.000Z', acts: null },
  ])('a saved auto_renew at $at: $acts', ({ at, acts }) => {
    expect(automaticChangeOf({ terms: held('hobby').terms, settings: { autoUpgrade: false, autoRenew: true }, now: instant(at) })).toBe(acts)
  })

  it.each([
    { at: '2025-11-03T23:59:59.999Z', acts: null },
    { at: '2025-11-04T00:00:00.000Z', acts: 'auto_upgrade' },
  ])('a saved auto_upgrade at $at: $acts', ({ at, acts }) => {
    expect(automaticChangeOf({ terms: held('hobby').terms, settings: { autoUpgrade: true, autoRenew: false }, now: instant(at) })).toBe(acts)
    expect(hasBegun(product.policies.exhausted, instant(at))).toBe(acts !== null)
  })

  it('pay-as-you-go keeps its cap where the request names none', () => {
    const settings = { ...NO_SETTINGS, payAsYouGo: { enabled: true, cap: minor(7_00) } }
    const holding = held('scaling', { settings })
    const facts = { holding, approvedMaximum: null, registeredAt: since, now: instant('2026-05-02T00:00:00Z') }
    expect(decideLimits({ ...facts, request: { payAsYouGo: { enabled: false } } })).toMatchObject({ value: { payAsYouGo: { enabled: false, cap: 7_00n } } })
    expect(decideLimits({ ...facts, request: { payAsYouGo: { enabled: true, cap: null } } })).toMatchObject({ value: { payAsYouGo: { cap: null } } })
  })
})

describe('B4, B7: what is asked for beside a change', () => {
  const at = instant('2025-12-10T00:00:00Z')
  const start = instant('2025-12-01T00:00:00Z')
  const decide = (
    action: 'resubscribe' | 'renew_now',
    plan: string,
    facts: Parameters<typeof holdingOf>[1] = {},
    registeredAt = instant('2025-01-01T00:00:00Z'),
  ) => {
    const holding = held(plan, { start, ...facts })
    return decideAction({ action, holding, request: { target: holding.terms }, account: noCredit, now: at, registeredAt })
  }

  it.each(['hobby', 'hobby-legacy', 'startup', 'business', 'professional'])('%s by the year is begun anew', (plan) => {
    const limit = planOf(product, plan).included.credits ?? 0n
    const used = limit * 12n
    expect(decide('resubscribe', plan, { interval: 'year', used })).toMatchObject({ kind: 'resubscribe', rejection: null })
    expect(decide('resubscribe', plan, { interval: 'year', used: used - 1n }).rejection).toMatchObject({ code: 'not_eligible', rule: 'G42' })
  })

  it.each([
    { plan: 'student', interval: 'year' as const },
    { plan: 'scaling', interval: 'year' as const },
    { plan: 'hobby', interval: 'month' as const },
    { plan: 'free', interval: 'month' as const },
  ])('$plan by the $interval is not', ({ plan, interval }) => {
    expect(decide('resubscribe', plan, { interval, used: 10n ** 12n }).rejection).toMatchObject({ code: 'not_eligible', rule: 'G42' })
  })

  it.each(['student', 'hobby', 'scaling', 'enterprise'])('renewing %s early costs its full price', (plan) => {
    const decision = decide('renew_now', plan)
    expect(decision.document.total).toBe(planOf(product, plan).prices.month)
    expect(newTerms(decision)).toMatchObject({ newPeriod: true, anchor: at })
    expect(actionOf(decision)).toBe('renew_now')
  })

  it('G8: a payment that has failed and a cancellation are told first', () => {
    for (const action of ['resubscribe', 'renew_now'] as const) {
      expect(decide(action, 'hobby', { status: 'past_due' }).rejection).toMatchObject({ code: 'past_due' })
      expect(decide(action, 'hobby', { cancelAt: addDays(at, 5) }).rejection).toMatchObject({ code: 'cancellation_scheduled' })
    }
  })

  it('used up is at the limit, not below it', () => {
    expect(exhaustedMeter(held('hobby', { used: 99_999n }))).toBeNull()
    expect(exhaustedMeter(held('hobby', { used: 100_000n }))).toMatchObject({ meter: 'credits' })
  })

  it.each([
    { anchor: '2026-01-31T00:00:00Z', at: '2026-02-10T00:00:00Z', next: '2026-02-28T00:00:00Z' },
    { anchor: '2028-01-31T00:00:00Z', at: '2028-02-10T00:00:00Z', next: '2028-02-29T00:00:00Z' },
    { anchor: '2026-12-15T00:00:00Z', at: '2026-12-15T00:00:00Z', next: '2027-01-15T00:00:00Z' },
    { anchor: '2026-01-31T00:00:00Z', at: '2026-02-28T00:00:00Z', next: '2026-03-31T00:00:00Z' },
  ])('G98: anchored $anchor, at $at: $next', ({ anchor, at: now, next }) => {
    const { period } = held('hobby', { start: instant(anchor), interval: 'year' })
    expect(nextReview(instant(anchor), period, instant(now))?.equals(instant(next))).toBe(true)
  })
})

describe('G92: settings over a change of plan', () => {
  const payAsYouGo = { enabled: true, cap: minor(10_00) }
  it.each([
    { from: 'scaling', to: 'enterprise', kept: { payAsYouGo } },
    { from: 'scaling', to: 'hobby', kept: { payAsYouGo: { enabled: false, cap: null } } },
    { from: 'business', to: 'scaling', kept: { autoUpgrade: false } },
    { from: 'hobby', to: 'startup', kept: { autoUpgrade: true } },
    { from: 'hobby', to: 'free', kept: { autoUpgrade: false } },
  ])('$from → $to: $kept', ({ from, to, kept }) => {
    const settings = { ...NO_SETTINGS, payAsYouGo, autoUpgrade: true }
    expect(settingsUnder(settings, { from: held(from).terms, to: held(to).terms })).toMatchObject(kept)
  })

  it('a yearly plan is not upgraded by itself', () => {
    expect(settingsUnder({ ...NO_SETTINGS, autoUpgrade: true }, { from: held('hobby').terms, to: held('hobby', { interval: 'year' }).terms }).autoUpgrade).toBe(
      false,
    )
  })
})
