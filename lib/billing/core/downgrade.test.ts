import { describe, expect, it } from 'vitest'
import { addDays, instant } from '../../time'
import { floorOf } from '../testing/formula'
import { afterDays, apiCallsProduct, apiCallsWith, holdingOf, MAY, plan, productFrom, segmentOf, termsOf } from '../testing/holdings'
import { planOf } from './catalog'
import { allowedUsage, checkDowngrade } from './downgrade'
import type { Holding } from './state'

const bonus = { numerator: 11n, denominator: 10n }
const basic = planOf(apiCallsProduct, 'basic')
const { downgrade: policy } = apiCallsProduct.policies
const check = (holding: Holding, now = afterDays(4), target = basic) => checkDowngrade({ policy, target, holding, now })

describe('A7b: the allowance', () => {
  it.each([
    { elapsed: 0, allowed: 0n },
    { elapsed: 1, allowed: 1_100n },
    { elapsed: 4, allowed: 4_400n },
    { elapsed: 5, allowed: 5_500n },
    { elapsed: 15, allowed: 16_500n },
    { elapsed: 25, allowed: 27_500n },
    { elapsed: 27, allowed: 29_700n },
    { elapsed: 28, allowed: 30_000n },
    { elapsed: 29, allowed: 30_000n },
    { elapsed: 30, allowed: 30_000n },
    { elapsed: 31, allowed: 30_000n },
  ])('after $elapsed completed days Basic allows $allowed', ({ elapsed, allowed }) => {
    expect(allowedUsage(30_000n, elapsed, 30, bonus)).toBe(allowed)
  })

  it('is shown rounded down: 1,000 × 4 / 30 × 1.1 = 146.67', () => {
    expect(allowedUsage(1_000n, 4, 30, bonus)).toBe(146n)
  })
})

describe('A7b: Pro → Basic with 5,000 calls', () => {
  it.each([
    { day: 5, verdict: 'downgrade_usage_exceeded' },
    { day: 15, verdict: 'allowed' },
    { day: 25, verdict: 'allowed' },
    { day: 30, verdict: 'allowed' },
  ])('on day $day of the cycle: $verdict', ({ day, verdict }) => {
    expect(check(holdingOf('pro', { used: 5_000n }), afterDays(day - 1))?.code ?? 'allowed').toBe(verdict)
  })

  it('on day 5 says reason, usage, allowance, and when it fits', () => {
    expect(check(holdingOf('pro', { used: 5_000n }))).toEqual({
      code: 'downgrade_usage_exceeded',
      rule: 'A7b',
      message:
        'You have used 5,000 calls; with 4 days of this cycle completed, Basic allows 4,400. From 6 May 2026, 00:00 UTC this will fit if usage stays as it is; at the latest after the renewal on 31 May 2026, 00:00 UTC.',
      formula: '5,000 > min(30,000 × 4 / 30 × 1.1, 30,000) = 4,400',
      inputs: { meter: 'calls', used: 5000, target_limit: 30000, elapsed_days: 4, total_days: 30, bonus: '1.1' },
      currentUsage: 5_000n,
      allowedUsage: 4_400n,
      meter: 'calls',
      elapsedDays: 4,
      targetLimit: 30_000n,
      retryAt: instant('2026-05-06T00:00:00Z'),
      renewalAt: instant('2026-05-31T00:00:00Z'),
    })
  })

  it('states an allowance that its own formula gives', () => {
    const formula = check(holdingOf('pro', { used: 29_999n }), afterDays(13))?.formula ?? ''
    const [, expression = ''] = formula.match(/> (min\(.*\)) = /) ?? []
    expect(floorOf(expression)).toBe(14_300n)
    expect(formula.endsWith('= 14,300')).toBe(true)
  })
})

describe('A7b: boundaries', () => {
  it.each([
    { used: 0n, days: 0, verdict: 'allowed', why: 'no usage always fits' },
    { used: 1n, days: 0, verdict: 'rejected', why: 'on the first day nothing else does' },
    { used: 4_399n, days: 4, verdict: 'allowed', why: 'one below' },
    { used: 4_400n, days: 4, verdict: 'allowed', why: 'exactly the allowance' },
    { used: 4_401n, days: 4, verdict: 'rejected', why: 'one above' },
    { used: 29_999n, days: 28, verdict: 'allowed', why: 'one below the limit, capped' },
    { used: 30_000n, days: 29, verdict: 'rejected', why: 'the target limit itself never fits' },
    { used: 30_001n, days: 29, verdict: 'rejected', why: 'nor does more' },
  ])('$used used after $days days is $verdict: $why', ({ used, days, verdict }) => {
    expect(check(holdingOf('pro', { used }), afterDays(days)) === null ? 'allowed' : 'rejected').toBe(verdict)
  })

  it('compares exactly where the allowance is no whole number: 146.67 allows 146 and not 147', () => {
    const free = planOf(apiCallsProduct, 'free')
    expect(check(holdingOf('pro', { used: 146n }), afterDays(4), free)).toBeNull()
    expect(check(holdingOf('pro', { used: 147n }), afterDays(4), free)?.allowedUsage).toBe(146n)
  })

  it('turns at the very instant at which a day is completed', () => {
    const holding = holdingOf('pro', { used: 5_000n })
    expect(check(holding, instant('2026-05-05T23:59:59.999Z'))?.code).toBe('downgrade_usage_exceeded')
    expect(check(holding, instant('2026-05-06T00:00:00Z'))).toBeNull()
  })

  it('checks counted usage, what was carried over a change among it (G46)', () => {
    const segments = [segmentOf({ limit: 300_000n, countedAtStart: 4_000n, units: 500n })]
    expect(check(holdingOf('pro', { segments }))?.currentUsage).toBe(4_500n)
  })
})

