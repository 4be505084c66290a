import { minor } from '../../money'
import { atMonthStart } from './extra-charging'
import type { Line } from './line'
import { arrearsLines, type Billed, billedNow } from './rating'
import type { Holding, UsageSegment } from './state'

/** A running segment as a new billing month finds it. */
export type BegunMonth = { segmentIndex: number; segment: UsageSegment }

/** What a billing month that is over owes for pay-as-you-go, and how the next one begins. */
export type ClosedMonth = { lines: Line[]; billed: Billed[]; begun: BegunMonth[] }

export const NOTHING_EXTRA: ClosedMonth = { lines: [], billed: [], begun: [] }

/**
 * Within a period that is longer than a month pay-as-you-go is invoiced each billing month, and its cap counts anew (G53, B6).
 * What a change has ended in the middle of the period is billed with it, and stays as it is.
 */
export function closeMonth({ terms, period, segments, settings, billingMonthStart }: Holding): ClosedMonth {
  const { currency, meters } = terms.product
  const isPaidAsUsed = ({ overLimit }: UsageSegment) => overLimit.type === 'pay_as_you_go'
  const lines = arrearsLines(segments.filter(isPaidAsUsed), { period, currency, meters, monthStart: billingMonthStart })
  const billed = billedNow(segments, { period, currency }).filter(({ segmentIndex }) => {
    const segment = segments[segmentIndex]
    return segment !== undefined && isPaidAsUsed(segment)
  })
  const begun = segments.flatMap((segment, segmentIndex) => {
    const isRunning = segments.findLastIndex(({ meter }) => meter === segment.meter) === segmentIndex
    if (!isRunning || !isPaidAsUsed(segment)) return []
    const part = billed.find((one) => one.segmentIndex === segmentIndex)
    const remembered = part ? { billedUnits: segment.billedUnits + part.units, billedAmount: minor(segment.billedAmount + part.amount) } : {}
    return [{ segmentIndex, segment: atMonthStart({ ...segment, ...remembered }, { settings, currency }) }]
  })
  return { lines, billed, begun }
}
