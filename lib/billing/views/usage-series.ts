import { and, asc, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { usageRollups } from '../../../db/schema'
import { type Instant, isBefore, Temporal } from '../../time'
import { type PeriodChoice, readUsagePeriod, type UsagePeriod } from './usage-period'

/** A UTC date: `2026-05-11`. */
export type DayUsage = { day: string; meter: string; quantity: bigint }
/** `key` null: events without one. */
export type KeyUsage = { key: string | null; meter: string; quantity: bigint }

/** Units by day, oldest first; days without usage are left out (G15). Null where there is no such period. */
export async function getUsageByDay(tx: Transaction, choice: PeriodChoice): Promise<DayUsage[] | null> {
  const found = await readUsagePeriod(tx, choice)
  if (!found) return null
  const months = await tx
    .select({ month: usageRollups.month, meter: usageRollups.meter, units: UNITS_BY_DAY })
    .from(usageRollups)
    .where(rollupsOf(found))
    .groupBy(usageRollups.month, usageRollups.meter)
    .orderBy(asc(usageRollups.month), asc(usageRollups.meter))
  const days = months.flatMap(({ meter, ...month }) => daysOfMonth(month).map(({ day, units }) => ({ day, meter, quantity: units })))
  return days.sort((one, other) => (one.day < other.day ? -1 : Number(one.day > other.day))) // Of one day the meters stay in their order.
}

/** Units by key, the largest first (A12). Null where there is no such period. */
export async function getUsageByKey(tx: Transaction, choice: PeriodChoice): Promise<KeyUsage[] | null> {
  const found = await readUsagePeriod(tx, choice)
  return found && usageByKey(tx, found)
}

/** The same of a period that was read already. */
export async function usageByKey(tx: Transaction, found: UsagePeriod): Promise<KeyUsage[]> {
  const rows = await tx
    .select({ key: usageRollups.key, meter: usageRollups.meter, quantity: total() })
    .from(usageRollups)
    .where(rollupsOf(found))
    .groupBy(usageRollups.key, usageRollups.meter)
    .orderBy(desc(sql`sum(${usageRollups.quantity})`), asc(usageRollups.key))
  return rows.map(({ key, meter, quantity }) => ({ key: key || null, meter, quantity: BigInt(quantity) }))
}

export type ChartSeries = { key: string | null; total: bigint }

/** One meter's days split by key, for stacked bars: a bar's `parts` stand in the order of `series`, and `other` on top. */
export type UsageChart = {
  meter: string
  /** The keys that use most, the largest first. */
  series: ChartSeries[]
  /** All other keys together; null where there are none. */
  other: { keys: number; total: bigint } | null
  /** Every day of the period up to today, days without usage too. */
  days: { day: string; parts: bigint[]; other: bigint; total: bigint }[]
}

/** How many keys a chart names. */
const KEYS_DRAWN = 5

/** The stacked daily chart of one meter with its `top` largest keys, which `byKey` names. */
export async function usageChart(
  tx: Transaction,
  found: UsagePeriod,
  { meter, byKey, top = KEYS_DRAWN }: { meter: string; byKey: readonly KeyUsage[]; top?: number },
): Promise<UsageChart> {
  const totals = byKey.filter((one) => one.meter === meter)
  const named = totals.slice(0, top).map(({ key }) => key ?? '')
  const rest = totals.slice(top)
  const place = sql<number>`coalesce(array_position(${sql.param(named)}::text[], ${usageRollups.key}), 0)`
  const months = await tx
    .select({ month: usageRollups.month, place: place.as('place'), units: UNITS_BY_DAY })
    .from(usageRollups)
    .where(and(rollupsOf(found), eq(usageRollups.meter, meter)))
    .groupBy(usageRollups.month, sql`place`)
  const byDay = new Map<string, bigint[]>()
  for (const { place: at, ...month } of months) {
    for (const { day, units } of daysOfMonth(month)) {
      const parts = byDay.get(day) ?? []
      parts[at] = units
      byDay.set(day, parts)
    }
  }
  return {
    meter,
    series: totals.slice(0, top).map(({ key, quantity }) => ({ key, total: quantity })),
    other: rest.length === 0 ? null : { keys: rest.length, total: rest.reduce((all, { quantity }) => all + quantity, 0n) },
    days: daysOf(found).map((day) => {
      const cell = byDay.get(day) ?? []
      const parts = named.map((_, index) => cell[index + 1] ?? 0n)
      const other = cell[0] ?? 0n
      return { day, parts, other, total: parts.reduce((all, part) => all + part, other) }
    }),
  }
}

/** Adds the days without usage, for who draws them: every UTC day of the period up to `until`. */
export function fillDays(days: readonly DayUsage[], meter: string, period: { start: Instant; end: Instant }, until: Instant): DayUsage[] {
  const known = new Map(days.filter((one) => one.meter === meter).map((one) => [one.day, one]))
  return daysBetween(period.start, isBefore(until, period.end) ? until : lastMoment(period.end)).map((day) => known.get(day) ?? { day, meter, quantity: 0n })
}

function daysOf({ period, now }: UsagePeriod): string[] {
  return daysBetween(period.start, isBefore(now, period.end) ? now : lastMoment(period.end))
}

/** A period's end is not of the period. */
function lastMoment(end: Instant): Instant {
  return end.subtract({ milliseconds: 1 })
}

function daysBetween(first: Instant, last: Instant): string[] {
  const days: string[] = []
  let day = first.toZonedDateTimeISO('UTC').toPlainDate()
  const end = last.toZonedDateTimeISO('UTC').toPlainDate()
  for (; Temporal.PlainDate.compare(day, end) <= 0; day = day.add({ days: 1 })) days.push(day.toString())
  return days
}

/** The primary key's own prefix, so that neither history nor other meters are read. */
function rollupsOf({ subscription, product, period }: UsagePeriod): SQL | undefined {
  return and(
    eq(usageRollups.organizationId, subscription.organizationId),
    eq(usageRollups.subscriptionId, subscription.id),
    inArray(
      usageRollups.meter,
      product.meters.map(({ id }) => id),
    ),
    eq(usageRollups.periodStart, period.start),
  )
}

const DAYS_OF_MONTH = Array.from({ length: 31 }, (_, index) => index + 1)

/**
 * The sums of a month's days in one row, null where nothing was used. As rows of their own, the days of many keys in a year are tens of thousands
 * to group, which took twenty times as long where Postgres expected few.
 */
const UNITS_BY_DAY = sql<(string | null)[]>`array[${sql.join(
  DAYS_OF_MONTH.map((day) => sql`sum(${usageRollups.days}[${sql.raw(String(day))}])`),
  sql`, `,
)}]::text[]`

/** The days of a month that have units, oldest first. */
function daysOfMonth({ month, units }: { month: string; units: (string | null)[] }): { day: string; units: bigint }[] {
  const inMonth = month.slice(0, -2)
  return units.map((sum, index) => ({ day: `${inMonth}${String(index + 1).padStart(2, '0')}`, units: BigInt(sum ?? 0) })).filter((one) => one.units > 0n)
}

/** `sum` of int8 is numeric, which comes as text. */
function total(): SQL<string> {
  return sql<string>`sum(${usageRollups.quantity})`
}
