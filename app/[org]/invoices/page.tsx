import { Download } from 'lucide-react'
import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { InvoiceFilters } from '@/components/invoices/invoice-filters'
import { InvoiceTable } from '@/components/invoices/invoice-table'
import { PastOverage } from '@/components/invoices/past-overage'
import { NoRight } from '@/components/layout/no-right'
import { PageShell } from '@/components/layout/page-shell'
import { invoicesCsvPath, invoicesPath } from '@/components/layout/routes'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { LinkButton } from '@/components/ui/link-button'
import { Money } from '@/components/ui/money'
import { Pagination } from '@/components/ui/pagination'
import { readAs, readPastAs, requireViewer } from '@/lib/auth/session'
import { getInvoicesPage } from '@/lib/billing/views/invoices-page'
import { getLatestOverage } from '@/lib/billing/views/latest-overage'
import { documentCursor, documentFilter, filterQuery, type InvoicesQuery } from './document-choice'

const PAGE_ROWS = 20

type Props = { params: Promise<{ org: string }>; searchParams: Promise<InvoicesQuery> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('invoices')
  return { title: t('title') }
}

/** All documents, narrowed by the address and paged by key: page 3,000 costs what page 1 does. */
export default async function InvoicesPage({ params, searchParams }: Props) {
  const { org } = await params
  const query = await searchParams
  const viewer = await requireViewer(org)
  const t = await getTranslations('invoices')
  if (!viewer.can('invoices:read')) {
    return (
      <PageShell title={t('title')}>
        <NoRight hint={t('noRightHint')} title={t('noRight')} />
      </PageShell>
    )
  }
  const [filter, before] = [documentFilter(query), documentCursor(query)]
  const asked = filterQuery(filter)
  // Asked at the same time, and so answered in one transaction; what was used over a limit is awaited where it is drawn.
  const overage = readAs(viewer, getLatestOverage)
  const view = await (before ? readPastAs : readAs)(viewer, (tx, id) => getInvoicesPage(tx, id, { filter, before, limit: PAGE_ROWS }))
  const isNarrowed = Object.keys(asked).length > 0
  return (
    <PageShell
      actions={
        view.documents.length > 0 && (
          <LinkButton document={invoicesCsvPath(org, asked)} download icon={<Download aria-hidden />}>
            {t('csv')}
          </LinkButton>
        )
      }
      description={t('description')}
      title={t('title')}
    >
      <ClientMessages namespaces={['invoices']}>
        {view.credit !== 0n && (
          <Figure
            detail={t(view.credit > 0n ? 'creditHint' : 'owedHint')}
            label={t('credit')}
            value={<Money amount={view.credit} currency={viewer.organization.currency} />}
          />
        )}
        <Card flush title={t('list')}>
          {(view.documents.length > 0 || isNarrowed) && (
            <InvoiceFilters asked={asked} isEmpty={view.documents.length === 0} org={org} products={view.products} years={view.years} />
          )}
          <InvoiceTable documents={view.documents} isNarrowed={isNarrowed} org={org} products={view.products} />
        </Card>
        <Pagination newer={before ? invoicesPath(org, asked) : null} older={view.next ? invoicesPath(org, { ...asked, before: view.next }) : null} />
        <SectionBoundary section={t('overage')} skeleton={null}>
          <LatestOverage org={org} overage={overage} />
        </SectionBoundary>
      </ClientMessages>
    </PageShell>
  )
}

async function LatestOverage({ org, overage }: { org: string; overage: ReturnType<typeof getLatestOverage> }) {
  return <PastOverage org={org} overage={await overage} />
}
