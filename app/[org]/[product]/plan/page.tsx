import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { CurrentPlan } from '@/components/plan/current-plan'
import { PlanAdvice } from '@/components/plan/plan-advice'
import { PlanOffers } from '@/components/plan/plan-offers'
import { Section } from '@/components/ui/card'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getPlanView } from '@/lib/billing/views/plan'

type Props = { params: Promise<{ org: string; product: string }>; searchParams: Promise<Record<'choose' | 'by' | 'trial', string | string[] | undefined>> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('plan')
  return { title: t('title') }
}

/** What the organization holds, what else it could be on and what that would cost now, and the way out. */
export default async function PlanPage({ params, searchParams }: Props) {
  const { org, product } = await params
  const { choose, by, trial } = await searchParams
  const chosen = typeof choose === 'string' ? { plan: choose, interval: typeof by === 'string' ? by : null, isTrial: trial === '1' } : null
  const viewer = await requireViewer(org, 'plan:read')
  const view = await readAs(viewer, (tx, id) => getPlanView(tx, id, product))
  if (!view) notFound()
  const t = await getTranslations('plan')
  const canChange = viewer.can('plan:write')
  const { subscription } = view
  const hint = t(subscription ? 'plansDescription' : 'plansFirst')
  const needsCard = !view.hasPaymentMethod && canChange && Object.values(view.offers).some((offers) => offers.some(({ price }) => price > 0n))
  return (
    <PageShell description={view.product.name} title={t('title')}>
      <ClientMessages namespaces={['plan']}>
        {subscription && <CurrentPlan canChange={canChange} org={org} subscription={subscription} view={view} />}
        <Section description={needsCard ? `${hint} ${t('noCard')}` : hint} title={t('plans')}>
          {/* A new plan is a new page as far as an open dialog is concerned. */}
          <PlanOffers
            canChange={canChange}
            chosen={chosen}
            key={subscription ? `${subscription.plan.id} ${subscription.interval}` : 'none'}
            org={org}
            view={view}
          />
        </Section>
        {view.advice && <PlanAdvice view={view.advice} />}
      </ClientMessages>
    </PageShell>
  )
}
