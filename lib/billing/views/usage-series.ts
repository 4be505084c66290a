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
  const rows = await tx
    .select({ day: DAY, meter: usageRollups.meter, quantity: sumOfDay() })
    .from(usageRollups)
    .crossJoin(DAYS)
    .where(rollupsOf(found))
    .groupBy(usageRollups.month, DAY_OF_MONTH, usageRollups.meter)
    .having(HAS_UNITS)
    .orderBy(asc(usageRollups.month), DAY_OF_MONTH, asc(usageRollups.meter))
  return rows.map(({ day, meter, quantity }) => ({ day, meter, quantity: BigInt(quantity) }))
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
  const cells = await tx
    .select({ day: DAY, place: place.as('place'), quantity: sumOfDay() })
    .from(usageRollups)
    .crossJoin(DAYS)
    .where(and(rollupsOf(found), eq(usageRollups.meter, meter)))
    .groupBy(usageRollups.month, DAY_OF_MONTH, sql`place`)
    .having(HAS_UNITS)
  const byDay = new Map<string, bigint[]>()
  for (const { day, place: at, quantity } of cells) {
    const parts = byDay.get(day) ?? []
    parts[at] = BigInt(quantity)
    byDay.set(day, parts)
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

/** A month's days, one a row: grouped as numbers, and only what comes out is put into words, for a year of many keys is tens of thousands. */
const DAYS = sql`LATERAL unnest(${usageRollups.days}) WITH ORDINALITY AS day (units, nth)`
const DAY_OF_MONTH = sql`(array_lower(${usageRollups.days}, 1) + day.nth - 1)`
/** A day that nothing was used on between two others may be null. */
const HAS_UNITS = sql`sum(day.units) > 0`
const DAY = sql<string>`(${usageRollups.month} + (${DAY_OF_MONTH} - 1)::integer)::text`

/** `sum` of int8 is numeric, which comes as text. */
function total(): SQL<string> {
  return sql<string>`sum(${usageRollups.quantity})`
}

function sumOfDay(): SQL<string> {
  return sql<string>`sum(day.units)`
}
