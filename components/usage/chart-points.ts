import { REST_SERIES, type UsageDay, type UsageLimit, type UsageSeries } from '@/components/charts/usage-series'
import type { ChartView } from '@/lib/billing/views/usage-page'

type Words = { noKey: string; rest: string }

/** A chart draws in pixels, so here, at the last step, exact counts become floats. */
export function chartPointsOf(chart: ChartView, words: Words): { days: UsageDay[]; series: UsageSeries[]; limit: UsageLimit | null } {
  const named = chart.series.map(({ key }) => ({ id: key === null ? 'no-key' : `key ${key}`, label: key ?? words.noKey }))
  const series = chart.other ? [...named, { id: REST_SERIES, label: words.rest }] : named
  const days = chart.days.map(({ day, parts, other }) => {
    if (!parts) return { day, units: null }
    const units: Record<string, number> = Object.fromEntries(named.map(({ id }, index) => [id, Number(parts[index] ?? 0n)]))
    if (chart.other) units[REST_SERIES] = Number(other)
    return { day, units }
  })
  return { days, series, limit: chart.limit && { perPeriod: Number(chart.limit.perPeriod), perDay: Number(chart.limit.perDay) } }
}
