import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { FirstStep } from '@/components/overview/first-step'
import { NextCharge } from '@/components/overview/next-charge'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { RecentActivity } from '@/components/overview/recent-activity'
import { UsageCards } from '@/components/overview/usage-cards'
import { inWeb } from '@/db/client'
import { requireViewer, type Viewer } from '@/lib/auth/session'
import { getActivityFeed } from '@/lib/billing/views/activity-feed'
import { getNextCharges, getOverviewCards } from '@/lib/billing/views/overview'
import { listProducts } from '@/lib/billing/views/plan'

type Props = { params: Promise<{ org: string }> }
type SectionProps = { org: string; viewer: Viewer }

const ENTRIES_SHOWN = 5

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('overview')
  return { title: t('title') }
}

/** What is used, what it will cost and what changed lately; where nothing is held yet, the first step. */
export default async function OverviewPage({ params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org)
  const organizationId = viewer.organization.id
  const { held, available } = await inWeb({ organizationId, userId: viewer.user.id }, (tx) => listProducts(tx, organizationId))
  const t = await getTranslations('overview')
  return (
    <PageShell title={t('title')}>
      {held.length === 0 ? (
        <FirstStep available={available} canChange={viewer.can('plan:write')} org={org} />
      ) : (
        // One subscription stands beside its charge; several make a list of their own.
        <div className={held.length === 1 ? 'grid items-stretch gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]' : 'flex flex-col gap-6'}>
          <SectionBoundary section={t('usage')} skeleton={<CardSkeleton />}>
            <Usage org={org} viewer={viewer} />
          </SectionBoundary>
          <SectionBoundary section={t('nextTitle')} skeleton={<CardSkeleton />}>
            <Charges org={org} viewer={viewer} />
          </SectionBoundary>
        </div>
      )}
      {viewer.can('activity:read') && (
        <SectionBoundary section={t('lately')} skeleton={<CardSkeleton />}>
          <Activity org={org} viewer={viewer} />
        </SectionBoundary>
      )}
    </PageShell>
  )
}

async function Usage({ org, viewer }: SectionProps) {
  const organizationId = viewer.organization.id
  const cards = await inWeb({ organizationId, userId: viewer.user.id }, (tx) => getOverviewCards(tx, organizationId))
  return <UsageCards cards={cards} org={org} />
}

async function Charges({ viewer }: SectionProps) {
  const organizationId = viewer.organization.id
  const charges = await inWeb({ organizationId, userId: viewer.user.id }, (tx) => getNextCharges(tx, organizationId))
  return (
    <div className={charges.length > 1 ? 'grid items-stretch gap-6 md:grid-cols-2' : 'grid'}>
      {charges.map((charge) => (
        <NextCharge charge={charge} key={charge.product.id} namesProduct={charges.length > 1} />
      ))}
    </div>
  )
}

async function Activity({ org, viewer }: SectionProps) {
  const organizationId = viewer.organization.id
  const { items } = await inWeb({ organizationId, userId: viewer.user.id }, (tx) => getActivityFeed(tx, organizationId, { limit: ENTRIES_SHOWN }))
  return <RecentActivity entries={items} org={org} />
}
