import type { useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
import { formatInstant } from '@/components/ui/format-date'
import type { RejectionView } from '@/lib/billing/views/quote'

type Words = ReturnType<typeof useTranslations<'plan'>>

/** Everything that a rejection's sentence needs besides its facts. */
type About = { plan: string; unit: string; locale: string }

/** A refused change in words and numbers: why, and when it would succeed. */
export function wordRejection(t: Words, rejection: RejectionView, { plan, unit, locale }: About): string {
  const number = (value: bigint | null) => formatCount(value ?? 0n, locale)
  const renewal = formatInstant(rejection.renewalAt, locale)
  switch (rejection.code) {
    case 'downgrade_usage_exceeded': {
      const overLimit = rejection.targetLimit !== null && rejection.currentUsage !== null && rejection.currentUsage >= rejection.targetLimit
      const why = overLimit
        ? t('refusal.downgrade_usage_limit', { used: number(rejection.currentUsage), unit, plan, limit: number(rejection.targetLimit) })
        : t('refusal.downgrade_usage_exceeded', {
            used: number(rejection.currentUsage),
            unit,
            plan,
            days: rejection.elapsedDays ?? 0,
            allowed: number(rejection.allowedUsage),
          })
      const fitsEarlier = rejection.retryAt !== null && rejection.retryAt !== rejection.renewalAt
      const when =
        fitsEarlier && rejection.retryAt
          ? t('refusal.fitsFrom', { retry: formatInstant(rejection.retryAt, locale), renewal })
          : t('refusal.fitsRenewal', { renewal })
      return `${why} ${when}`
    }
    case 'downgrade_already_used':
      return t('refusal.downgrade_already_used', { renewal })
    case 'past_due':
    case 'cancellation_scheduled':
    case 'same_plan':
    case 'plan_not_offered':
      return t(`refusal.${rejection.code}`)
    case 'not_eligible':
      return rejection.rule === 'P3' ? t('refusal.not_from_balance', { plan }) : t(`refusal.${rejection.code}`)
  }
}

const PLAIN = [
  'cancellation_scheduled',
  'past_due',
  'same_plan',
  'plan_not_offered',
  'not_eligible',
  'quote_expired',
  'no_payment_method',
  'change_in_progress',
  'already_subscribed',
  'currency_mismatch',
  'not_cancelable',
  'not_scheduled',
  'forbidden',
  'signed_out',
] as const

/** A refused press in words, for the codes that carry no numbers. */
export function wordRefusal(t: Words, code: string): string {
  return t(`refusal.${PLAIN.find((known) => known === code) ?? 'other'}`)
}

const REASONS = [
  'card_declined',
  'generic_decline',
  'insufficient_funds',
  'expired_card',
  'lost_card',
  'stolen_card',
  'incorrect_cvc',
  'authentication_required',
  'no_payment_method',
] as const

/** Why the bank declined, in words. */
export function wordDecline(t: Words, reason: string): string {
  return t(`reason.${REASONS.find((known) => known === reason) ?? 'other'}`)
}
