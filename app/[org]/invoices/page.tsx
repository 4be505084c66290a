import type { Metadata, Route } from 'next'
import { getTranslations } from 'next-intl/server'
import { InvoiceTable } from '@/components/invoices/invoice-table'
import { NoRight } from '@/components/layout/no-right'
import { PageShell } from '@/components/layout/page-shell'
import { invoicesPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { Money } from '@/components/ui/money'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getCreditBalance } from '@/lib/billing/views/credits'
import { listDocuments } from '@/lib/billing/views/documents'
import { type DocumentId, isId } from '@/lib/ids'

const PAGE_ROWS = 20

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ before?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('invoices')
  return { title: t('title') }
}

/** All documents, paged by key: page 3,000 costs what page 1 does. */
export default async function InvoicesPage({ params, searchParams }: Props) {
  const { org } = await params
  const { before } = await searchParams
  const viewer = await requireViewer(org)
  const t = await getTranslations('invoices')
  if (!viewer.can('invoices:read')) {
    return (
      <PageShell title={t('title')}>
        <NoRight hint={t('noRightHint')} title={t('noRight')} />
      </PageShell>
    )
  }
  const cursor = typeof before === 'string' && isId('inv', before) ? (before as DocumentId) : null
  const { rows, credit } = await readAs(viewer, async (tx, id) => ({
    rows: await listDocuments(tx, id, { limit: PAGE_ROWS + 1, ...(cursor && { before: cursor }) }),
    credit: await getCreditBalance(tx, id),
  }))
  const shown = rows.slice(0, PAGE_ROWS)
  const last = shown.at(-1)
  return (
    <PageShell description={t('description')} title={t('title')}>
      {credit !== 0n && (
        <Figure
          detail={t(credit > 0n ? 'creditHint' : 'owedHint')}
          label={t('credit')}
          value={<Money amount={credit} currency={viewer.organization.currency} />}
        />
      )}
      <Card flush title={t('list')}>
        <InvoiceTable documents={shown} org={org} />
      </Card>
      <Pagination
        newer={cursor ? invoicesPath(org) : null}
        older={rows.length > PAGE_ROWS && last ? (`${invoicesPath(org)}?before=${last.id}` as Route) : null}
      />
    </PageShell>
  )
}
