import { useLocale, useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
import { ProgressWithText } from '@/components/ui/progress'
import type { MeterCardView, UsageCardView } from '@/lib/billing/views/usage-page'
import { type ExactAmount, exact, formatExactMoney, formatMoney, minor } from '@/lib/money'
import { readablePrice } from './unit-price'

type Props = { card: UsageCardView; meter: MeterCardView }

/** What happens above the limit, and how much of what the customer allowed there is spent. */
export function AboveLimit({ card, meter }: Props) {
  const { overLimit, hardLimit, payAsYouGo } = meter
  if (!card.isRunning) return null
  return (
    <>
      {hardLimit && <HardLimitBar card={card} meter={{ ...meter, hardLimit }} />}
      {payAsYouGo?.enabled && overLimit.type === 'pay_as_you_go' && <CapBar card={card} payAsYouGo={payAsYouGo} />}
      <Note card={card} meter={meter} />
    </>
  )
}

function Note({ card, meter }: Props) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const { overLimit, limit, unit, hardLimit, payAsYouGo } = meter
  const priceOf = (unitPrice: string) => {
    const { price, per } = readablePrice(unitPrice, card.currency, locale)
    return t(per === 'million' ? 'pricePerMillion' : 'pricePerUnit', { price, unit })
  }
  switch (overLimit.type) {
    case 'block':
      return limit !== null && <p className="text-muted text-sm">{t('blockNote')}</p>
    case 'overage':
      return <p className="text-muted text-sm">{t('overNote', { unit, price: formatExactMoney(exact(overLimit.unitPrice), card.currency, locale) })}</p>
    case 'blocks': {
      const block = formatCount(overLimit.block, locale)
      const price = formatExactMoney((exact(overLimit.unitPrice) * overLimit.block) as ExactAmount, card.currency, locale)
      return <p className="text-muted text-sm">{hardLimit ? t('hardLimitOn', { unit, block, price }) : t('hardLimitOff')}</p>
    }
    case 'pay_as_you_go':
      return <p className="text-muted text-sm">{payAsYouGo?.enabled ? t('payAsYouGoOn', { price: priceOf(overLimit.unitPrice) }) : t('payAsYouGoOff')}</p>
    case 'arrears':
    case 'prepaid':
      return null
  }
}

function HardLimitBar({ card, meter }: { card: UsageCardView; meter: MeterCardView & { hardLimit: NonNullable<MeterCardView['hardLimit']> } }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { hardLimit, limit, overage, overageAmount, unit } = meter
  const room = hardLimit.units - (limit ?? 0n)
  const text = t('extraText', { overage: number(overage), most: number(room), unit })
  return (
    <ProgressWithText
      end={t('extraLeft', { amount: formatMoney(overageAmount, card.currency, locale), most: formatMoney(hardLimit.most, card.currency, locale) })}
      label={t('extraBar', { unit })}
      percent={share(overage, room)}
      start={text}
      tone={overage >= room ? 'danger' : 'warning'}
      valueText={text}
    />
  )
}

function CapBar({ card, payAsYouGo: { cap, spent } }: { card: UsageCardView; payAsYouGo: NonNullable<MeterCardView['payAsYouGo']> }) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const money = (amount: typeof spent) => formatMoney(amount, card.currency, locale)
  if (cap === null) return <p className="figures text-sm">{t('noCap', { spent: money(spent) })}</p>
  const text = t('capText', { spent: money(spent), cap: money(cap) })
  return (
    <ProgressWithText
      end={t('capLeft', { left: money(spent < cap ? minor(cap - spent) : minor(0n)) })}
      label={t('capBar')}
      percent={share(spent, cap)}
      start={text}
      tone={spent >= cap ? 'danger' : 'warning'}
      valueText={text}
    />
  )
}

/** Whole per cent for a bar, which draws in pixels. */
function share(part: bigint, whole: bigint): number {
  return whole <= 0n ? 100 : Number((part * 100n) / whole)
}
