import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { formatDate } from '@/components/ui/format-date'
import type { SpendingView } from '@/lib/billing/views/spending'
import { formatMoney } from '@/lib/money'

/** The answer to "what can never happen to me?", in one figure. */
export function Most({ view }: { view: SpendingView }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const { most, plan } = view
  const value = most.type === 'amount' ? formatMoney(most.amount, view.currency, locale) : t(`most.${most.type}`)
  return (
    <Card title={t('most.title')}>
      <Figure detail={<Detail view={view} />} label={t('most.label', { plan: plan.name })} size="lg" value={value} />
    </Card>
  )
}

function Detail({ view: { most, plan, aboveLimit, payAsYouGo, period } }: { view: SpendingView }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  if (most.type === 'amount') return payAsYouGo?.enabled ? t('most.amountMonth') : t('most.amount', { end: formatDate(period.end, locale) })
  switch (aboveLimit) {
    case 'refused':
      return most.type === 'unlimited' ? t('most.uncapped') : t('most.refused')
    case 'charged':
      return t('most.charged', { plan: plan.name })
    case 'every_unit':
      return t('most.everyUnit', { plan: plan.name })
    case 'balance':
      return t('most.prepaid')
  }
}
