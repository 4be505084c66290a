import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { exact, exactFromMinor, minor, ZERO } from '../../money'
import { propertyRuns } from '../testing/arbitraries'
import { segmentOf } from '../testing/holdings'
import { atMonthStart, extraMaximumOf, mostOfMonth, spentThisMonth, withSettings } from './extra-charging'
import { decideConsume, remainingUnits } from './limits'
import { countedUnits, extraUnits, unbilled } from './rating'
import { NO_SETTINGS, type Settings, type UsageSegment } from './state'

const currency = 'usd'
const meter = 'credits'

type Step =
  | { do: 'record' | 'consume'; quantity: number }
  /** What still fits, or one unit more. */
  | { do: 'consume_rest'; over: number }
  | { do: 'set'; enabled: boolean; cap: number | null }
  | { do: 'month' }

const quantities = fc.oneof(fc.constantFrom(0, 1, 2), fc.integer({ min: 0, max: 400_000 }))
const steps: fc.Arbitrary<Step> = fc.oneof(
  fc.record({ do: fc.constantFrom('record' as const, 'consume' as const), quantity: quantities }),
  fc.record({ do: fc.constant('consume_rest' as const), over: fc.constantFrom(0, 1) }),
  fc.record({
    do: fc.constant('set' as const),
    enabled: fc.boolean(),
    cap: fc.oneof(fc.constant(null), fc.constantFrom(0, 1, 10_00), fc.integer({ min: 0, max: 50_00 })),
  }),
  fc.constant({ do: 'month' as const }),
)

/** The rule told again, batch by batch: a unit is billed iff it is beyond the limit, pay-as-you-go is on, and the cap still covers it. */
class Oracle {
  counted = 0n
  billable = 0n
  ofMonth = 0n
  constructor(
    readonly limit: bigint,
    readonly price: bigint,
  ) {}

  use(quantity: bigint, { enabled, cap }: Settings['payAsYouGo']): void {
    const from = this.counted > this.limit ? this.counted : this.limit
    this.counted += quantity
    const beyond = this.counted > from ? this.counted - from : 0n
    if (!enabled) return
    const covered = cap === null ? null : exactFromMinor(cap, currency) / this.price
    const room = covered === null ? beyond : covered > this.ofMonth ? covered - this.ofMonth : 0n
    const billed = beyond < room ? beyond : room
    this.billable += billed
    this.ofMonth += billed
  }
}

describe('B6: the cap, whatever is set, consumed and recorded', () => {
  const lives = fc.tuple(fc.constantFrom('0.000095', '0.00008', '0.1', '3'), fc.integer({ min: 0, max: 100_000 }), fc.array(steps, { maxLength: 30 }))

  it('is never passed in a billing month, by a cent or a unit, and what is within it is billed', () => {
    fc.assert(
      fc.property(lives, ([unitPrice, limit, life]) => {
        const price = exact(unitPrice)
        let settings: Settings = NO_SETTINGS
        let highestCap: bigint | null = 0n
        let segment: UsageSegment = segmentOf({
          meter,
          limit: BigInt(limit),
          overLimit: { type: 'pay_as_you_go', unitPrice: price },
          extraThreshold: BigInt(limit),
          extraMaximum: 0n,
        })
        const oracle = new Oracle(BigInt(limit), price)
        const standing = () => ({ ...segment, counted: countedUnits(segment), settings, currency })
        const use = (quantity: bigint) => {
          segment = { ...segment, units: segment.units + quantity }
          oracle.use(quantity, settings.payAsYouGo)
        }
        const consume = (quantity: bigint) => {
          const { allowed } = decideConsume({ ...standing(), quantity })
          if (!allowed) return false
          const wasWithin = countedUnits(segment) <= oracle.limit || settings.payAsYouGo.enabled
          const before = oracle.billable
          const from = countedUnits(segment)
          use(quantity)
          // Nothing that was allowed goes unbilled: beyond the limit each unit is paid for.
          if (quantity > 0n && wasWithin) {
            const beyond = countedUnits(segment) - (from > oracle.limit ? from : oracle.limit)
            expect(oracle.billable - before).toBe(beyond > 0n ? beyond : 0n)
          }
          return true
        }
        for (const step of life) {
          switch (step.do) {
            case 'record':
              use(BigInt(step.quantity))
              break
            case 'consume':
              consume(BigInt(step.quantity))
              break
            case 'consume_rest': {
              const rest = remainingUnits(standing())
              if (rest !== null) expect(consume(rest + BigInt(step.over))).toBe(step.over === 0)
              break
            }
            case 'set': {
              const { enabled } = step
              const cap = step.cap === null ? null : minor(step.cap)
              settings = { ...NO_SETTINGS, payAsYouGo: { enabled, cap } }
              segment = withSettings(segment, { settings, spentBefore: ZERO, currency })
              if (enabled) highestCap = cap === null || highestCap === null ? null : cap > highestCap ? cap : highestCap
              break
            }
            case 'month': {
              const open = unbilled(segment, currency)
              segment = { ...segment, billedUnits: segment.billedUnits + open.units, billedAmount: minor(segment.billedAmount + open.amount) }
              segment = atMonthStart(segment, { settings, currency })
              oracle.ofMonth = 0n
              highestCap = settings.payAsYouGo.enabled ? settings.payAsYouGo.cap : 0n
              break
            }
          }
          expect(extraUnits(segment)).toBe(oracle.billable)
          const spent = spentThisMonth([segment], currency)
          if (highestCap !== null) expect(spent).toBeLessThanOrEqual(highestCap)
          const most = mostOfMonth([segment], { settings, spentBefore: ZERO, currency })
          if (most !== null) expect(spent).toBeLessThanOrEqual(most)
        }
      }),
      propertyRuns,
    )
  })
})

describe('G52: the boundary', () => {
  const bounds = {
    overLimit: { type: 'pay_as_you_go', unitPrice: exact('0.000095') },
    meter,
    threshold: 5_000_000n,
    monthBase: 0n,
    spentBefore: ZERO,
    currency,
  } as const
  const under = (cap: bigint | null, enabled = true) =>
    extraMaximumOf({ ...bounds, settings: { hardLimit: null, payAsYouGo: { enabled, cap: cap === null ? null : minor(cap) } } })

  it.each([
    { cap: 10_00n, units: 105_263n, why: '105,263 × $0.000095 = $9.999985' },
    { cap: 0n, units: 0n, why: 'nothing' },
    { cap: 95n, units: 10_000n, why: 'exactly the cap' },
    { cap: 94n, units: 9_894n, why: 'a cent below it' },
    { cap: 96n, units: 10_105n, why: 'a cent above it' },
    { cap: null, units: null, why: 'no cap' },
  ])('$cap: $units ($why)', ({ cap, units }) => {
    expect(under(cap)).toBe(units)
  })

  it('is nothing while it is off, and fits a counter however absurd the cap', () => {
    expect(under(10_00n, false)).toBe(0n)
    expect(under(BigInt(Number.MAX_SAFE_INTEGER) * 1_000n)).toBe(2n ** 62n)
  })

  it('G92: $9.50 of $10.00 leaves $0.50', () => {
    expect(extraMaximumOf({ ...bounds, spentBefore: minor(9_50n), settings: { hardLimit: null, payAsYouGo: { enabled: true, cap: minor(10_00n) } } })).toBe(
      5_263n,
    )
  })
})
