import { FileDown, ReceiptText, SearchX } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { invoicePath, invoicePdfPath, invoicesPath } from '@/components/layout/routes'
import { Status } from '@/components/ui/badge'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import { Money } from '@/components/ui/money'
import { TextLink } from '@/components/ui/text-link'
import type { DocumentView } from '@/lib/billing/views/documents'
import type { ProductName } from '@/lib/billing/views/invoices-page'
import { stateOf } from './document-state'

type Props = { org: string; documents: readonly DocumentView[]; products: readonly ProductName[]; isNarrowed: boolean }

export function InvoiceTable({ org, documents, products, isNarrowed }: Props) {
  const t = useTranslations('invoices')
  const productName = (id: string | null) => products.find((product) => product.id === id)?.name
  return (
    <DataTable
      caption={t('title')}
      columns={[
        { id: 'number', header: t('column.number'), rowHeader: true, cell: (row) => <TextLink href={invoicePath(org, row.id)}>{row.number}</TextLink> },
        { id: 'issued', header: t('column.issued'), cell: (row) => <DateTime at={row.issuedAt.toString()} /> },
        {
          id: 'kind',
          header: t('column.kind'),
          cell: (row) => (
            <>
              {t(`kind.${row.kind}`)}
              {productName(row.product) && <span className="block text-muted">{productName(row.product)}</span>}
            </>
          ),
        },
        { id: 'status', header: t('column.status'), cell: (row) => <State document={row} /> },
        { id: 'amount', header: t('column.amount'), align: 'end', aside: true, cell: (row) => <Money amount={row.total} currency={row.currency} /> },
        {
          id: 'pdf',
          header: t('column.pdf'),
          align: 'end',
          cell: (row) => (
            <LinkButton document={invoicePdfPath(org, row.id)} download icon={<FileDown aria-hidden />} size="sm" variant="ghost">
              {t('pdf')}
              <span className="sr-only"> {row.number}</span>
            </LinkButton>
          ),
        },
      ]}
      empty={
        isNarrowed ? (
          <EmptyState action={<LinkButton href={invoicesPath(org)}>{t('filter.clear')}</LinkButton>} icon={<SearchX aria-hidden />} title={t('filter.none')}>
            {t('filter.noneHint')}
          </EmptyState>
        ) : (
          <EmptyState icon={<ReceiptText aria-hidden />} title={t('empty')}>
            {t('emptyHint')}
          </EmptyState>
        )
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
