import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { CurrentPlan } from '@/components/plan/current-plan'
import { PlanOffers } from '@/components/plan/plan-offers'
import { Section } from '@/components/ui/card'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getPlanView } from '@/lib/billing/views/plan'

type Props = { params: Promise<{ org: string; product: string }>; searchParams: Promise<{ choose?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('plan')
  return { title: t('title') }
}

/** What the organization holds, what else it could be on and what that would cost now, and the way out. */
export default async function PlanPage({ params, searchParams }: Props) {
  const { org, product } = await params
  const { choose } = await searchParams
  const viewer = await requireViewer(org, 'plan:read')
  const view = await readAs(viewer, (tx, id) => getPlanView(tx, id, product))
  if (!view) notFound()
  const t = await getTranslations('plan')
  const canChange = viewer.can('plan:write')
  const { subscription } = view
  const hint = t(subscription ? 'plansDescription' : 'plansFirst')
  return (
    <PageShell description={view.product.name} title={t('title')}>
      <ClientMessages namespaces={['plan']}>
        {subscription && <CurrentPlan canChange={canChange} org={org} subscription={subscription} view={view} />}
        <Section description={view.hasPaymentMethod || !canChange ? hint : `${hint} ${t('noCard')}`} title={t('plans')}>
          {/* A new plan is a new page as far as an open dialog is concerned. */}
          <PlanOffers canChange={canChange} chosen={typeof choose === 'string' ? choose : null} key={subscription?.plan.id ?? 'none'} org={org} view={view} />
        </Section>
      </ClientMessages>
    </PageShell>
  )
}
