import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DescriptionList } from '@/components/ui/description-list'
import { formatDate, formatDateRange } from '@/components/ui/format-date'
import type { Tone } from '@/components/ui/tone'
import type { PlanView } from '@/lib/billing/views/plan'
import { type Currency, formatMoney } from '@/lib/money'

type Subscription = NonNullable<PlanView['subscription']>

const TONES: Record<Subscription['status'], Tone> = { active: 'ok', past_due: 'danger', unpaid: 'danger', awaiting_payment: 'warning', canceled: 'neutral' }

/** What is held now: plan, price, state, and the period that it is paid for. */
export function CurrentPlan({ subscription, currency }: { subscription: Subscription; currency: Currency }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { plan, price, period, status, cancelAt } = subscription
  return (
    <Card actions={<Status tone={TONES[status]}>{t(`status.${status}`)}</Status>} title={t('currentPlan')}>
      <p className="font-semibold text-figure">{plan.name}</p>
      <DescriptionList
        items={[
          { term: t('price'), value: plan.isFree ? t('free') : t('perDays', { price: formatMoney(price, currency, locale), days: period.totalDays }) },
          { term: t('period'), value: formatDateRange(period.start, period.end, locale) },
          { term: t(cancelAt ? 'ends' : 'renewal'), value: formatDate(cancelAt ?? period.end, locale) },
        ]}
      />
    </Card>
  )
}
