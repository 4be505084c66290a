import { type Instant, Temporal } from '../../time'

/** The first instant after a card's last month: it is good through the month that is printed on it. */
export function endOfMonth(year: number, month: number): Instant {
  return Temporal.PlainDate.from({ year, month, day: 1 }).add({ months: 1 }).toZonedDateTime('UTC').toInstant()
}
