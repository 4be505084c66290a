import { Layers } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/ui/badge'
import { Card, CardPart } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { type DescriptionItem, DescriptionList } from '@/components/ui/description-list'
import { EmptyState } from '@/components/ui/empty-state'
import { formatCount } from '@/components/ui/format-count'
import { Money } from '@/components/ui/money'
import { Progress } from '@/components/ui/progress'
import { meterTone } from '@/components/usage/usage-state'
import type { DeskSubscription } from '@/lib/billing/views/desk-subscriptions'
import type { MeterCardView } from '@/lib/billing/views/usage-page'
import { subscriptionTone } from './subscription-tone'

/** What an organization holds and held, with the usage of what runs. */
export function Subscriptions({ subscriptions }: { subscriptions: readonly DeskSubscription[] }) {
  const t = useTranslations('desk.organization')
  if (subscriptions.length === 0) {
    return (
      <Card title={t('subscriptions')}>
        <EmptyState icon={<Layers />} title={t('noSubscriptionTitle')}>
          {t('noSubscriptionBody')}
        </EmptyState>
      </Card>
    )
  }
  return (
    <Card title={t('subscriptions')}>
      {subscriptions.map((subscription, index) =>
        index === 0 ? (
          <Subscription key={subscription.id} subscription={subscription} />
        ) : (
          <CardPart key={subscription.id}>
            <Subscription subscription={subscription} />
          </CardPart>
        ),
      )}
    </Card>
  )
}

function Subscription({ subscription }: { subscription: DeskSubscription }) {
  const t = useTranslations('desk')
  const { product, plan, interval, currency, status } = subscription
  return (
    <article aria-label={product.name} className="@container flex flex-col gap-4">
      <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1">
        <h3 className="font-semibold text-sm">{t('organizations.holding', { product: product.name, plan: plan.name })}</h3>
        <Status tone={subscriptionTone(status)}>{t(`subscriptionStatus.${status}`)}</Status>
      </div>
      <DescriptionList
        items={[
          {
            term: t('organization.price'),
            value: (
              <>
                <Money amount={plan.price} currency={currency} /> {t(`organization.per.${interval}`)}
              </>
            ),
          },
          { term: t('organization.period'), value: <Period {...subscription.period} /> },
          ...(subscription.seats === null ? [] : [{ term: t('organization.seats'), value: String(subscription.seats) }]),
          ...whatComes(t, subscription),
          ...settings(t, subscription),
          { term: t('organization.version'), value: String(subscription.catalogVersion) },
        ]}
        layout="columns"
      />
      {subscription.meters.map((meter) => (
        <MeterLine key={meter.meter} meter={meter} product={product.name} />
      ))}
      <Copyable label={t('organization.subscriptionId')} value={subscription.id} />
    </article>
  )
}

type Words = ReturnType<typeof useTranslations<'desk'>>

function whatComes(t: Words, { nextCharge, currency, trialEnd, cancelAt, pendingChange, endedAt }: DeskSubscription): DescriptionItem[] {
  return [
    ...(trialEnd ? [{ term: t('organization.trialEnd'), value: <DateTime at={trialEnd} /> }] : []),
    ...(cancelAt ? [{ term: t('organization.endsOn'), value: <DateTime at={cancelAt} /> }] : []),
    ...(endedAt ? [{ term: t('organization.ended'), value: <DateTime at={endedAt} /> }] : []),
    ...(pendingChange ? [{ term: t('organization.movesTo', { plan: pendingChange.plan }), value: <DateTime at={pendingChange.at} /> }] : []),
    ...(nextCharge && nextCharge.title !== 'none'
      ? [{ term: t('organization.nextCharge'), value: <Money amount={nextCharge.total} currency={currency} /> }]
      : []),
  ]
}

function settings(t: Words, { settings: set, currency }: DeskSubscription): DescriptionItem[] {
  return [
    ...(set.hardLimit === null ? [] : [{ term: t('organization.hardLimit'), value: <Units value={set.hardLimit} /> }]),
    ...(set.payAsYouGo.enabled
      ? [
          {
            term: t('organization.payAsYouGo'),
            value: set.payAsYouGo.cap === null ? t('organization.uncapped') : <Money amount={set.payAsYouGo.cap} currency={currency} />,
          },
        ]
      : []),
    ...(set.autoUpgrade ? [{ term: t('organization.autoUpgrade'), value: t('organization.on') }] : []),
    ...(set.autoRenew ? [{ term: t('organization.autoRenew'), value: t('organization.on') }] : []),
  ]
}

function Units({ value }: { value: bigint }) {
  return <>{formatCount(value, useLocale())}</>
}

function Period({ start, end }: { start: string; end: string }) {
  const t = useTranslations('desk.organization')
  return <>{t.rich('from', { from: () => <DateTime at={start} />, to: () => <DateTime at={end} /> })}</>
}

function MeterLine({ meter, product }: { meter: MeterCardView; product: string }) {
  const t = useTranslations('desk.organization')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { used, limit, unit, percent } = meter
  const words = limit === null ? t('usedOnly', { used: number(used), unit }) : t('usedOf', { used: number(used), limit: number(limit), unit })
  return (
    <div className="flex flex-col gap-1.5 text-sm">
      <span className="figures">{words}</span>
      {limit !== null && <Progress label={t('usageOf', { product, unit })} percent={percent} size="sm" tone={meterTone(meter)} valueText={words} />}
    </div>
  )
}
