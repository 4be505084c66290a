import { Coins, History, Wallet } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { LotView, MovementView } from '@/lib/billing/views/credits-page'
import { type Currency, type ExactAmount, formatExactMoney } from '@/lib/money'

type TableProps<Row> = {
  org: string
  currency: Currency
  rows: readonly Row[] /** Those without the right are shown no way to an invoice. */
  canSeeInvoices: boolean
}

const SOURCES = ['purchase', 'auto_recharge', 'adjustment', 'contribution', 'credit_note', 'released'] as const

/** Lots of credit that was bought, the newest first: what is left of each, and when it ends (P5, P8). */
export function Lots({ org, currency, rows, canSeeInvoices }: TableProps<LotView>) {
  const t = useTranslations('credits')
  return (
    <DataTable
      caption={t('lots')}
      columns={[
        { id: 'bought', header: t('column.bought'), rowHeader: true, cell: (lot) => <DateTime at={lot.grantedAt} /> },
        { id: 'source', header: t('column.source'), cell: (lot) => <Source canSeeInvoices={canSeeInvoices} lot={lot} org={org} /> },
        { id: 'expires', header: t('column.expires'), cell: (lot) => (lot.expiresAt ? <DateTime at={lot.expiresAt} /> : null) },
        { id: 'amount', header: t('column.amount'), align: 'end', cell: (lot) => <Exact amount={lot.amount} currency={currency} /> },
        { id: 'left', header: t('column.left'), align: 'end', aside: true, cell: (lot) => <Left currency={currency} lot={lot} /> },
      ]}
      empty={
        <EmptyState icon={<Coins />} title={t('lotsEmpty')}>
          {t('lotsEmptyHint')}
        </EmptyState>
      }
      inset
      rowKey={(lot) => lot.id}
      rows={rows}
    />
  )
}

/** Credit that goes towards invoices by itself (C6). */
export function AccountGrants({ org, currency, rows, canSeeInvoices }: TableProps<LotView>) {
  const t = useTranslations('credits')
  return (
    <DataTable
      caption={t('account')}
      columns={[
        { id: 'granted', header: t('column.granted'), rowHeader: true, cell: (lot) => <DateTime at={lot.grantedAt} /> },
        { id: 'source', header: t('column.source'), cell: (lot) => <Source canSeeInvoices={canSeeInvoices} lot={lot} org={org} /> },
        { id: 'amount', header: t('column.amount'), align: 'end', cell: (lot) => <Exact amount={lot.amount} currency={currency} /> },
        { id: 'left', header: t('column.left'), align: 'end', aside: true, cell: (lot) => <Left currency={currency} lot={lot} /> },
      ]}
      empty={
        <EmptyState icon={<Wallet />} title={t('accountEmpty')}>
          {t('accountEmptyHint')}
        </EmptyState>
      }
      inset
      rowKey={(lot) => lot.id}
      rows={rows}
    />
  )
}

/** What moved the balance, with the balance after it (P8). */
export function Movements({ org, currency, rows, canSeeInvoices }: TableProps<MovementView>) {
  const t = useTranslations('credits')
  return (
    <DataTable
      caption={t('movements')}
      columns={[
        { id: 'on', header: t('column.on'), rowHeader: true, cell: (row) => (row.on ? <DateTime at={row.on} /> : t('now')) },
        {
          id: 'what',
          header: t('column.what'),
          cell: (row) =>
            row.documentId && canSeeInvoices ? (
              <TextLink href={invoicePath(org, row.documentId)}>{t('movement.invoice')}</TextLink>
            ) : (
              <span className="inline-block first-letter:uppercase">{t(`movement.${row.type}`, { unit: row.unit ?? '' })}</span>
            ),
        },
        { id: 'change', header: t('column.change'), align: 'end', aside: true, cell: (row) => <Exact amount={row.amount} currency={currency} /> },
        { id: 'balance', header: t('column.balance'), align: 'end', cell: (row) => <Exact amount={row.balance} currency={currency} /> },
      ]}
      empty={<EmptyState icon={<History />} title={t('movementsEmpty')} />}
      inset
      rowKey={(row) => row.id}
      rows={rows}
    />
  )
}

function Source({ lot, org, canSeeInvoices }: { lot: LotView; org: string; canSeeInvoices: boolean }) {
  const t = useTranslations('credits')
  const words = t(`source.${SOURCES.find((source) => source === lot.source) ?? 'other'}`)
  return lot.documentId && canSeeInvoices ? <TextLink href={invoicePath(org, lot.documentId)}>{words}</TextLink> : words
}

function Left({ lot, currency }: { lot: LotView; currency: Currency }) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const money = (amount: ExactAmount) => formatExactMoney(amount, currency, locale)
  return (
    <span className={lot.state === 'live' ? undefined : 'text-muted'}>
      {t(`state.${lot.state}`, { left: money(lot.remaining), amount: money(lot.expired) })}
    </span>
  )
}

/** To the last decimal that it has: what is drawn down a token at a time is not rounded. */
function Exact({ amount, currency }: { amount: ExactAmount; currency: Currency }) {
  const locale = useLocale()
  return <span className="figures">{formatExactMoney(amount, currency, locale)}</span>
}
