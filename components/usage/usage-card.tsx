import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'
import { Card, CardPart } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { formatCount } from '@/components/ui/format-count'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { ProgressWithText } from '@/components/ui/progress'
import type { MeterCardView, UsageCardView } from '@/lib/billing/views/usage-page'
import { formatMoney, type MinorUnits } from '@/lib/money'
import { roundedDown } from '../credits/rounded-down'
import { AboveLimit } from './above-limit'
import { readablePrice } from './unit-price'
import { isExhausted, leadingMeter, meterTone } from './usage-state'

/** Beyond it the figure says nothing that the count beside it does not. */
const MOST_PERCENT = 999

type Props = {
  card: UsageCardView
  title: ReactNode
  /** A scheduled end, where the period's end is the last. */
  cancelAt?: string | null
  /** Where members hold seats: how many, and what they cost. */
  seats?: { present: number; total: MinorUnits | null; interval: 'month' | 'year' } | null
  /** Links to where one can do something about it. */
  actions?: ReactNode
  className?: string
}

/** Plan, limit, what is used of it, what is left or over with its charge so far, and when the period ends (A4). */
export function UsageCard({ card, title, cancelAt = null, seats = null, actions, className }: Props) {
  return (
    <Card actions={<UsageBadge card={card} />} className={className} title={title}>
      {seats && <SeatFigures card={card} seats={seats} />}
      {card.meters.map((meter, index) =>
        index === 0 ? (
          <MeterFigures card={card} key={meter.meter} meter={meter} />
        ) : (
          <CardPart className="flex flex-col gap-5" key={meter.meter}>
            <MeterFigures card={card} meter={meter} />
          </CardPart>
        ),
      )}
      {card.balance && (
        <CardPart>
          <Balance balance={card.balance} currency={card.currency} />
        </CardPart>
      )}
      <CardPart className="mt-auto flex flex-wrap items-center justify-between gap-x-6 gap-y-3 text-muted text-sm">
        <PeriodEnd cancelAt={cancelAt} card={card} />
        {actions && <span className="flex flex-wrap gap-2">{actions}</span>}
      </CardPart>
    </Card>
  )
}

function MeterFigures({ card, meter }: { card: UsageCardView; meter: MeterCardView }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { unit, used, limit, percent } = meter
  const { cost } = meter
  if (limit === null && cost !== null) return <PaidFigures card={card} cost={cost} meter={meter} />
  const detail = limit === null ? t('unlimited', { unit, plan: card.plan }) : t('ofLimit', { limit: number(limit), unit, plan: card.plan })
  return (
    <div className="flex flex-col gap-5">
      <Figure detail={detail} label={t('used')} size="lg" value={number(used)} />
      {limit !== null && (
        <ProgressWithText
          end={<Left card={card} meter={meter} />}
          label={t('bar', { unit })}
          marks={card.alertThresholds.filter((threshold) => threshold < 100)}
          percent={percent}
          start={
            percent !== null && (percent > MOST_PERCENT ? t('percentAbove', { percent: `${MOST_PERCENT}` }) : t('percent', { percent: percent.toString() }))
          }
          tone={meterTone(meter)}
          valueText={t('barText', { used: number(used), limit: number(limit), unit, percent: `${percent ?? 0}` })}
        />
      )}
      <AboveLimit card={card} meter={meter} />
    </div>
  )
}

/** A meter whose units are paid one by one: how many, and what they come to. */
function PaidFigures({ card, meter, cost }: { card: UsageCardView; meter: MeterCardView; cost: MinorUnits }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { unit, used, overLimit, remaining } = meter
  const { price, per } = readablePrice('unitPrice' in overLimit ? (overLimit.unitPrice ?? '0') : '0', card.currency, locale)
  const words = { price: t(per === 'million' ? 'pricePerMillion' : 'pricePerUnit', { price, unit }) }
  const isPrepaid = overLimit.type === 'prepaid'
  return (
    <div className="flex flex-col gap-5">
      <div className="flex flex-wrap items-end justify-between gap-x-8 gap-y-4">
        <Figure detail={t('paidByUnit', { unit, plan: card.plan })} label={t('used')} size="lg" value={number(used)} />
        <Figure label={t(card.isRunning ? 'costSoFar' : 'cost')} value={formatMoney(cost, card.currency, locale)} />
      </div>
      <p className="text-muted text-sm">
        {t(isPrepaid ? 'costPrepaid' : 'costArrears', words)}{' '}
        {isPrepaid && card.isRunning && remaining !== null && (remaining === 0n ? t('coversNothing') : t('covers', { units: number(remaining), unit }))}
      </p>
    </div>
  )
}

