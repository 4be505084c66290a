import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { ErasePerson } from '@/components/operator/erase-person'
import { Requests } from '@/components/operator/requests'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { inEngine } from '@/db/client'
import { requireOperator } from '@/lib/auth/present-operator'
import { getDeskRequests } from '@/lib/billing/views/desk-requests'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.requests')
  return { title: t('title') }
}

/** What waits for somebody to decide or to look at, over all customers. */
export default async function DeskRequestsPage() {
  const operator = await requireOperator('/operator/requests')
  const t = await getTranslations('desk.requests')
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['deskForm']}>
        <SectionBoundary section={t('title')} skeleton={<CardSkeleton />}>
          <Waiting isAdmin={operator.role === 'admin'} />
        </SectionBoundary>
        <ErasePerson isAdmin={operator.role === 'admin'} />
      </ClientMessages>
    </PageShell>
  )
}

async function Waiting({ isAdmin }: { isAdmin: boolean }) {
  return <Requests isAdmin={isAdmin} requests={await inEngine(getDeskRequests)} />
}
