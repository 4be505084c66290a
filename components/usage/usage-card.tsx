import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { Badge } from '@/components/ui/badge'
import { Card, CardPart } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { formatInstant } from '@/components/ui/format-date'
import { ProgressWithText } from '@/components/ui/progress'
import type { MeterCardView, UsageCardView } from '@/lib/billing/views/usage-page'
import { exact, formatExactMoney, formatMoney } from '@/lib/money'
import { leadingMeter, meterTone } from './usage-state'

type Props = {
  card: UsageCardView
  title: ReactNode
  /** A scheduled end, where the period's end is the last. */
  cancelAt?: string | null
  /** Links to where one can do something about it. */
  actions?: ReactNode
  className?: string
}

/** Plan, limit, what is used of it, what is left or over with its charge so far, and when the period ends (A4). */
export function UsageCard({ card, title, cancelAt = null, actions, className }: Props) {
  return (
    <Card actions={<UsageBadge card={card} />} className={className} title={title}>
      {card.meters.map((meter, index) =>
        index === 0 ? (
          <MeterFigures card={card} key={meter.meter} meter={meter} />
        ) : (
          <CardPart className="flex flex-col gap-5" key={meter.meter}>
            <MeterFigures card={card} meter={meter} />
          </CardPart>
        ),
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
  const number = (value: bigint) => new Intl.NumberFormat(locale).format(value)
  const { unit, used, limit, percent } = meter
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
          start={percent !== null && t('percent', { percent: percent.toString() })}
          tone={meterTone(meter)}
          valueText={t('barText', { used: number(used), limit: number(limit), unit, percent: `${percent ?? 0}` })}
        />
      )}
      {card.isRunning && (
        <p className="text-muted text-sm">
          {meter.overagePrice === null
            ? limit !== null && t('blockNote')
            : t('overNote', { unit, price: formatExactMoney(exact(meter.overagePrice), card.currency, locale) })}
        </p>
      )}
    </div>
  )
}

/** What is left; over the limit, how much over and what it costs so far. */
function Left({ meter, card }: { meter: MeterCardView; card: UsageCardView }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const number = (value: bigint) => new Intl.NumberFormat(locale).format(value)
  const { unit, limit, used, remaining, overage, overageAmount } = meter
  if (overage > 0n) {
    const over = { overage: number(overage), unit, amount: formatMoney(overageAmount, card.currency, locale) }
    return card.isRunning ? t('overage', over) : t('overageClosed', over)
  }
  const left = remaining ?? (limit === null || used > limit ? 0n : limit - used)
  return left === 0n ? t('reached', { unit }) : t('remaining', { remaining: number(left), unit })
}

function UsageBadge({ card }: { card: UsageCardView }) {
  const t = useTranslations('usage')
  if (!card.isRunning) return <Badge>{t('stateClosed')}</Badge>
  if (card.status === 'past_due') return <Badge tone="danger">{t('statePastDue')}</Badge>
  if (card.status === 'unpaid') return <Badge tone="danger">{t('stateUnpaid')}</Badge>
  const meter = leadingMeter(card)
  switch (meter?.state) {
    case 'limit_reached':
      return <Badge tone={meter.overagePrice === null ? 'danger' : 'warning'}>{t('stateReached')}</Badge>
    case 'overage':
      return <Badge tone="warning">{t('stateOverage')}</Badge>
    case 'warning':
      return <Badge tone="warning">{t('stateWarning', { percent: `${meter.percent ?? 0}` })}</Badge>
    case 'ok':
    case undefined:
      return <Badge tone="ok">{t('stateOk')}</Badge>
  }
}

function PeriodEnd({ card, cancelAt }: { card: UsageCardView; cancelAt: string | null }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const at = formatInstant(card.period.end, locale)
  if (!card.isRunning) return <span className="figures">{t('closed', { at })}</span>
  return <span className="figures">{cancelAt ? t('ends', { at: formatInstant(cancelAt, locale) }) : t('resets', { at })}</span>
}
