import { useLocale, useTranslations } from 'next-intl'
import { creditsPath } from '@/components/layout/routes'
import { LinkButton } from '@/components/ui/link-button'
import type { SpendingView } from '@/lib/billing/views/spending'
import { formatMoney, type MinorUnits } from '@/lib/money'
import { SettingCard } from './setting-card'

/** What auto-recharge does as it is set; it is set beside the balance that it fills. */
export function AutoRecharge({ org, view: { recharge, currency } }: { org: string; view: SpendingView }) {
  const t = useTranslations('spending.recharge')
  const words = useTranslations('credits.recharge')
  const locale = useLocale()
  const money = (amount: MinorUnits) => formatMoney(amount, currency, locale)
  return (
    <SettingCard hint={t('hint')} isOn={recharge?.enabled ?? false} title={t('title')}>
      <p className="text-sm">
        {recharge?.enabled
          ? `${words('means', { threshold: money(recharge.threshold), amount: money(recharge.amount) })} ${recharge.monthlyLimit === null ? words('unlimited') : words('most', { limit: money(recharge.monthlyLimit) })}`
          : words('isOff')}
      </p>
      <LinkButton className="self-start" href={creditsPath(org)}>
        {t('link')}
      </LinkButton>
    </SettingCard>
  )
}
