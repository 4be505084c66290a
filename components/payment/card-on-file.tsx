import { CreditCard } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import type { PaymentPageView } from '@/lib/billing/views/payment'
import { brandName } from '@/lib/brand-name'

/** Which card pays, and whether it still will. */
export function CardOnFile({ card }: { card: NonNullable<PaymentPageView['card']> }) {
  const t = useTranslations('payment')
  const locale = useLocale()
  return (
    <>
      <div className="flex items-center gap-4">
        <span aria-hidden className="flex h-9 w-13 shrink-0 items-center justify-center rounded-md border border-line bg-sunken text-muted">
          <CreditCard className="size-5" />
        </span>
        <div className="min-w-0 text-sm">
          <p className="font-semibold">{t('cardName', { brand: brandName(card.brand), last4: card.last4 })}</p>
          <p className="figures text-muted">
            {t('expires', { month: String(card.expMonth).padStart(2, '0'), year: String(card.expYear) })} ·{' '}
            {t('since', { date: formatDate(card.setAt, locale) })}
          </p>
        </div>
      </div>
      {card.condition === 'expired' && <Notice tone="danger">{t('expired')}</Notice>}
      {card.condition === 'expires_soon' && <Notice tone="warning">{t('expiresSoon')}</Notice>}
      {card.condition === 'refused_for_good' && <Notice tone="danger">{t('refusedForGood')}</Notice>}
    </>
  )
}
