import type { useTranslations } from 'next-intl'
import { formatInstant } from '@/components/ui/format-date'
import type { Refused } from './ask-device'

type Words = ReturnType<typeof useTranslations<'passkeys'>>

/** Why a passkey did not do it. */
export function wordPasskeyRefusal(t: Words, { code, retryAt }: Refused['error'], locale: string): string {
  switch (code) {
    case 'broken':
      return t('broken')
    case 'passkey_refused':
      return t('refused')
    case 'too_many_passkeys':
      return t('tooMany')
    case 'too_late':
      return t('tooLate')
    case 'rate_limited':
      return retryAt ? t('rateLimited', { time: formatInstant(retryAt, locale) }) : t('unavailable')
    default:
      return t('unavailable')
  }
}
