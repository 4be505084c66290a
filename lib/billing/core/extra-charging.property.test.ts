import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exact, extend, larger, minor, smaller, ZERO } from '../../money'
import { propertyRuns } from '../testing/arbitraries'
import { segmentOf } from '../testing/holdings'
import { afterEarlierUsage, allowedExtra, extraMaximumOf, withLeased, withSettings } from './extra-charging'
import { hasBegunBlock } from './extra-invoice'
import { ceilingOf } from './limits'
import { chargedUnits, countedUnits, extraUnits, ratedAmount, unbilled } from './rating'
import { NO_SETTINGS, type Settings, type UsageSegment } from './state'

const LIMIT = 10_000n
const overLimit = { type: 'blocks' as const, unitPrice: exact('0.004'), block: 1_000n }
const hardLimits = fc.oneof(fc.constant(null), fc.bigInt({ min: LIMIT + 1n, max: 30_000n }))
const quantities = fc.oneof(fc.bigInt({ min: 0n, max: 4_000n }), fc.constantFrom(0n, 1n, 999n, 1_000n, 1_001n))

type Step = { use: bigint } | { lease: bigint } | { settle: bigint } | { hardLimit: bigint | null }
const steps: fc.Arbitrary<Step> = fc.oneof(
  { weight: 3, arbitrary: quantities.map((use) => ({ use })) },
  { weight: 1, arbitrary: fc.record({ hardLimit: hardLimits }) },
  { weight: 1, arbitrary: quantities.map((lease) => ({ lease })) },
  { weight: 1, arbitrary: quantities.map((settle) => ({ settle })) },
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

type Lease = { granted: bigint; promised: bigint | null }
type Lived = { before: UsageSegment; after: UsageSegment; step: Step; settings: Settings; settled: Lease | null }

/** Every state of a segment under usage, leases, and settings that are changed in its middle. */
function live(path: readonly Step[], check: (lived: Lived) => void): void {
  let settings: Settings = { ...NO_SETTINGS, hardLimit: 15_000n }
  let segment = begin(settings)
  const leases: Lease[] = []
  for (const step of path) {
    const before = segment
    let settled: Lease | null = null
    if ('use' in step) segment = { ...segment, units: segment.units + step.use }
    else if ('lease' in step) leases.push(grant(segment, settings, { wanted: step.lease, leases }))
    else if ('settle' in step) {
      settled = leases.shift() ?? { granted: 0n, promised: 0n }
      const used = smaller(step.settle, settled.granted)
      const bounded = withLeased(segment, { used, promised: settled.promised })
      segment = { ...bounded, units: segment.units + used }
    } else {
      settings = { ...settings, hardLimit: step.hardLimit }
      segment = withSettings(segment, { settings, spentBefore: ZERO, currency: 'usd' })
    }
    check({ before, after: segment, step, settings, settled })
    segment = billed(segment)
  }
}

/** As many units as may still be used beside what other leases hold. */
function grant(segment: UsageSegment, settings: Settings, { wanted, leases }: { wanted: bigint; leases: readonly Lease[] }): Lease {
  const promised = allowedExtra(segment, { settings, spentBefore: ZERO, currency: 'usd' })
  const ceiling = ceilingOf({ ...segment, extraMaximum: promised, counted: countedUnits(segment) }) ?? 0n
  const held = leases.reduce((sum, { granted }) => sum + granted, 0n)
  return { granted: smaller(wanted, larger(0n, ceiling - countedUnits(segment) - held)), promised }
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
      live(path, ({ after }) => {
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
      live(path, ({ before, after, step }) => {
        if ('hardLimit' in step) expect(extraUnits(after)).toBe(extraUnits(before))
        if ('use' in step) expect(countedUnits(after)).toBe(countedUnits(before) + step.use)
      })
    })
  })

  it('is the most that may be used, and stops service where it is below what is used', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, ({ after, settings }) => {
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

describe('G61, G109: a limit that is lowered while units are handed out', () => {
  it('bills what was recorded up to the limit that holds now, whatever others were handed', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, ({ before, after, step, settings }) => {
        if ('use' in step) expect(extraUnits(after) <= larger(extraUnits(before), (settings.hardLimit ?? LIMIT) - LIMIT)).toBe(true)
      })
    })
  })

  it('bills what was handed out up to the limit that held then, or that holds now where it was raised', () => {
    holds(fc.array(steps, { maxLength: 30 }), (path) => {
      live(path, ({ before, after, settled, settings }) => {
        const now = (settings.hardLimit ?? LIMIT) - LIMIT
        if (settled) expect(extraUnits(after) <= larger(extraUnits(before), larger(settled.promised ?? 0n, now))).toBe(true)
      })
    })
  })

  it('bills the unit of a lease with which a limit is reached that was raised since', () => {
    const used = { ...begin(NO_SETTINGS), units: 2_926n }
    const lease = grant(used, NO_SETTINGS, { wanted: 3_600n, leases: [] })
    const recorded = { ...used, units: used.units + 3_475n }
    const raised = withSettings(recorded, { settings: { ...NO_SETTINGS, hardLimit: 10_001n }, spentBefore: ZERO, currency: 'usd' })
    const settled = withLeased(raised, { used: lease.granted, promised: lease.promised })
    expect(extraUnits({ ...settled, units: raised.units + lease.granted })).toBe(1n)
  })

  it.each([
    { lowered: 11_000n, recorded: 0n, used: 1_000n, billed: 2_500n },
    { lowered: 11_000n, recorded: 5_000n, used: 0n, billed: 1_500n },
    { lowered: 11_000n, recorded: 5_000n, used: 1_000n, billed: 2_500n },
    { lowered: 12_000n, recorded: 5_000n, used: 1_000n, billed: 3_000n },
  ])('of 11,500 used and 1,000 handed out: lowered to $lowered, $recorded recorded, $used of the lease used: $billed are billed', (one) => {
    const settings = { ...NO_SETTINGS, hardLimit: 15_000n }
    const used = { ...begin(settings), units: 11_500n }
    const lease = grant(used, settings, { wanted: 1_000n, leases: [] })
    const lowered = withSettings(used, { settings: { ...settings, hardLimit: one.lowered }, spentBefore: ZERO, currency: 'usd' })
    const recorded = { ...lowered, units: lowered.units + one.recorded }
    const settled = withLeased(recorded, { used: one.used, promised: lease.promised })
    expect(extraUnits({ ...settled, units: recorded.units + one.used })).toBe(one.billed)
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