describe('G31: when it can be tried again', () => {
  it.each([
    { used: 1n, retry: '2026-05-02', why: 'one day allows 1,100' },
    { used: 1_100n, retry: '2026-05-02', why: 'exactly what a day allows' },
    { used: 1_101n, retry: '2026-05-03', why: 'one more needs another' },
    { used: 29_999n, retry: '2026-05-29', why: 'after 28 days the cap is reached' },
    { used: 30_000n, retry: '2026-05-31', why: 'at the target limit: the renewal' },
    { used: 250_000n, retry: '2026-05-31', why: 'above it: the renewal' },
  ])('$used used on the first day: $retry, for $why', ({ used, retry }) => {
    expect(check(holdingOf('pro', { used }), MAY)?.retryAt).toEqual(instant(`${retry}T00:00:00Z`))
  })

  it('is the first day that fits: the same request is refused the day before and allowed then', () => {
    for (let used = 1n; used < 30_000n; used += 997n) {
      const holding = holdingOf('pro', { used })
      const retryAt = check(holding, MAY)?.retryAt
      if (!retryAt) throw new Error('the first day allows nothing')
      expect(check(holding, retryAt)).toBeNull()
      expect(check(holding, addDays(retryAt, -1))?.code).toBe('downgrade_usage_exceeded')
    }
  })

  it('without a bonus that reaches it in time, it is the renewal', () => {
    const slow = { type: 'now', oncePerCycle: false, usageRatio: { bonus: { numerator: 1n, denominator: 2n } }, settlesExtra: 'never' } as const
    const refused = checkDowngrade({ policy: slow, target: basic, holding: holdingOf('pro', { used: 20_000n }), now: afterDays(10) })
    expect(refused?.retryAt).toEqual(instant('2026-05-31T00:00:00Z'))
    expect(refused?.message).toContain('You can downgrade after the renewal on 31 May 2026')
  })
})

describe('A7a: once a cycle', () => {
  it('refuses the second, whatever the usage, until the renewal', () => {
    const refused = check(holdingOf('pro', { used: 0n, downgradedAt: afterDays(2) }))
    expect(refused).toMatchObject({
      code: 'downgrade_already_used',
      rule: 'A7a',
      retryAt: instant('2026-05-31T00:00:00Z'),
      currentUsage: 0n,
      allowedUsage: 4_400n,
    })
  })

  it('is the reason that is told where usage would not fit either (G31)', () => {
    expect(check(holdingOf('pro', { used: 299_000n, downgradedAt: afterDays(2) }))?.code).toBe('downgrade_already_used')
  })

  it.each([
    { at: instant('2026-04-30T23:59:59.999Z'), used: false, why: 'the cycle before' },
    { at: MAY, used: true, why: 'the first instant of this one' },
  ])('a downgrade of $at counts: $used ($why)', ({ at, used }) => {
    expect(check(holdingOf('pro', { downgradedAt: at })) !== null).toBe(used)
  })

  it('holds only where the policy says so', () => {
    const unguarded = { type: 'now', oncePerCycle: false, usageRatio: null, settlesExtra: 'never' } as const
    expect(checkDowngrade({ policy: unguarded, target: basic, holding: holdingOf('pro', { used: 299_999n, downgradedAt: MAY }), now: afterDays(1) })).toBeNull()
  })

  it('a downgrade that waits for the period has no constraints', () => {
    const holding = holdingOf('pro', { product: apiCallsWith({ downgrade: { type: 'period_end' } }), used: 299_999n, downgradedAt: MAY })
    expect(checkDowngrade({ policy: { type: 'period_end' }, target: basic, holding, now: afterDays(1) })).toBeNull()
  })
})

describe('A7b with several meters', () => {
  const meters = ['requests', 'traces', 'exports'].map((id) => ({ id, unit: id }))
  const target = plan({ id: 'small', rank: 1, prices: {}, included: { requests: 3_000n, traces: 300n } })
  const product = {
    ...productFrom({ ...{ id: 'mixed', name: 'Mixed', currency: 'usd', meters }, plans: [planDocument('large', 2)], policies: policyDocument() }),
  }
  const holding = (requests: bigint, traces: bigint, exports: bigint): Holding => ({
    ...holdingOf('large', { product }),
    terms: termsOf(product, 'large'),
    segments: Object.entries({ requests, traces, exports }).map(([meter, units]) => segmentOf({ meter, units, limit: 1_000_000n })),
  })

  it('every meter with a limit has to fit; one without does not matter', () => {
    expect(check(holding(440n, 44n, 900_000n), afterDays(4), target)).toBeNull()
    expect(check(holding(441n, 44n, 0n), afterDays(4), target)).toMatchObject({ meter: 'requests', currentUsage: 441n, allowedUsage: 440n })
    expect(check(holding(440n, 45n, 0n), afterDays(4), target)).toMatchObject({ meter: 'traces', currentUsage: 45n, allowedUsage: 44n })
  })

  it('the time to try again is when all of them fit', () => {
    const refused = check(holding(441n, 200n, 0n), afterDays(4), target)
    expect(refused?.meter).toBe('requests')
    expect(refused?.retryAt).toEqual(addDays(MAY, 19)) // 300 × 19 / 30 × 1.1 = 209
    expect(check(holding(441n, 300n, 0n), afterDays(4), target)?.retryAt).toEqual(instant('2026-05-31T00:00:00Z'))
  })
})

function planDocument(id: string, rank: number) {
  return { id, name: id, rank, prices: { month: 5_000 }, included: { requests: 1_000_000 }, over_limit: { type: 'block' } }
}

function policyDocument() {
  return { cycle: { days: 30 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'now' }, refund: { hours: 1 } }
}
