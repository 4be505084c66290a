import type { useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
import type { DeskProduct } from '@/lib/billing/views/desk-catalog'
import { formatMoney } from '@/lib/money'

type Words = ReturnType<typeof useTranslations<'desk.catalog'>>
type Policies = DeskProduct['policies']

export type PolicyWord = { term: string; words: string }

/** Each policy as one sentence about what will happen. */
export function wordPolicies(t: Words, { policies, currency, freePlan }: DeskProduct, locale: string): PolicyWord[] {
  const number = (value: number | bigint) => formatCount(value, locale)
  const { cycle, upgrade, refund, trial, introduction, hardLimit, seats, prepaid } = policies
  const word = (term: Parameters<Words>[0], words: string): PolicyWord => ({ term: t(term as 'term.cycle'), words })
  return [
    word('term.cycle', 'days' in cycle ? t('cycle.days', { count: cycle.days }) : t('cycle.months', { count: cycle.months })),
    word('term.dayCount', t(`dayCount.${policies.dayCount}`)),
    word('term.upgrade', t(upgrade.type === 'new_period' ? `upgrade.new_period_${upgrade.unused}` : `upgrade.${upgrade.type}`)),
    word('term.downgrade', wordDowngrade(t, policies.downgrade)),
    word(
      'term.cancel',
      [t(freePlan ? 'cancel.toFree' : 'cancel.ends', { plan: freePlan ?? '' }), ...(policies.cancel.settlesExtra ? [t('cancel.settlesExtra')] : [])].join(' '),
    ),
    word(
      'term.refund',
      refund
        ? [
            t(refund.requiresNoUsage ? 'refund.unused' : 'refund.any', { hours: number(refund.windowHours) }),
            ...(refund.mandatory ? [t('refund.mandatory', { days: number(refund.mandatory.extraDays), count: refund.mandatory.countries.length })] : []),
          ].join(' ')
        : t('refund.none'),
    ),
    ...(policies.alertThresholds.length > 0
      ? [word('term.alerts', t('alerts', { thresholds: policies.alertThresholds.map((one) => `${one} %`).join(', ') }))]
      : []),
    ...(trial ? [word('term.trial', t('trial', { count: trial.days }))] : []),
    ...(introduction ? [word('term.introduction', t('introduction', { count: introduction.days }))] : []),
    ...(hardLimit ? [word('term.hardLimit', t('hardLimit', { maximum: number(hardLimit.maximum) }))] : []),
    ...(seats ? [word('term.seats', t('seats'))] : []),
    ...(prepaid
      ? [
          word(
            'term.prepaid',
            t('prepaid', {
              minimum: formatMoney(prepaid.minimum, currency, locale),
              maximum: formatMoney(prepaid.tiers.at(-1)?.maximum ?? prepaid.minimum, currency, locale),
              count: prepaid.expiresAfter.months,
            }),
          ),
        ]
      : []),
  ]
}

function wordDowngrade(t: Words, downgrade: Policies['downgrade']): string {
  if (downgrade.type === 'period_end') return t('downgrade.period_end')
  return [
    t('downgrade.now'),
    ...(downgrade.oncePerCycle ? [t('downgrade.oncePerCycle')] : []),
    ...(downgrade.usageRatio ? [t('downgrade.usageRatio')] : []),
    ...(downgrade.settlesExtra === 'to_free' ? [t('downgrade.settlesExtra')] : []),
  ].join(' ')
}
