import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { formatDate, formatDateRange } from '@/components/ui/format-date'
import type { Tone } from '@/components/ui/tone'
import type { PlanView } from '@/lib/billing/views/plan'
import { formatMoney } from '@/lib/money'
import { EndSubscription } from './end-subscription'
import { UsedUp } from './used-up'
import { wordCycle, wordEntitlement, wordIncluded, wordUnits } from './words'

type Subscription = NonNullable<PlanView['subscription']>

const TONES: Record<Subscription['status'], Tone> = {
  trialing: 'ok',
  active: 'ok',
  past_due: 'danger',
  unpaid: 'danger',
  awaiting_payment: 'warning',
  canceled: 'neutral',
}

type Props = { org: string; view: PlanView; subscription: Subscription; canChange: boolean }

/** What is held now: plan, price, state, the period that it is paid for, and the way out or back. */
export function CurrentPlan({ org, view, subscription, canChange }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { plan, price, perSeat, period, status, cancelAt, interval, included, entitlements, introduction, trialEnd } = subscription
  const cycle = wordCycle(t, view.cycle, interval)
  const money = (amount: typeof price) => formatMoney(amount, view.currency, locale)
  const isByUse = price === 0n && !plan.isFree
  const words = { locale, currency: view.currency, interval }
  const holds = [...included.map((meter) => wordIncluded(t, meter, words)), ...Object.entries(entitlements).map((one) => wordEntitlement(t, one, locale))]
  return (
    <Card
      actions={
        cancelAt && status === 'active' ? (
          <Status tone="warning">{t('endsOn', { at: formatDate(cancelAt, locale) })}</Status>
        ) : (
          <Status tone={TONES[status]}>{t(`status.${status}`)}</Status>
        )
      }
      title={t('currentPlan')}
    >
      <p className="flex flex-wrap items-baseline gap-x-3">
        <span className="min-w-0 wrap-anywhere font-semibold text-figure">{plan.name}</span>
        <span className="figures text-muted">
          {perSeat ? t('seatPriceFor', { price: money(perSeat.price), cycle }) : isByUse ? t('noFee') : t('priceFor', { price: money(price), cycle })}
        </span>
      </p>
      <DescriptionList
        items={[
          ...(perSeat ? [{ term: t('seats'), value: t(trialEnd ? 'seatsThen' : 'seatsPaid', { seats: perSeat.paid, total: money(price), cycle }) }] : []),
          ...(holds.length > 0 ? [{ term: t('included'), value: holds.join(', ') }] : []),
          ...(introduction ? [{ term: t('firstDays', { at: formatDate(period.end, locale) }), value: wordUnits(introduction, locale) }] : []),
          { term: t('period'), value: formatDateRange(period.start, period.end, locale) },
          { term: t(cancelAt ? 'ends' : trialEnd ? 'firstCharge' : 'renewal'), value: formatDate(cancelAt ?? period.end, locale) },
        ]}
        layout="columns"
      />
      <UsedUp canChange={canChange} org={org} subscription={subscription} view={view} />
      <EndSubscription canChange={canChange} org={org} subscription={subscription} />
    </Card>
  )
}
