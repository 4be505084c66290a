import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { FirstStep } from '@/components/overview/first-step'
import { MoreProducts } from '@/components/overview/more-products'
import { NextCharge, NextCharges } from '@/components/overview/next-charge'
import { CardSkeleton } from '@/components/overview/overview-skeleton'
import { RecentActivity } from '@/components/overview/recent-activity'
import { UsageCards } from '@/components/overview/usage-cards'
import { readAs, requireViewer } from '@/lib/auth/session'
import { type ActivityFeed, getActivityFeed } from '@/lib/billing/views/activity-feed'
import { getNextCharges, getOverviewCards, type NextChargeView, type OverviewCardView } from '@/lib/billing/views/overview'
import { listProducts } from '@/lib/billing/views/products'

type Props = { params: Promise<{ org: string }> }

const ENTRIES_SHOWN = 5

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('overview')
  return { title: t('title') }
}

/** What is used, what it will cost and what changed lately; where nothing is held yet, the first step. */
export default async function OverviewPage({ params }: Props) {
  const { org } = await params
  const viewer = await requireViewer(org)
  // All is asked for before anything is awaited, so that one transaction answers it.
  const cards = readAs(viewer, getOverviewCards)
  const charges = readAs(viewer, getNextCharges)
  const lately = viewer.can('activity:read') ? readAs(viewer, (tx, id) => getActivityFeed(tx, id, { limit: ENTRIES_SHOWN })) : null
  const { held, available } = await readAs(viewer, listProducts)
  const t = await getTranslations('overview')
  return (
    <PageShell title={t('title')}>
      {held.length === 0 ? (
        <FirstStep available={available} canChange={viewer.can('plan:write')} org={org} />
      ) : (
        // One subscription stands beside its charge; several make a list of their own.
        <div className={held.length === 1 ? 'grid items-stretch gap-6 xl:grid-cols-[minmax(0,3fr)_minmax(0,2fr)]' : 'flex flex-col gap-6'}>
          <SectionBoundary section={t('usage')} skeleton={<CardSkeleton />}>
            <Usage cards={cards} org={org} />
          </SectionBoundary>
          <SectionBoundary section={t('nextTitle')} skeleton={<CardSkeleton />}>
            <Charges charges={charges} />
          </SectionBoundary>
        </div>
      )}
      {lately && (
        <SectionBoundary section={t('lately')} skeleton={<CardSkeleton />}>
          <Activity lately={lately} org={org} />
        </SectionBoundary>
      )}
      {held.length > 0 && available.length > 0 && viewer.can('plan:write') && <MoreProducts available={available} org={org} />}
    </PageShell>
  )
}

async function Usage({ org, cards }: { org: string; cards: Promise<OverviewCardView[]> }) {
  return <UsageCards cards={await cards} org={org} />
}

async function Charges({ charges }: { charges: Promise<NextChargeView[]> }) {
  const found = await charges
  const [only] = found
  return only && found.length === 1 ? <NextCharge charge={only} /> : <NextCharges charges={found} />
}

async function Activity({ org, lately }: { org: string; lately: Promise<ActivityFeed> }) {
  const { items } = await lately
  return <RecentActivity entries={items} org={org} />
}
