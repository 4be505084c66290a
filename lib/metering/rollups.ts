import { Temporal } from '../time'
import { type BookedSegment, type Booking, segmentKey, unitsOf } from './booking'

export type RollupRow = {
  segment: BookedSegment
  /** Its first day: `2026-05-01`. */
  month: string
  key: string
  quantity: bigint
  /** Units by day of the month. */
  days: Map<number, bigint>
}

const DAY_MS = 86_400_000

/** Events summed by month (UTC), period and key, with their days; '' stands for events without one. Nothing used, nothing kept. */
export function rollUp(bookings: readonly Pick<Booking, 'event' | 'atMs' | 'segment' | 'counted'>[]): RollupRow[] {
  const rows: RollupRow[] = []
  const rowsOf = rowsByPeriod()
  for (const { event, atMs, segment, counted } of bookings) {
    const quantity = unitsOf({ counted })
    if (quantity === 0n) continue
    const { month, day } = calendarOf(Math.floor(atMs / DAY_MS))
    const key = event.key ?? ''
    const name = `${month} ${key}`
    const ofPeriod = rowsOf(segment)
    const row = ofPeriod.get(name) ?? { segment, month, key, quantity: 0n, days: new Map() }
    if (!ofPeriod.has(name)) rows.push(row)
    ofPeriod.set(name, row)
    row.quantity += quantity
    row.days.set(day, (row.days.get(day) ?? 0n) + quantity)
  }
  return rows
}

/** Segments of one period share their rows. A body has few of them, so that the text that names a period is put together once for each. */
function rowsByPeriod(): (segment: BookedSegment) => Map<string, RollupRow> {
  const byName = new Map<string, Map<string, RollupRow>>()
  const bySegment = new Map<BookedSegment, Map<string, RollupRow>>()
  return (segment) => {
    const known = bySegment.get(segment)
    if (known) return known
    const name = segmentKey({ ...segment, position: 0 })
    const found = byName.get(name) ?? new Map<string, RollupRow>()
    byName.set(name, found)
    bySegment.set(segment, found)
    return found
  }
}

type Calendar = { month: string; day: number }

/** Days since the epoch; those of a body are few, so each is looked up in the calendar once. */
const calendar = new Map<number, Calendar>()
const DAYS_KEPT = 1_000

function calendarOf(epochDay: number): Calendar {
  const known = calendar.get(epochDay)
  if (known) return known
  if (calendar.size >= DAYS_KEPT) calendar.clear()
  const date = Temporal.Instant.fromEpochMilliseconds(epochDay * DAY_MS)
    .toZonedDateTimeISO('UTC')
    .toPlainDate()
  const found = { month: date.with({ day: 1 }).toString(), day: date.day }
  calendar.set(epochDay, found)
  return found
}

/** As Postgres reads an array that begins elsewhere than at 1: `[17:19]={5,0,3}`. */
export function daysText({ days }: Pick<RollupRow, 'days'>): string {
  const first = Math.min(...days.keys())
  const last = Math.max(...days.keys())
  const units = Array.from({ length: last - first + 1 }, (_, index) => days.get(first + index) ?? 0n)
  return `[${first}:${last}]={${units.join()}}`
}
