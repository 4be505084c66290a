'use client'

import { useLocale, useTranslations } from 'next-intl'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { Switch } from '@/components/ui/switch'
import type { AutomaticView, SpendingView } from '@/lib/billing/views/spending'
import { formatMoney } from '@/lib/money'
import { SettingCard, useReason } from './setting-card'
import { useSetting } from './use-setting'

type Props = { org: string; view: SpendingView; kind: 'autoUpgrade' | 'autoRenew'; automatic: AutomaticView; mayChange: boolean }

/** What is bought by itself once everything included is used: a larger plan, or the same one anew (B3, B7). */
export function Automatic({ org, view, kind, automatic, mayChange }: Props) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const { enabled, plan: next, isAvailable, hasFailed, from, until } = automatic
  const { save, isPending, refusal } = useSetting(org, () => t(`${kind}.${enabled ? 'doneOff' : 'done'}`))
  const onPlan = useReason({ availability: automatic, plan: view.plan.name, isAllowed: mayChange, who: 'onlyManagers' })
  const notYet = !isAvailable && next && from ? t('autoUpgrade.from', { at: formatDate(from, locale) }) : null
  const words = next && {
    plan: view.plan.name,
    next: next.name,
    price: formatMoney(next.price, view.currency, locale),
    interval: next.interval,
  }
  return (
    <SettingCard hint={t(`${kind}.hint`)} isOn={enabled} refusal={refusal} title={t(`${kind}.title`)}>
      <Switch
        checked={enabled}
        detail={words && t(`${kind}.detail`, words)}
        label={words ? t(`${kind}.label`, words) : t('autoUpgrade.unavailable')}
        onChange={(on) => !isPending && save({ subscriptionId: view.subscriptionId, [kind]: on })}
        reason={notYet ?? onPlan}
      />
      {words && kind === 'autoUpgrade' && <p className="text-muted text-sm">{t('autoUpgrade.again', words)}</p>}
      {until && <p className="text-muted text-sm">{t('autoRenew.until', { at: formatDate(until, locale) })}</p>}
      {hasFailed && enabled && <Notice tone="warning">{t(`${kind}.failed`)}</Notice>}
    </SettingCard>
  )
}
