import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { DeskMessages } from '@/components/operator/organization-lists'
import { Pagination } from '@/components/ui/pagination'
import { inEnginePage } from '@/db/history'
import { listNotifications } from '@/lib/billing/views/notifications'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 50

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.messages') }
}

/** What was told to whom, and whether it arrived. */
export default async function DeskMessagesPage({ params, searchParams }: OrganizationPageProps) {
  const { organization } = await loadOrganization((await params).organization)
  const before = cursorOf('msg', (await searchParams).before)
  const found = await inEnginePage({ before }, (tx) => listNotifications(tx, organization.id, { limit: PAGE_LENGTH + 1, ...(before && { before }) }))
  const rows = found.slice(0, PAGE_LENGTH)
  const next = found.length > PAGE_LENGTH ? rows.at(-1)?.id : undefined
  return (
    <OrganizationFrame organization={organization} section="messages">
      <DeskMessages rows={rows} />
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'messages') : null}
        older={next ? deskOrganizationPath(organization.id, 'messages', next) : null}
      />
    </OrganizationFrame>
  )
}
