import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { DeskPayments } from '@/components/operator/organization-lists'
import { Pagination } from '@/components/ui/pagination'
import { inEnginePage } from '@/db/history'
import { listDeskPayments } from '@/lib/billing/views/desk-organization'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 30

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.payments') }
}

/** What was collected, what was not, and what the provider calls it. */
export default async function DeskPaymentsPage({ params, searchParams }: OrganizationPageProps) {
  const { organization } = await loadOrganization((await params).organization)
  const before = cursorOf('pay', (await searchParams).before)
  const { rows, next } = await inEnginePage({ before }, (tx) => listDeskPayments(tx, organization.id, { limit: PAGE_LENGTH, before }))
  return (
    <OrganizationFrame organization={organization} section="payments">
      <DeskPayments organization={organization.id} rows={rows} />
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'payments') : null}
        older={next ? deskOrganizationPath(organization.id, 'payments', next) : null}
      />
    </OrganizationFrame>
  )
}
