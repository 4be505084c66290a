import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { DeskActivity } from '@/components/operator/desk-activity'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { Pagination } from '@/components/ui/pagination'
import { inEnginePage } from '@/db/history'
import { getDeskActivity } from '@/lib/billing/views/desk-organization'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 50

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.activity') }
}

/** The customer’s own activity, and which operator it was. */
export default async function DeskActivityPage({ params, searchParams }: OrganizationPageProps) {
  const { organization } = await loadOrganization((await params).organization)
  const before = cursorOf('aud', (await searchParams).before)
  const { items, next } = await inEnginePage({ before }, (tx) => getDeskActivity(tx, organization.id, { limit: PAGE_LENGTH, ...(before && { before }) }))
  return (
    <OrganizationFrame organization={organization} section="activity">
      <DeskActivity entries={items} organization={organization.id} whole />
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'activity') : null}
        older={next ? deskOrganizationPath(organization.id, 'activity', next) : null}
      />
    </OrganizationFrame>
  )
}
