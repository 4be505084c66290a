import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exact, extend, minor, ZERO } from '../../money'
import { propertyRuns } from '../testing/arbitraries'
import { segmentOf } from '../testing/holdings'
import { afterEarlierUsage, allowedExtra, extraMaximumOf, withSettings } from './extra-charging'
import { hasBegunBlock } from './extra-invoice'
import { ceilingOf } from './limits'
import { chargedUnits, countedUnits, extraUnits, ratedAmount, unbilled } from './rating'
import { NO_SETTINGS, type Settings, type UsageSegment } from './state'

const LIMIT = 10_000n
const overLimit = { type: 'blocks' as const, unitPrice: exact('0.004'), block: 1_000n }
const hardLimits = fc.oneof(fc.constant(null), fc.bigInt({ min: LIMIT + 1n, max: 30_000n }))
const quantities = fc.oneof(fc.bigInt({ min: 0n, max: 4_000n }), fc.constantFrom(0n, 1n, 999n, 1_000n, 1_001n))

type Step = { use: bigint } | { hardLimit: bigint | null; reserved: bigint }
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: quantities.map((use) => ({ use })) },
  { weight: 1, arbitrary: fc.record({ hardLimit: hardLimits, reserved: fc.constantFrom(0n, 0n, 700n) }) },
)

function begin(settings: Settings): UsageSegment {
  const bounds = { overLimit, meter: 'calls', settings, threshold: LIMIT, monthBase: 0n, spentBefore: ZERO, currency: 'usd' }
  return segmentOf({ limit: LIMIT, overLimit, extraThreshold: LIMIT, extraMaximum: extraMaximumOf(bounds) })
}

/** What an invoice now bills, as the segment remembers it. */
function billed(segment: UsageSegment): UsageSegment {
  const open = unbilled(segment, 'usd')
  return { ...segment, billedUnits: segment.billedUnits + open.units, billedAmount: minor(segment.billedAmount + open.amount) }
}

/** Every state of a segment under usage and under settings that are changed in its middle. */
function live(path: readonly Step[], check: (before: UsageSegment, after: UsageSegment, step: Step, settings: Settings) => void): void {
  let settings: Settings = { ...NO_SETTINGS, hardLimit: 15_000n }
  let segment = begin(settings)
  for (const step of path) {
    const before = segment
    if ('use' in step) segment = { ...segment, units: segment.units + step.use }
    else {
      settings = { ...settings, hardLimit: step.hardLimit }
      segment = withSettings(segment, { settings, spentBefore: ZERO, currency: 'usd', reserved: step.reserved })
    }
    check(before, segment, step, settings)
    segment = billed(segment)
  }
}

function holds<Case>(cases: fc.Arbitrary<Case>, check: (one: Case) => void): void {
  fc.assert(
    fc.property(cases, (one) => {
      check(one)
    }),
    propertyRuns,
  )
}

describe('S3, S7: blocks', () => {
  it.each([
    [0n, 0n],
    [1n, 1_000n],
    [999n, 1_000n],
    [1_000n, 1_000n],
    [1_001n, 2_000n],
    [2_000n, 2_000n],
    [2_500n, 3_000n],
    [5_000n, 5_000n],
    [5_001n, 5_000n],
  ])('S3: %d extra units are charged as %d', (extra, charged) => {
    expect(chargedUnits({ ...begin({ ...NO_SETTINGS, hardLimit: 15_000n }), units: LIMIT + extra })).toBe(charged)
  })

  it('S7: together cost ceil(extra / 1,000) × 1,000 × price, in however many pieces they were used and billed', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, (_, after) => {
        const extra = extraUnits(after)
        const whole = ((extra + 999n) / 1_000n) * 1_000n
        expect(chargedUnits(after)).toBe(whole)
        expect(ratedAmount(after, 'usd')).toBe(extend(exact('0.004'), whole, 'usd'))
        expect(after.billedAmount <= ratedAmount(after, 'usd')).toBe(true)
        expect(hasBegunBlock(after, 'usd')).toBe(after.billedUnits < whole)
      })
    })
  })
})

describe('G50, G57: a hard limit that is changed in the middle of a period', () => {
  it('leaves the extra units so far as they are: what was recorded above it is never billed', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, (before, after, step) => {
        if ('hardLimit' in step) expect(extraUnits(after)).toBe(extraUnits(before))
        expect(countedUnits(after)).toBe(countedUnits(before) + ('use' in step ? step.use : 0n))
      })
    })
  })

  it('is the most that may be used, and stops service where it is below what is used', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, (_, after, __, settings) => {
        const extraMaximum = allowedExtra(after, { settings, spentBefore: ZERO, currency: 'usd' })
        const ceiling = ceilingOf({ ...after, extraMaximum, counted: countedUnits(after) })
        expect(ceiling).not.toBeNull()
        const mostly = settings.hardLimit ?? LIMIT
        if (ceiling !== null && ceiling > countedUnits(after)) expect(ceiling).toBe(mostly)
        if (countedUnits(after) < mostly) expect(ceiling).toBe(mostly)
      })
    })
  })

  it('S7: bills one more unit where it is used up to, and none beyond', () => {
    holds(fc.tuple(hardLimits, quantities), ([hardLimit, over]) => {
      const segment = { ...begin({ ...NO_SETTINGS, hardLimit }), units: (hardLimit ?? LIMIT) + over }
      expect(extraUnits(segment)).toBe((hardLimit ?? LIMIT) - LIMIT)
    })
  })
})

describe('G61: usage that turns out to be from before a change', () => {
  it('counts against the new limit, and leaves the extra units so far as they are', () => {
    holds(fc.tuple(quantities, quantities, hardLimits), ([used, earlier, hardLimit]) => {
      const segment = { ...begin({ ...NO_SETTINGS, hardLimit }), units: LIMIT - 2_000n + used }
      const moved = afterEarlierUsage(segment, earlier)
      expect(countedUnits(moved)).toBe(countedUnits(segment) + earlier)
      expect(extraUnits(moved)).toBe(extraUnits(segment))
    })
  })
})
