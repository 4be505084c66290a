import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { LostPhones } from '@/components/operator/lost-phones'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { DeskMembers } from '@/components/operator/organization-lists'
import { SignInList } from '@/components/settings/sign-in-list'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import { inEngine } from '@/db/client'
import { listMembersSignIns, showSignIn } from '@/lib/auth/sign-ins'
import { listMembersWithSecondFactor } from '@/lib/auth/take-off-second-factor'
import { listMembers } from '@/lib/billing/views/members'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 50

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.members') }
}

/** Who belongs to it, who is invited, and how they signed in of late. */
export default async function DeskMembersPage({ params, searchParams }: OrganizationPageProps) {
  const { operator, organization } = await loadOrganization((await params).organization)
  const before = cursorOf('mem', (await searchParams).before)
  const found = await inEngine((tx) => listMembers(tx, organization.id, { limit: PAGE_LENGTH + 1, ...(before && { before }) }))
  const withSecondStep = await inEngine((tx) => listMembersWithSecondFactor(tx, organization.id))
  const signIns = await inEngine((tx) => listMembersSignIns(tx, organization.id))
  const s = await getTranslations('signIns')
  const rows = found.slice(0, PAGE_LENGTH)
  const next = found.length > PAGE_LENGTH ? rows.at(-1)?.id : undefined
  return (
    <OrganizationFrame organization={organization} section="members">
      <DeskMembers organization={organization.id} rows={rows} />
      <ClientMessages namespaces={['deskForm']}>
        <LostPhones isAdmin={operator.role === 'admin'} members={withSecondStep} organization={organization.id} />
      </ClientMessages>
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'members') : null}
        older={next ? deskOrganizationPath(organization.id, 'members', next) : null}
      />
      <Card description={s('desk')} title={s('title')}>
        <SignInList signIns={signIns.map(showSignIn)} />
      </Card>
    </OrganizationFrame>
  )
}
