import { describe, expect, it } from 'vitest'
import { exact } from '../../money'
import { decideAlerts } from './alerts'
import { decideConsume, percentUsed, remainingUnits, usageState } from './limits'

const block = { type: 'block' } as const
const overage = { type: 'overage', unitPrice: exact('0.0005') } as const

describe('A2: the limit', () => {
  it.each([
    { counted: 999n, quantity: 1n, allowed: true, why: 'the 1,000th is served' },
    { counted: 1_000n, quantity: 1n, allowed: false, why: 'the 1,001st is not' },
    { counted: 1_000n, quantity: 0n, allowed: true, why: 'nothing is always allowed' },
    { counted: 5_000n, quantity: 0n, allowed: true, why: 'also far over it' },
    { counted: 990n, quantity: 10n, allowed: true, why: 'a batch that just fits' },
    { counted: 990n, quantity: 11n, allowed: false, why: 'all or nothing' },
    { counted: 0n, quantity: 1_001n, allowed: false, why: 'more than the whole limit' },
  ])('$counted used and $quantity asked: $allowed ($why)', ({ counted, quantity, allowed }) => {
    expect(decideConsume({ limit: 1_000n, overLimit: block, counted, quantity }).allowed).toBe(allowed)
  })

  it('says by which rule and which numbers it refuses', () => {
    expect(decideConsume({ limit: 1_000n, overLimit: block, counted: 1_000n, quantity: 1n })).toEqual({
      allowed: false,
      reason: 'limit_reached',
      rule: 'A2',
      formula: '1,000 + 1 > 1,000',
      inputs: { used: 1000, quantity: 1, limit: 1000 },
    })
  })

  it('A3: overage goes on, and so does a meter without a limit', () => {
    expect(decideConsume({ limit: 1_000n, overLimit: overage, counted: 1_000n, quantity: 10_000n })).toEqual({ allowed: true })
    expect(decideConsume({ limit: null, overLimit: block, counted: 10n ** 15n, quantity: 1n })).toEqual({ allowed: true })
  })

  it('a limit of 0 allows nothing but 0', () => {
    expect(decideConsume({ limit: 0n, overLimit: block, counted: 0n, quantity: 1n }).allowed).toBe(false)
    expect(decideConsume({ limit: 0n, overLimit: block, counted: 0n, quantity: 0n }).allowed).toBe(true)
  })
})

describe('G48: what remains', () => {
  it.each([
    { limit: 1_000n, overLimit: block, counted: 0n, remaining: 1_000n },
    { limit: 1_000n, overLimit: block, counted: 999n, remaining: 1n },
    { limit: 1_000n, overLimit: block, counted: 1_000n, remaining: 0n },
    { limit: 1_000n, overLimit: block, counted: 1_200n, remaining: 0n },
    { limit: 1_000n, overLimit: overage, counted: 10n, remaining: null },
    { limit: null, overLimit: block, counted: 10n, remaining: null },
  ])('$counted of $limit ($overLimit.type): $remaining', ({ limit, overLimit, counted, remaining }) => {
    expect(remainingUnits({ limit, overLimit, counted })).toBe(remaining)
  })
})

describe('G77: per cent and state', () => {
  it.each([
    { counted: 0n, percent: 0, state: 'ok' },
    { counted: 23_999n, percent: 79, state: 'ok' },
    { counted: 24_000n, percent: 80, state: 'warning' },
    { counted: 29_999n, percent: 99, state: 'warning' },
    { counted: 30_000n, percent: 100, state: 'limit_reached' },
    { counted: 30_300n, percent: 101, state: 'limit_reached' },
  ])('$counted of 30,000 is $percent % and $state', ({ counted, percent, state }) => {
    expect(percentUsed({ limit: 30_000n, counted })).toBe(percent)
    expect(usageState({ limit: 30_000n, counted, extra: 0n })).toBe(state)
  })

  it('is overage once an extra unit is used, and not at exactly the limit', () => {
    expect(usageState({ limit: 1_000_000n, counted: 1_000_000n, extra: 0n })).toBe('limit_reached')
    expect(usageState({ limit: 1_000_000n, counted: 1_000_001n, extra: 1n })).toBe('overage')
  })

  it('C13: counted above a new limit without an extra unit is not overage', () => {
    expect(usageState({ limit: 300_000n, counted: 1_000_000n, extra: 0n })).toBe('limit_reached')
  })

  it('warns from the threshold that is set', () => {
    expect(usageState({ limit: 100n, counted: 50n, extra: 0n, warnAt: 50 })).toBe('warning')
    expect(usageState({ limit: 100n, counted: 49n, extra: 0n, warnAt: 50 })).toBe('ok')
  })

  it('has no per cent without a limit, and all of nothing is used', () => {
    expect(percentUsed({ limit: null, counted: 5n })).toBeNull()
    expect(usageState({ limit: null, counted: 5n, extra: 0n })).toBe('ok')
    expect(percentUsed({ limit: 0n, counted: 0n })).toBe(100)
  })
})

describe('A5, G44: alerts', () => {
  const alerts = (counted: bigint, fired: number[] = [], limit: bigint | null = 1_000n) => decideAlerts({ thresholds: [80, 100], limit, counted, fired })

  it.each([
    { counted: 799n, fired: [], fire: null, passedOver: [], holding: [], why: 'one below' },
    { counted: 800n, fired: [], fire: 80, passedOver: [], holding: [80], why: 'exactly at' },
    { counted: 900n, fired: [80], fire: null, passedOver: [], holding: [80], why: 'once a period and limit' },
    { counted: 999n, fired: [80], fire: null, passedOver: [], holding: [80], why: 'one below the next' },
    { counted: 1_000n, fired: [80], fire: 100, passedOver: [], holding: [80, 100], why: 'the next' },
    { counted: 1_000n, fired: [], fire: 100, passedOver: [80], holding: [80, 100], why: 'one jump past both sends only the higher' },
    { counted: 2_000n, fired: [80, 100], fire: null, passedOver: [], holding: [80, 100], why: 'both were told' },
    { counted: 1_000n, fired: [100], fire: null, passedOver: [80], holding: [80, 100], why: 'a lower one is not told after a higher one' },
    { counted: 500n, fired: [80, 100], fire: null, passedOver: [], holding: [], why: 'what does not hold any more is cleared' },
  ])('$counted of 1,000, told $fired: fires $fire ($why)', ({ counted, fired, fire, passedOver, holding }) => {
    expect(alerts(counted, fired)).toEqual({ fire, passedOver, holding })
  })

  it('compares exactly: 80 % of 999 is 799.2', () => {
    expect(alerts(799n, [], 999n).fire).toBeNull()
    expect(alerts(800n, [], 999n).fire).toBe(80)
  })

  it('without a limit, or without usage, there is none', () => {
    expect(alerts(10n ** 9n, [], null)).toEqual({ fire: null, passedOver: [], holding: [] })
    expect(alerts(0n, [], 0n)).toEqual({ fire: null, passedOver: [], holding: [] })
  })

  it('takes thresholds in any order', () => {
    expect(decideAlerts({ thresholds: [100, 50, 80], limit: 100n, counted: 90n, fired: [] })).toEqual({ fire: 80, passedOver: [50], holding: [50, 80] })
  })
})
