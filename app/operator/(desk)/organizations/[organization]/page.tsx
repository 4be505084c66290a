import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { DeskActivity } from '@/components/operator/desk-activity'
import { OrganizationData } from '@/components/operator/organization-data'
import { OrganizationFacts } from '@/components/operator/organization-facts'
import { OrganizationFrame } from '@/components/operator/organization-frame'
import { ResumePurchases } from '@/components/operator/resume-purchases'
import { Subscriptions } from '@/components/operator/subscriptions'
import { Visit } from '@/components/operator/visit'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { inEngine } from '@/db/client'
import { getDeskActivity } from '@/lib/billing/views/desk-organization'
import { listDeskSubscriptions } from '@/lib/billing/views/desk-subscriptions'
import type { OrganizationId } from '@/lib/ids'
import { readInstant } from '@/lib/time'
import { loadOrganization, type OrganizationPageProps } from './load-organization'

const ENTRIES_SHOWN = 8

type Props = { params: OrganizationPageProps['params']; searchParams: Promise<{ export?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.organization')
  return { title: t('title') }
}

/** One customer as the company sees them: what they are, what they hold, and what happened lately. */
export default async function DeskOrganizationPage({ params, searchParams }: Props) {
  const { operator, organization } = await loadOrganization((await params).organization)
  const [owner] = organization.owners
  const t = await getTranslations('desk.organization')
  const later = readInstant((await searchParams).export)
  return (
    <OrganizationFrame
      actions={owner && !organization.closedAt && <Visit member={owner.id} name={owner.email} organization={organization.id} primary />}
      organization={organization}
      section="overview"
    >
      {organization.purchasesStopped && (
        <ClientMessages namespaces={['deskForm']}>
          <ResumePurchases isAdmin={operator.role === 'admin'} organization={organization} />
        </ClientMessages>
      )}
      <SectionBoundary section={t('subscriptions')} skeleton={<CardSkeleton />}>
        <Held id={organization.id} />
      </SectionBoundary>
      <OrganizationFacts organization={organization} />
      <ClientMessages namespaces={['deskForm']}>
        <OrganizationData isAdmin={operator.role === 'admin'} later={later} organization={organization.id} />
      </ClientMessages>
      <SectionBoundary section={t('lately')} skeleton={<CardSkeleton />}>
        <Lately id={organization.id} />
      </SectionBoundary>
    </OrganizationFrame>
  )
}

async function Held({ id }: { id: OrganizationId }) {
  return <Subscriptions subscriptions={await inEngine((tx) => listDeskSubscriptions(tx, id))} />
}

async function Lately({ id }: { id: OrganizationId }) {
  const { items } = await inEngine((tx) => getDeskActivity(tx, id, { limit: ENTRIES_SHOWN }))
  return <DeskActivity entries={items} organization={id} />
}
