'use client'

import { ChartNoAxesColumn, ChartNoAxesColumnIncreasing, Table2 } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useRef, useState } from 'react'
import { type Column, DataTable } from '@/components/ui/data-table'
import { formatDate } from '@/components/ui/format-date'
import { SegmentedControl } from '@/components/ui/segmented-control'
import { Skeleton } from '@/components/ui/skeleton'
import { useSeen } from './seen'
import { type ChartMode, chartPoints, peakOf, seriesColor, totalOf, type UsageDay, type UsageLimit, type UsageSeries } from './usage-series'

const DailyUsageBars = dynamic(() => import('./daily-usage-bars').then((module) => module.DailyUsageBars), { ssr: false, loading: () => <Plot /> })

type Props = {
  /** What is counted, in the plural: "calls". */
  unit: string
  /** Every day of the period in order, those to come too, so that the room that is left is seen. */
  days: readonly UsageDay[]
  series: readonly UsageSeries[]
  /** `null` where the plan has none. */
  limit: UsageLimit | null
}

/**
 * A period's usage by day: added up towards the limit, each day by itself against the pace that the limit allows, or as a table. The place is
 * kept from the first paint; the chart library loads when the place is seen.
 */
export function DailyUsageChart({ unit, days, series, limit }: Props) {
  const t = useTranslations('charts')
  const locale = useLocale()
  const number = new Intl.NumberFormat(locale)
  const place = useRef<HTMLDivElement>(null)
  const seen = useSeen(place)
  const [view, setView] = useState<ChartMode | 'table'>('running')

  const peak = peakOf(days)
  const first = days[0]
  const last = days.at(-1)
  const total = days.reduce((sum, day) => sum + totalOf(day), 0)
  const summary =
    first && last && peak
      ? t('summary', {
          unit,
          start: formatDate(first.day, locale),
          end: formatDate(last.day, locale),
          total: number.format(total),
          peakDay: formatDate(peak.day, locale),
          peak: number.format(peak.units),
        })
      : t('empty')

  const limitInView = limit && (view === 'daily' ? limit.perDay : limit.perPeriod)
  const limitLabel = limitInView === null ? '' : t(view === 'daily' ? 'pace' : 'limit', { limit: number.format(limitInView) })

  return (
    <figure className="flex min-w-0 flex-col gap-4">
      <figcaption className="sr-only">{summary}</figcaption>
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3">
        <SegmentedControl
          label={t('view')}
          onChange={setView}
          segments={[
            { value: 'running', label: t('running'), icon: <ChartNoAxesColumnIncreasing aria-hidden className="max-sm:hidden" /> },
            { value: 'daily', label: t('daily'), icon: <ChartNoAxesColumn aria-hidden className="max-sm:hidden" /> },
            { value: 'table', label: t('table'), icon: <Table2 aria-hidden className="max-sm:hidden" /> },
          ]}
          value={view}
        />
        {view !== 'table' && <Legend series={series} />}
      </div>
      {view === 'table' ? (
        <UsageTable days={days} series={series} unit={unit} />
      ) : (
        <div className="relative h-72 w-full min-w-0" ref={place}>
          {seen ? <DailyUsageBars limit={limitInView} limitLabel={limitLabel} points={chartPoints(days, view)} series={series} /> : <Plot />}
          {!peak && <p className="absolute inset-x-12 top-1/2 -translate-y-1/2 text-center text-muted text-sm">{t('empty')}</p>}
        </div>
      )}
    </figure>
  )
}

/** The chart's place while it is on its way, of the same height. */
function Plot() {
  return <Skeleton className="h-full rounded-md opacity-50" />
}

function Legend({ series }: { series: readonly UsageSeries[] }) {
  return (
    <ul className="flex min-w-0 flex-wrap gap-x-4 gap-y-1">
      {series.map((one, index) => (
        <li className="flex min-w-0 items-center gap-1.5 text-muted text-sm" key={one.id}>
          <span aria-hidden className="size-2.5 shrink-0 rounded-[3px]" style={{ background: seriesColor(one.id, index) }} />
          <span className="wrap-anywhere min-w-0">{one.label}</span>
        </li>
      ))}
    </ul>
  )
}

function UsageTable({ days, series, unit }: { days: readonly UsageDay[]; series: readonly UsageSeries[]; unit: string }) {
  const t = useTranslations('charts')
  const locale = useLocale()
  const number = new Intl.NumberFormat(locale)
  const columns: Column<UsageDay>[] = [
    { id: 'day', header: t('day'), cell: (day) => formatDate(day.day, locale), rowHeader: true },
    ...series.map((one): Column<UsageDay> => ({ id: one.id, header: one.label, align: 'end', cell: (day) => number.format(day.units?.[one.id] ?? 0) })),
    { id: 'total', header: t('total'), align: 'end', aside: true, cell: (day) => <strong className="font-semibold">{number.format(totalOf(day))}</strong> },
  ]
  const begun = days.filter((day) => day.units !== null)
  return (
    <DataTable
      caption={t('tableCaption', { unit })}
      columns={columns}
      empty={<p className="py-6 text-muted">{t('empty')}</p>}
      rowKey={(day) => day.day}
      rows={begun}
    />
  )
}
