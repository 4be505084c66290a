/** One part of each day's bar: an API key, or what several small ones come to. The largest first; at most five and `rest`. */
export type UsageSeries = { id: string; label: string }

/** A day (`2026-05-06`, UTC) and its units by series. `null` is a day that has not begun: not known, which is not zero. */
export type UsageDay = { day: string; units: Readonly<Record<string, number>> | null }

/** A period's allowance, in all and at an even pace. */
export type UsageLimit = { perPeriod: number; perDay: number }

/** The series that stands for all keys without a place of their own. */
export const REST_SERIES = 'rest'

export type ChartMode = 'running' | 'daily'

/** A day as the chart draws it: series by id, and their sum. */
export type ChartPoint = { day: string; total: number | null; parts: Readonly<Record<string, number>> }

export function totalOf(day: UsageDay): number {
  return Object.values(day.units ?? {}).reduce((sum, units) => sum + units, 0)
}

/** Each day by itself, or with all days of the period before it. Days that have not begun stay empty in both. */
export function chartPoints(days: readonly UsageDay[], mode: ChartMode): ChartPoint[] {
  const running: Record<string, number> = {}
  return days.map(({ day, units }) => {
    if (!units) return { day, total: null, parts: {} }
    for (const [id, value] of Object.entries(units)) running[id] = (mode === 'running' ? (running[id] ?? 0) : 0) + value
    const parts = mode === 'running' ? { ...running } : units
    return { day, total: Object.values(parts).reduce((sum, value) => sum + value, 0), parts }
  })
}

/** The day that drove the period: the first of those with most units; `null` where nothing was used. */
export function peakOf(days: readonly UsageDay[]): { day: string; units: number } | null {
  let peak: { day: string; units: number } | null = null
  for (const day of days) {
    const units = totalOf(day)
    if (units > (peak?.units ?? 0)) peak = { day: day.day, units }
  }
  return peak
}

const COLORS = ['var(--key-1)', 'var(--key-2)', 'var(--key-3)', 'var(--key-4)', 'var(--key-5)']

export function seriesColor(id: string, index: number): string {
  return (id === REST_SERIES ? undefined : COLORS[index]) ?? 'var(--key-rest)'
}

/** The labels of an axis that reaches `highest`: from zero, three to six of them, in steps of 1, 2 or 5 and their tens. */
export function roundTicks(highest: number): number[] {
  const rough = Math.max(highest, 4) / 4
  const ten = 10 ** Math.floor(Math.log10(rough))
  const step = [1, 2, 5, 10].map((factor) => factor * ten).find((candidate) => candidate >= rough) ?? 10 * ten
  return Array.from({ length: Math.ceil(Math.max(highest, 4) / step) + 1 }, (_, index) => index * step)
}
