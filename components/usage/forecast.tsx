import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure } from '@/components/ui/disclosure'
import { formatCount } from '@/components/ui/format-count'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import type { MeterCardView, MeterDetailView, UsageCardView } from '@/lib/billing/views/usage-page'
import { formatMoney } from '@/lib/money'

type Props = { card: UsageCardView; detail: MeterDetailView; meter: MeterCardView }

/** Where the period ends at its present pace, in a sentence, with the days on which something happens and how it was worked out. */
export function Forecast({ card, detail, meter }: Props) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const shares = [...new Set([...card.alertThresholds, 100])].filter((share) => meter.percent !== null && share > meter.percent)
  const { milestones, usedAtPeriodEnd } = detail.forecast
  return (
    <Card description={t('forecastHint')} title={t('forecast')}>
      <p>
        <Sentence card={card} detail={detail} meter={meter} />
      </p>
      {usedAtPeriodEnd !== null && shares.length > 0 && (
        <DescriptionList
          items={shares.map((percent) => {
            const milestone = milestones.find((one) => one.percent === percent)
            return {
              term: t('milestone', { percent: percent.toString() }),
              value: milestone ? t('milestoneAt', { at: formatDate(milestone.at, locale) }) : t('noMilestone'),
            }
          })}
          layout="ledger"
        />
      )}
      {usedAtPeriodEnd !== null && (
        <Disclosure className="-mb-2 mt-auto" summary={<span className="text-muted">{t('methodTitle')}</span>}>
          <p className="text-muted">{t('method')}</p>
        </Disclosure>
      )}
    </Card>
  )
}

function Sentence({ card, detail, meter }: Props) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const { usedAtPeriodEnd, amount, milestones } = detail.forecast
  const { limit, overagePrice, unit } = meter
  if (usedAtPeriodEnd === null) return t('tooEarly')
  const number = (value: bigint) => formatCount(value, locale)
  const pace = t('paceEnd', { units: number(usedAtPeriodEnd), unit, at: formatDate(card.period.end, locale) })
  if (limit === null) return amount === null || amount === 0n ? pace : `${pace} ${t('paceCost', { amount: formatMoney(amount, card.currency, locale) })}`
  if (detail.forecast.stopsAt) return `${pace} ${t('paceStops', { at: formatDate(detail.forecast.stopsAt, locale) })}`
  if (overagePrice !== null && amount !== null && amount > 0n) return `${pace} ${t('paceCharge', { amount: formatMoney(amount, card.currency, locale) })}`
  if (usedAtPeriodEnd <= limit && meter.used < limit) return `${pace} ${t('paceWithin', { limit: number(limit) })}`
  if (overagePrice === null && meter.used >= limit)
    return t('paceReached', { at: formatInstant(card.period.end, locale), units: number(usedAtPeriodEnd), unit })
  const reached = milestones.find(({ percent }) => percent === 100)
  return reached && overagePrice === null ? `${pace} ${t('paceBlocked', { limit: number(limit), at: formatDate(reached.at, locale) })}` : pace
}
