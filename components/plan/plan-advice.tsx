import { useLocale, useTranslations } from 'next-intl'
import { Badge } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { formatDateRange } from '@/components/ui/format-date'
import { Money } from '@/components/ui/money'
import type { PlanAdviceView } from '@/lib/billing/views/plan-advice'
import { formatMoney } from '@/lib/money'

type Row = PlanAdviceView['plans'][number]

/** What each plan would have cost with the usage of the last periods, so that nobody has to guess which one fits. */
export function PlanAdvice({ view }: { view: PlanAdviceView }) {
  const t = useTranslations('planAdvice')
  const locale = useLocale()
  const { currency, periods } = view
  const number = new Intl.NumberFormat(locale)
  const unit = view.unit ?? t('units')
  const columns: Column<Row>[] = [
    {
      id: 'plan',
      header: t('plan'),
      rowHeader: true,
      cell: ({ name, isCurrent, isLeast }) => (
        <span className="inline-flex flex-wrap items-center gap-2">
          {name}
          {isCurrent && <Badge tone="accent">{t('current')}</Badge>}
          {isLeast && <Badge tone="ok">{t('least')}</Badge>}
        </span>
      ),
    },
    {
      id: 'refused',
      header: t('served'),
      cell: ({ refused, extra, allowedBy }) => (
        <span className="text-muted">
          {refused > 0n ? t('refused', { units: number.format(refused), unit }) : extra > 0n && allowedBy ? t(allowedBy) : t('everything')}
        </span>
      ),
    },
    {
      id: 'extra',
      header: t('extra'),
      align: 'end',
      cell: ({ extra }) => (extra > 0n ? <Money amount={extra} currency={currency} /> : <span className="text-muted">{t('none')}</span>),
    },
    { id: 'total', header: t('total'), align: 'end', aside: true, cell: ({ total }) => <Money amount={total} currency={currency} /> },
  ]
  const least = view.plans.find(({ isLeast }) => isLeast)
  const current = view.plans.find(({ isCurrent }) => isCurrent)
  const saved = least && current && current.refused === 0n && current.total > least.total ? current.total - least.total : null
  return (
    <Card
      description={t('hint', { count: periods.count, range: formatDateRange(periods.start, periods.end, locale) })}
      flush
      footer={<p className="text-muted text-sm">{t('method')}</p>}
      title={t('title')}
    >
      {least && current && (
        <p className="px-5 pt-4 pb-2 text-sm sm:px-6">
          {least.isCurrent
            ? t('fits', { plan: least.name })
            : saved !== null
              ? t('cheaper', { plan: least.name, saved: formatMoney(saved as typeof least.total, currency, locale), current: current.name })
              : t('needs', { plan: least.name, current: current.name, units: number.format(current.refused), unit })}
        </p>
      )}
      <DataTable caption={t('title')} columns={columns} inset rowKey={({ id }) => id} rows={view.plans} />
    </Card>
  )
}
