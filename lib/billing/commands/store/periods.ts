import type { subscriptionPeriods } from '../../../../db/schema'
import type { DocumentId } from '../../../ids'
import { type ClosedPeriod, overageSoFar } from '../../core/rating'
import type { Holding } from '../../core/state'
import { type LoadedSubscription, type SegmentRow, toSegment } from './subscription'

type ClosedPeriodRow = typeof subscriptionPeriods.$inferInsert

function byPeriod(segments: readonly SegmentRow[]): SegmentRow[][] {
  const periods = new Map<string, SegmentRow[]>()
  for (const segment of segments) {
    const key = segment.periodStart.toString()
    periods.set(key, [...(periods.get(key) ?? []), segment])
  }
  return [...periods.values()]
}

/** Closed periods with late usage, as the rules see them, oldest first. */
export function toClosedPeriods(late: readonly SegmentRow[]): ClosedPeriod[] {
  return byPeriod(late).flatMap((segments) => {
    const [first] = segments
    if (!first) return []
    return [{ period: { start: first.periodStart, end: first.periodEnd }, segments: segments.map(toSegment) }]
  })
}

/** The running period as the row that it leaves behind when it closes. */
export function closedPeriodRows({ row, holding, segmentRows }: LoadedSubscription, documentId: DocumentId | null): ClosedPeriodRow[] {
  return [closedRow(row, { start: row.periodStart, end: row.periodEnd }, holding, segmentRows, documentId)]
}

/** Closed periods again, with the figures that late usage has corrected (G59). */
export function lateRows({ row, holding }: LoadedSubscription, late: readonly SegmentRow[], documentId: DocumentId | null): ClosedPeriodRow[] {
  return byPeriod(late).flatMap((segments) => {
    const last = segments.at(-1)
    if (!last) return []
    const terms = { plan: last.plan, interval: last.interval, catalogVersion: last.catalogVersion }
    return [closedRow({ ...row, ...terms }, { start: last.periodStart, end: last.periodEnd }, holding, segments, documentId)]
  })
}

type Held = Pick<LoadedSubscription['row'], 'organizationId' | 'id' | 'plan' | 'interval' | 'catalogVersion' | 'cycleDays'>

function closedRow(
  row: Held,
  period: { start: SegmentRow['periodStart']; end: SegmentRow['periodEnd'] },
  holding: Holding,
  segments: readonly SegmentRow[],
  documentId: DocumentId | null,
): ClosedPeriodRow {
  const overage = overageSoFar(segments.map(toSegment), holding.terms.product.currency)
  return {
    organizationId: row.organizationId,
    subscriptionId: row.id,
    periodStart: period.start,
    periodEnd: period.end,
    cycleDays: row.cycleDays,
    plan: row.plan,
    interval: row.interval,
    catalogVersion: row.catalogVersion,
    overageUnits: overage.units,
    overageAmount: overage.amount,
    documentId: overage.units > 0n ? documentId : null,
  }
}
