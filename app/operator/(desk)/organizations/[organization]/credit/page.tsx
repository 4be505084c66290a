import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { ClientMessages } from '@/components/messages/client-messages'
import { AdjustCredit, Balances, DeskGrants, TrustTier } from '@/components/operator/credit'
import { deskOrganizationPath } from '@/components/operator/desk-routes'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { Pagination } from '@/components/ui/pagination'
import { inEngine } from '@/db/client'
import { listGrants } from '@/lib/billing/views/credits'
import { cursorOf, loadOrganization, type OrganizationPageProps } from '../load-organization'

const PAGE_LENGTH = 20

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('section.credit') }
}

/** What they have, where it came from, and what an operator gives or takes. */
export default async function DeskCreditPage({ params, searchParams }: OrganizationPageProps) {
  const { operator, organization } = await loadOrganization((await params).organization)
  const before = cursorOf('grant', (await searchParams).before)
  const found = await inEngine((tx) => listGrants(tx, organization.id, organization.currency, { limit: PAGE_LENGTH + 1, ...(before && { before }) }))
  const rows = found.slice(0, PAGE_LENGTH)
  const next = found.length > PAGE_LENGTH ? rows.at(-1)?.id : undefined
  const isAdmin = operator.role === 'admin'
  return (
    <OrganizationFrame organization={organization} section="credit">
      <Balances organization={organization} />
      <DeskGrants grants={rows} organization={organization} />
      <Pagination
        newer={before ? deskOrganizationPath(organization.id, 'credit') : null}
        older={next ? deskOrganizationPath(organization.id, 'credit', next) : null}
      />
      <ClientMessages namespaces={['deskForm']}>
        <div className="grid items-start gap-6 xl:grid-cols-2">
          <AdjustCredit isAdmin={isAdmin} organization={organization} />
          <TrustTier isAdmin={isAdmin} organization={organization} />
        </div>
      </ClientMessages>
    </OrganizationFrame>
  )
}
