import { ShieldCheck } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { planPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Alerts } from '@/components/spending/alerts'
import { AutoRecharge } from '@/components/spending/auto-recharge'
import { Automatic } from '@/components/spending/automatic'
import { HardLimit } from '@/components/spending/hard-limit'
import { Most } from '@/components/spending/most'
import { PayAsYouGo } from '@/components/spending/pay-as-you-go'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getSpendingView } from '@/lib/billing/views/spending'
import { getUsagePlace } from '@/lib/billing/views/usage-page'

type Props = { params: Promise<{ org: string; product: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('spending')
  return { title: t('title') }
}

/** Everything that protects the customer, on one screen: what may be charged beside the price, and the most that it can come to. */
export default async function SpendingPage({ params }: Props) {
  const { org, product: productId } = await params
  const viewer = await requireViewer(org, 'plan:read')
  const { place, view } = await readAs(viewer, async (tx, id) => ({
    place: await getUsagePlace(tx, id, productId),
    view: await getSpendingView(tx, id, productId),
  }))
  if (!place) notFound()
  if (!place.product.isMetered) redirect(planPath(org, productId)) // It costs its price and no more.
  const t = await getTranslations('spending')
  if (!view) {
    return (
      <PageShell description={place.product.name} title={t('title')} width="reading">
        <Card title={t('most.title')}>
          <EmptyState
            action={
              <LinkButton href={planPath(org, productId)} variant="primary">
                {t('seePlans')}
              </LinkButton>
            }
            icon={<ShieldCheck />}
            title={t('none', { product: place.product.name })}
          >
            {t('noneBody')}
          </EmptyState>
        </Card>
      </PageShell>
    )
  }
  const mayChange = viewer.can('spending:write')
  // What was saved is what a field begins with.
  const key = [view.plan.name, view.hardLimit?.units, view.payAsYouGo?.enabled, view.payAsYouGo?.cap].join()
  return (
    <PageShell description={`${view.product.name}. ${t('description')}`} title={t('title')} width="reading">
      <ClientMessages namespaces={['spending']}>
        <Most view={view} />
        {view.hardLimit && <HardLimit hardLimit={view.hardLimit} isOwner={viewer.can('hard_limit:write')} key={`hard ${key}`} org={org} view={view} />}
        {view.payAsYouGo && <PayAsYouGo key={`pay ${key}`} mayChange={mayChange} org={org} payAsYouGo={view.payAsYouGo} view={view} />}
        {view.autoUpgrade && <Automatic automatic={view.autoUpgrade} kind="autoUpgrade" mayChange={mayChange} org={org} view={view} />}
        {view.autoRenew && <Automatic automatic={view.autoRenew} kind="autoRenew" mayChange={mayChange} org={org} view={view} />}
        {view.aboveLimit === 'balance' && <AutoRecharge org={org} view={view} />}
        {view.isLimited && <Alerts thresholds={view.alertThresholds} />}
      </ClientMessages>
    </PageShell>
  )
}
