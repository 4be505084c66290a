import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { DeskInvoices } from '@/components/operator/organization-lists'
import { Pagination } from '@/components/ui/pagination'
import { inEnginePage } from '@/db/history'
import { listDocuments } from '@/lib/billing/views/documents'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 30

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.invoices') }
}

/** Invoices and credit notes, newest first. */
export default async function DeskInvoicesPage({ params, searchParams }: OrganizationPageProps) {
  const { organization } = await loadOrganization((await params).organization)
  const before = cursorOf('inv', (await searchParams).before)
  const found = await inEnginePage({ before }, (tx) => listDocuments(tx, organization.id, { limit: PAGE_LENGTH + 1, ...(before && { before }) }))
  const rows = found.slice(0, PAGE_LENGTH)
  const next = found.length > PAGE_LENGTH ? rows.at(-1)?.id : undefined
  return (
    <OrganizationFrame organization={organization} section="invoices">
      <DeskInvoices organization={organization.id} rows={rows} />
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'invoices') : null}
        older={next ? deskOrganizationPath(organization.id, 'invoices', next) : null}
      />
    </OrganizationFrame>
  )
}
