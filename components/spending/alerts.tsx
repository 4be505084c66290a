import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import type { SpendingView } from '@/lib/billing/views/spending'

/** At which shares of the limit somebody is told (A5). */
export function Alerts({ thresholds }: { thresholds: SpendingView['alertThresholds'] }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const percent = new Intl.NumberFormat(locale, { style: 'percent' })
  const percents = new Intl.ListFormat(locale, { type: 'conjunction' }).format(thresholds.map((threshold) => percent.format(threshold / 100)))
  return (
    <Card description={t('alerts.hint')} title={t('alerts.title')}>
      <p className="figures text-sm">{thresholds.length === 0 ? t('alerts.none') : t('alerts.at', { percents })}</p>
    </Card>
  )
}