/** Bought credit that the plan draws, and until when it lasts: of all meters together. */
function Balance({ balance: { amount, runsOutAt }, currency }: { balance: NonNullable<UsageCardView['balance']>; currency: UsageCardView['currency'] }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  return (
    <Figure
      detail={runsOutAt && t('balanceLasts', { at: formatDate(runsOutAt, locale) })}
      label={t('balance')}
      value={formatMoney(roundedDown(amount, currency), currency, locale)}
    />
  )
}

function SeatFigures({ card, seats: { present, total, interval } }: { card: UsageCardView; seats: NonNullable<Props['seats']> }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  return (
    <Figure
      detail={
        total === null ? t('membersOn', { plan: card.plan }) : t('membersCost', { total: formatMoney(total, card.currency, locale), interval, plan: card.plan })
      }
      label={t('members')}
      size="lg"
      value={formatCount(present, locale)}
    />
  )
}

/** What is left; over the limit, how much over and what it costs so far. */
function Left({ meter, card }: { meter: MeterCardView; card: UsageCardView }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { unit, limit, used, remaining, overage, overageAmount } = meter
  if (overage > 0n) {
    const over = { overage: number(overage), unit, amount: formatMoney(overageAmount, card.currency, locale) }
    return card.isRunning ? t('overage', over) : t('overageClosed', over)
  }
  const included = limit === null || used > limit ? 0n : limit - used
  // What a hard limit or a cap would still serve comes after what is included, and has a bar of its own.
  if (remaining !== null && remaining > included) return t(included === 0n ? 'includedUsed' : 'includedRemaining', { remaining: number(included), unit })
  const left = remaining ?? included
  return left === 0n ? t('reached', { unit }) : t('remaining', { remaining: number(left), unit })
}

function UsageBadge({ card }: { card: UsageCardView }) {
  const t = useTranslations('usage')
  if (!card.isRunning) return <Badge>{t('stateClosed')}</Badge>
  if (card.status === 'past_due') return <Badge tone="danger">{t('statePastDue')}</Badge>
  if (card.status === 'unpaid') return <Badge tone="danger">{t('stateUnpaid')}</Badge>
  if (card.status === 'trialing') return <Badge tone="ok">{t('stateTrial')}</Badge>
  const meter = leadingMeter(card)
  if (meter && isExhausted(meter)) return <Badge tone="danger">{t(meter.limit === null ? 'stateUsedUp' : 'stateReached')}</Badge>
  if (!meter || meter.limit === null) return <Badge tone="ok">{t('stateActive')}</Badge>
  switch (meter.state) {
    case 'limit_reached':
      return <Badge tone={meter.overagePrice === null ? 'danger' : 'warning'}>{t('stateReached')}</Badge>
    case 'overage':
      return <Badge tone="warning">{t('stateOverage')}</Badge>
    case 'warning':
      return <Badge tone="warning">{t('stateWarning', { percent: `${meter.percent ?? 0}` })}</Badge>
    case 'ok':
      return <Badge tone="ok">{t('stateOk')}</Badge>
  }
}

function PeriodEnd({ card, cancelAt }: { card: UsageCardView; cancelAt: string | null }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const at = formatInstant(card.period.end, locale)
  if (!card.isRunning) return <span className="figures">{t('closed', { at })}</span>
  if (cancelAt) return <span className="figures">{t('ends', { at: formatInstant(cancelAt, locale) })}</span>
  // What is not limited has nothing that would begin anew.
  return <span className="figures">{t(card.meters.some(({ limit }) => limit !== null) ? 'resets' : 'renews', { at })}</span>
}
