import { useLocale, useTranslations } from 'next-intl'
import { formatDate } from '@/components/ui/format-date'
import type { Role } from '@/lib/auth/permissions'
import type { SeatPriceView } from '@/lib/billing/views/seats'
import { formatMoney } from '@/lib/money'

type Props = {
  prices: readonly SeatPriceView[]
  change: 'more' | 'fewer'
  /** Of whom it is asked; left out: of anybody who would hold a seat. */
  role?: Role
}

/** What one more or one fewer would cost, beside the button that does it. Nothing where no plan is paid by the seat. */
export function SeatPrice({ prices, change, role }: Props) {
  const t = useTranslations('team')
  const locale = useLocale()
  if (prices.length === 0) return null
  return (
    <span className="figures">
      {prices.map((price) => {
        const money = (amount: SeatPriceView['price']) => formatMoney(amount, price.currency, locale)
        const words = {
          plan: price.plan,
          product: price.product,
          price: money(price.price),
          interval: price.interval,
          at: formatDate(price.settledAt, locale),
          more: money(price.oneMore),
          fewer: money(price.oneFewer),
        }
        if (role && !price.roles.includes(role)) return <span key={price.product}>{t('seat.none')} </span>
        if (price.isTrial) return <span key={price.product}>{t(change === 'more' ? 'seat.moreTrial' : 'seat.fewerTrial', words)} </span>
        if (price.endsThen) return <span key={price.product}>{t(change === 'more' ? 'seat.moreEnding' : 'seat.fewerEnding', words)} </span>
        return <span key={price.product}>{t(change === 'more' ? 'seat.more' : 'seat.fewer', words)} </span>
      })}
    </span>
  )
}
