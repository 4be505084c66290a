import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { overageHistoryPath, usagePath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { Pagination } from '@/components/ui/pagination'
import { OverageHistory } from '@/components/usage/overage-history'
import { readPastAs, requireViewer } from '@/lib/auth/session'
import { getOveragePage } from '@/lib/billing/views/overage-page'
import { getUsagePlace } from '@/lib/billing/views/usage-page'
import { periodChoice } from '../period-choice'

type Props = { params: Promise<{ org: string; product: string }>; searchParams: Promise<{ before?: string | string[] }> }

const PAGE_LENGTH = 24

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('usage')
  return { title: t('history') }
}

/** Every past cycle with extra units (A11). */
export default async function OverageHistoryPage({ params, searchParams }: Props) {
  const { org, product: productId } = await params
  const viewer = await requireViewer(org, 'usage:read')
  const before = periodChoice((await searchParams).before)
  const found = await readPastAs(viewer, async (tx, organizationId) => {
    const place = await getUsagePlace(tx, organizationId, productId)
    if (!place?.subscriptionId || before === 'unknown') return null
    const history = await getOveragePage(tx, { organizationId, subscriptionId: place.subscriptionId, productId, before, limit: PAGE_LENGTH })
    return history && { product: place.product, history }
  })
  if (!found) notFound()
  const t = await getTranslations('usage')
  const { history, product } = found
  return (
    <PageShell
      actions={<LinkButton href={usagePath(org, product.id)}>{t('historyBack')}</LinkButton>}
      description={`${product.name}. ${t('historyHint')}`}
      title={t('history')}
    >
      <Card flush title={t('historyAllPeriods')}>
        <OverageHistory canSeeInvoices={viewer.can('invoices:read')} currency={history.currency} org={org} rows={history.items} />
      </Card>
      <Pagination newer={before && overageHistoryPath(org, product.id)} older={history.next ? overageHistoryPath(org, product.id, history.next) : null} />
    </PageShell>
  )
}
