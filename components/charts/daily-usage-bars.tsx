'use client'

import { useLocale, useTranslations } from 'next-intl'
import { Bar, BarChart, CartesianGrid, ReferenceLine, ResponsiveContainer, Tooltip, XAxis, YAxis } from 'recharts'
import { formatDate, formatShortDate } from '@/components/ui/format-date'
import { directionOf } from '@/lib/locale'
import { type ChartPoint, roundTicks, seriesColor, type UsageSeries } from './usage-series'

type Props = { points: readonly ChartPoint[]; series: readonly UsageSeries[]; limit: number | null; limitLabel: string }

const TICK = { fill: 'var(--muted)', fontSize: 12 }

/** The drawn half of `DailyUsageChart`: the only file that loads the chart library. Still, so that nothing moves which did not change. */
export function DailyUsageBars({ points, series, limit, limitLabel }: Props) {
  const locale = useLocale()
  const mirrored = directionOf(locale) === 'rtl'
  const compact = new Intl.NumberFormat(locale, { notation: 'compact', maximumSignificantDigits: 3 })
  const ticks = roundTicks(Math.max(limit ?? 0, ...points.map((point) => point.total ?? 0)))
  return (
    // Time runs the way the language is read. The drawing itself is told so by its axes: inside it, text is anchored as in a page from left to right.
    <div className="size-full" dir="ltr">
      <ResponsiveContainer height="100%" width="100%">
        <BarChart barCategoryGap="22%" data={[...points]} margin={{ top: 22, right: mirrored ? 0 : 4, bottom: 0, left: mirrored ? 4 : 0 }}>
          <CartesianGrid stroke="var(--line)" vertical={false} />
          <XAxis
            axisLine={{ stroke: 'var(--line)' }}
            dataKey="day"
            interval="preserveStartEnd"
            minTickGap={44}
            reversed={mirrored}
            tick={TICK}
            tickFormatter={(day: string) => isolated(formatShortDate(day, locale))}
            tickLine={false}
            tickMargin={8}
          />
          <YAxis
            allowDecimals={false}
            axisLine={false}
            domain={[0, ticks.at(-1) ?? 1]}
            orientation={mirrored ? 'right' : 'left'}
            tick={TICK}
            tickFormatter={(units: number) => isolated(compact.format(units))}
            tickLine={false}
            ticks={ticks}
            width={44}
          />
          <Tooltip
            content={({ active, label }) => (active ? <DayDetail day={String(label)} points={points} series={series} /> : null)}
            cursor={{ fill: 'var(--pressed)', opacity: 0.6 }}
            isAnimationActive={false}
          />
          {series.map((one, index) => (
            <Bar
              dataKey={(point: ChartPoint) => point.parts[one.id] ?? null}
              fill={seriesColor(one.id, index)}
              isAnimationActive={false}
              key={one.id}
              maxBarSize={28}
              name={one.label}
              stackId="day"
            />
          ))}
          {limit !== null && (
            <ReferenceLine
              ifOverflow="extendDomain"
              // With a rim of the surface's color, so that it is legible before bars that reach over the limit.
              label={{
                value: isolated(limitLabel),
                position: mirrored ? 'insideBottomRight' : 'insideBottomLeft',
                fill: 'var(--ink)',
                fontSize: 12,
                fontWeight: 500,
                offset: 6,
                stroke: 'var(--surface)',
                strokeWidth: 4,
                strokeLinejoin: 'round',
                paintOrder: 'stroke',
              }}
              stroke="var(--ink)"
              strokeDasharray="5 4"
              y={limit}
            />
          )}
        </BarChart>
      </ResponsiveContainer>
    </div>
  )
}

/** Read in the order of its own first letter, whichever way the drawing runs. */
function isolated(text: string): string {
  return `\u2068${text}\u2069`
}

function DayDetail({ day, points, series }: { day: string; points: readonly ChartPoint[]; series: readonly UsageSeries[] }) {
  const t = useTranslations('charts')
  const locale = useLocale()
  const number = new Intl.NumberFormat(locale)
  const point = points.find((one) => one.day === day)
  if (!point || point.total === null) return null
  return (
    <div dir={directionOf(locale)} className="min-w-44 rounded-lg border border-line bg-overlay px-3 py-2 text-ink text-xs shadow-popup">
      <p className="mb-1 font-semibold">{formatDate(day, locale)}</p>
      {series.map((one, index) => (
        <p className="flex items-center gap-2 leading-5" key={one.id}>
          <span aria-hidden className="size-2 shrink-0 rounded-[2px]" style={{ background: seriesColor(one.id, index) }} />
          <span className="min-w-0 flex-1 truncate text-muted">{one.label}</span>
          <span className="figures">{number.format(point.parts[one.id] ?? 0)}</span>
        </p>
      ))}
      <p className="mt-1 flex justify-between gap-4 border-line border-t pt-1 font-medium">
        <span>{t('total')}</span>
        <span className="figures">{number.format(point.total)}</span>
      </p>
    </div>
  )
}
