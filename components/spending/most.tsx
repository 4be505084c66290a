import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { formatDate } from '@/components/ui/format-date'
import type { SpendingView } from '@/lib/billing/views/spending'
import { formatMoney } from '@/lib/money'

/** The answer to "what can never happen to me?", in one figure. */
export function Most({ view }: { view: SpendingView }) {
  const t = useTranslations('spending')
  return (
    <Card title={t('most.title')}>
      <Figure detail={<Detail view={view} />} label={t('most.label', { plan: view.plan.name })} size="lg" value={<Value view={view} />} />
    </Card>
  )
}

function Value({ view: { most, currency } }: { view: SpendingView }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  switch (most.type) {
    case 'amount':
    case 'recharge':
      return formatMoney(most.amount, currency, locale)
    case 'automatic':
      return t(`most.${most.change}`, { price: formatMoney(most.price, currency, locale) })
    default:
      return t(`most.${most.type}`)
  }
}

function Detail({ view: { most, plan, aboveLimit, payAsYouGo, period } }: { view: SpendingView }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  if (most.type === 'amount') return payAsYouGo?.enabled ? t('most.amountMonth') : t('most.amount', { end: formatDate(period.end, locale) })
  if (most.type === 'automatic') return t(`most.${most.change}Detail`, { plan: most.plan })
  if (most.type === 'recharge') return t('most.recharge')
  switch (aboveLimit) {
    case 'refused':
      return most.type === 'unlimited' ? t('most.uncapped') : t('most.refused')
    case 'charged':
      return t('most.charged', { plan: plan.name })
    case 'every_unit':
      return t('most.everyUnit', { plan: plan.name })
    case 'balance':
      return most.type === 'unlimited' ? t('most.rechargeUncapped') : t('most.prepaid')
  }
}
