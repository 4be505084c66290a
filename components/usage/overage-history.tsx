import { ChartNoAxesColumn } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDateRange } from '@/components/ui/format-date'
import { Money } from '@/components/ui/money'
import { Quantity } from '@/components/ui/quantity'
import { TextLink } from '@/components/ui/text-link'
import type { PastOverageView } from '@/lib/billing/views/overage-page'
import type { Currency } from '@/lib/money'

type Props = {
  org: string
  currency: Currency
  rows: readonly PastOverageView[] /** Those without the right are shown no way to an invoice. */
  canSeeInvoices: boolean
}

/** Past cycles with extra units, and what they cost (A11). */
export function OverageHistory({ org, currency, rows, canSeeInvoices }: Props) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const invoice: Column<PastOverageView> = {
    id: 'invoice',
    header: t('historyInvoice'),
    align: 'end',
    cell: (row) =>
      row.invoice === null ? <span className="text-muted">{t('noInvoice')}</span> : <TextLink href={invoicePath(org, row.invoice)}>{t('seeInvoice')}</TextLink>,
  }
  const columns: Column<PastOverageView>[] = [
    {
      id: 'period',
      header: t('historyPeriod'),
      rowHeader: true,
      cell: (row) => <span className="figures">{formatDateRange(row.start, row.end, locale)}</span>,
    },
    { id: 'plan', header: t('historyPlan'), cell: (row) => <span className="wrap-anywhere inline-block min-w-24">{row.plan}</span> },
    {
      id: 'units',
      header: t('historyUnits'),
      align: 'end',
      cell: (row) => (
        <>
          <Quantity value={row.overage} /> {row.unit}
        </>
      ),
    },
    { id: 'amount', header: t('historyAmount'), align: 'end', aside: true, cell: (row) => <Money amount={row.amount} currency={currency} /> },
    ...(canSeeInvoices ? [invoice] : []),
  ]
  return (
    <DataTable
      caption={t('history')}
      columns={columns}
      empty={
        <EmptyState icon={<ChartNoAxesColumn />} title={t('historyEmptyTitle')}>
          {t('historyEmptyBody')}
        </EmptyState>
      }
      inset
      rowKey={(row) => row.start}
      rows={rows}
    />
  )
}
