import { CalendarX2, Gauge } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound, redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { overageHistoryPath, planPath, usagePath } from '@/components/layout/routes'
import { SectionBoundary } from '@/components/layout/section-boundary'
import { ClientMessages } from '@/components/messages/client-messages'
import { Card } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import { Skeleton } from '@/components/ui/skeleton'
import { TextLink } from '@/components/ui/text-link'
import { LiveUsage } from '@/components/usage/live-usage'
import { OverageHistory } from '@/components/usage/overage-history'
import { PeriodPicker } from '@/components/usage/period-picker'
import { UsageSkeleton } from '@/components/usage/usage-skeleton'
import type { Transaction } from '@/db/client'
import { readAs, readPastAs, requireViewer } from '@/lib/auth/session'
import { getOveragePage, getPastPeriods, type OverageHistoryView, type PastPeriodView } from '@/lib/billing/views/overage-page'
import { findSubscriptionOf, getUsagePage, getUsagePlace, type UsagePageView, type UsagePlace } from '@/lib/billing/views/usage-page'
import type { OrganizationId } from '@/lib/ids'
import type { Instant } from '@/lib/time'
import { periodChoice } from './period-choice'

type Props = { params: Promise<{ org: string; product: string }>; searchParams: Promise<{ period?: string | string[] }> }

const PERIODS_LISTED = 24
const OVERAGES_LISTED = 5

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('usage')
  return { title: t('title') }
}

/** What was used in one period, how near the limit it is, which keys drive it, and where it leads. */
export default async function UsagePage({ params, searchParams }: Props) {
  const { org, product: productId } = await params
  const viewer = await requireViewer(org, 'usage:read')
  const chosen = periodChoice((await searchParams).period)
  const period = chosen === 'unknown' ? null : chosen
  // All is asked for before anything is awaited, so that one transaction answers it.
  const usage = (period ? readPastAs : readAs)(viewer, (tx, organizationId) => getUsagePage(tx, { organizationId, productId, periodStart: period }))
  const history = readAs(viewer, (tx, id) => readHistory(tx, id, productId))
  const { place, past } = await readAs(viewer, (tx, id) => readPeriods(tx, id, productId, period))
  if (!place) notFound()
  const t = await getTranslations('usage')
  const { product, subscriptionId } = place
  if (!product.isMetered) redirect(planPath(org, product.id)) // It counts members, not requests: there is nothing to see here.
  if (!subscriptionId) {
    return (
      <PageShell description={product.name} title={t('title')}>
        <Card title={t('card')}>
          <EmptyState
            action={
              <LinkButton href={planPath(org, product.id)} variant="primary">
                {t('seePlans')}
              </LinkButton>
            }
            icon={<Gauge />}
            title={t('noneTitle', { product: product.name })}
          >
            {t('noneBody')}
          </EmptyState>
        </Card>
      </PageShell>
    )
  }
  const isOld = isPast(place, period)
  const exists = chosen !== 'unknown' && (!isOld || past.items.some(({ start }) => start === period?.toString()))
  return (
    <PageShell
      actions={
        <ClientMessages namespaces={['usage']}>
          <PeriodPicker
            older={past.older}
            org={org}
            past={past.items}
            product={product.id}
            running={place.running}
            selected={exists ? (period?.toString() ?? place.running?.start ?? past.items[0]?.start ?? '') : ''}
          />
        </ClientMessages>
      }
      description={product.name}
      title={t('title')}
    >
      {exists ? (
        <SectionBoundary section={t('title')} skeleton={<UsageSkeleton />}>
          <Usage org={org} usage={usage} />
        </SectionBoundary>
      ) : (
        <Card title={t('period')}>
          <EmptyState action={<LinkButton href={usagePath(org, product.id)}>{t('toCurrent')}</LinkButton>} icon={<CalendarX2 />} title={t('noPeriodTitle')}>
            {t('noPeriodBody', { product: product.name })}
          </EmptyState>
        </Card>
      )}
      {exists && !isOld && (
        <SectionBoundary section={t('history')} skeleton={place.charges && <Skeleton className="h-48 rounded-xl" />}>
          <History canSeeInvoices={viewer.can('invoices:read')} history={history} charges={place.charges} org={org} productId={product.id} />
        </SectionBoundary>
      )}
    </PageShell>
  )
}

type Periods = { items: PastPeriodView[] /** The start of the first one that is not listed any more. */; older: string | null }
const NO_PERIODS: Periods = { items: [], older: null }

/** What the page is about, and the periods that it can be asked for. */
async function readPeriods(tx: Transaction, organizationId: OrganizationId, productId: string, period: Instant | null) {
  const place = await getUsagePlace(tx, organizationId, productId)
  if (!place?.subscriptionId) return { place, past: NO_PERIODS }
  const choice = { organizationId, subscriptionId: place.subscriptionId, productId, limit: PERIODS_LISTED + 1 }
  const newest = listed(await getPastPeriods(tx, choice))
  if (!period || !isPast(place, period) || newest.items.some(({ start }) => start === period.toString())) return { place, past: newest }
  // One that is older than the list begins a list of its own.
  return { place, past: listed(await getPastPeriods(tx, { ...choice, before: period.add({ milliseconds: 1 }) })) }
}

function listed({ items }: { items: PastPeriodView[] }): Periods {
  return { items: items.slice(0, PERIODS_LISTED), older: items[PERIODS_LISTED]?.start ?? null }
}

async function readHistory(tx: Transaction, organizationId: OrganizationId, productId: string) {
  const subscriptionId = await findSubscriptionOf(tx, organizationId, productId)
  return subscriptionId && getOveragePage(tx, { organizationId, subscriptionId, productId, limit: OVERAGES_LISTED })
}

function isPast({ running }: UsagePlace, period: Instant | null): boolean {
  return period !== null && period.toString() !== running?.start
}

async function Usage({ org, usage }: { org: string; usage: Promise<UsagePageView | null> }) {
  const view = await usage
  if (!view) notFound()
  return (
    <ClientMessages namespaces={['usage', 'charts']}>
      {/* Another period is another page as far as what is open in it is concerned. */}
      <LiveUsage initial={view} key={view.card.period.start} org={org} />
    </ClientMessages>
  )
}

type HistoryProps = { org: string; productId: string; charges: UsagePlace['charges']; canSeeInvoices: boolean; history: Promise<OverageHistoryView | null> }

/** For plans that charge units by themselves, and for who has been on one. */
async function History({ org, productId, charges, canSeeInvoices, ...asked }: HistoryProps) {
  const history = await asked.history
  if (!history || (!charges && history.items.length === 0)) return null
  const t = await getTranslations('usage')
  return (
    <Card
      description={t(charges === 'every_unit' ? 'costHistoryHint' : 'historyHint')}
      flush
      footer={history.items.length > 0 && <TextLink href={overageHistoryPath(org, productId)}>{t('historyAll')}</TextLink>}
      title={t(charges === 'every_unit' ? 'costHistory' : 'history')}
    >
      <OverageHistory canSeeInvoices={canSeeInvoices} currency={history.currency} org={org} rows={history.items} />
    </Card>
  )
}
