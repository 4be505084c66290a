import { ReceiptText } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { invoicePath } from '@/components/layout/routes'
import { Status } from '@/components/ui/badge'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { Money } from '@/components/ui/money'
import { TextLink } from '@/components/ui/text-link'
import type { DocumentView } from '@/lib/billing/views/documents'
import { stateOf } from './document-state'

export function InvoiceTable({ org, documents }: { org: string; documents: readonly DocumentView[] }) {
  const t = useTranslations('invoices')
  return (
    <DataTable
      caption={t('title')}
      columns={[
        { id: 'number', header: t('column.number'), rowHeader: true, cell: (row) => <TextLink href={invoicePath(org, row.id)}>{row.number}</TextLink> },
        { id: 'issued', header: t('column.issued'), cell: (row) => <DateTime at={row.issuedAt.toString()} /> },
        { id: 'kind', header: t('column.kind'), cell: (row) => t(`kind.${row.kind}`) },
        { id: 'status', header: t('column.status'), cell: (row) => <State document={row} /> },
        { id: 'amount', header: t('column.amount'), align: 'end', aside: true, cell: (row) => <Money amount={row.total} currency={row.currency} /> },
      ]}
      empty={
        <EmptyState icon={<ReceiptText aria-hidden />} title={t('empty')}>
          {t('emptyHint')}
        </EmptyState>
      }
      inset
      rowKey={(row) => row.id}
      rows={documents}
    />
  )
}

export function State({ document }: { document: DocumentView }) {
  const t = useTranslations('invoices')
  const { state, tone } = stateOf(document)
  return <Status tone={tone}>{t(`status.${state}`)}</Status>
}
