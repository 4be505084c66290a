import type { useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
import { readablePrice } from '@/components/usage/unit-price'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { type Currency, type ExactAmount, exact, formatExactMoney } from '@/lib/money'

export type PlanWords = ReturnType<typeof useTranslations<'plan'>>

/** What a price is for: "a month", "a year", "every 30 days". */
export function wordCycle(t: PlanWords, cycle: PlanView['cycle'], interval: PlanOffer['interval']): string {
  if (interval === 'year') return t('aYear')
  if ('days' in cycle) return t('everyDays', { days: cycle.days })
  return cycle.months === 1 ? t('aMonth') : t('everyMonths', { months: cycle.months })
}

type Included = PlanOffer['included'][number]

/** What a plan includes of one meter: "30,000 calls a period". */
export function wordIncluded(t: PlanWords, { unit, limit, overLimit }: Included, { locale, currency, interval }: PriceWords): string {
  if (limit === null) {
    const { type } = overLimit
    if ((type === 'arrears' || type === 'prepaid') && overLimit.unitPrice !== null) return wordUnitPrice(t, overLimit.unitPrice, unit, { locale, currency })
    return t('unlimited', { unit })
  }
  const words = { limit: formatCount(limit, locale), unit }
  return interval === 'year' ? t('limitYear', words) : t('limit', words)
}

type PriceWords = { locale: string; currency: Currency; interval: PlanOffer['interval'] }

/** What happens at the limit, or how units are paid where there is none. */
export function wordOverLimit(t: PlanWords, { unit, limit, overLimit }: Included, { locale, currency }: Omit<PriceWords, 'interval'>): string {
  switch (overLimit.type) {
    case 'block':
      return limit === null ? '' : t('blockNote')
    case 'overage':
      return t('overageNote', { price: formatExactMoney(exact(overLimit.unitPrice), currency, locale), unit })
    case 'pay_as_you_go':
      return t('payAsYouGoNote', { price: wordUnitPrice(t, overLimit.unitPrice, unit, { locale, currency }) })
    case 'blocks': {
      const block = formatCount(overLimit.block, locale)
      const price = formatExactMoney((exact(overLimit.unitPrice) * overLimit.block) as ExactAmount, currency, locale)
      return t('blocksNote', { price, block, unit })
    }
    case 'arrears':
      return t('arrearsNote')
    case 'prepaid':
      return t('prepaidNote')
  }
}

/** "$0.0005 for each of the calls", "$1.25 for a million input tokens". */
export function wordUnitPrice(t: PlanWords, unitPrice: string, unit: string, { locale, currency }: { locale: string; currency: Currency }): string {
  const { price, per } = readablePrice(unitPrice, currency, locale)
  return t(per === 'million' ? 'pricePerMillion' : 'pricePerUnit', { price, unit })
}

/** "5,000 credits, 3 projects". */
export function wordUnits(units: readonly { unit: string; limit: bigint }[], locale: string): string {
  return units.map(({ unit, limit }) => `${formatCount(limit, locale)} ${unit}`).join(', ')
}

/** An entitlement as its catalog calls it: `max_projects` is "Max projects: 5". */
export function wordEntitlement(t: PlanWords, [name, value]: [string, string | number | boolean], locale: string): string {
  const spoken = name.replaceAll('_', ' ')
  const label = spoken.charAt(0).toLocaleUpperCase(locale) + spoken.slice(1)
  if (typeof value === 'boolean') return t(value ? 'entitled' : 'notEntitled', { name: label })
  return t('entitlement', { name: label, value: typeof value === 'number' ? formatCount(value, locale) : value })
}
