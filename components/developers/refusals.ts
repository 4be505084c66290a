import type { useTranslations } from 'next-intl'
import type { createKeyAction, revokeKeyAction } from '@/app/actions/developers'

type Words = ReturnType<typeof useTranslations<'developers'>>
type RefusalOf<Action extends (...input: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Action>>, { ok: false }>['error']

export type DevelopersRefusal = RefusalOf<typeof createKeyAction> | RefusalOf<typeof revokeKeyAction>

/** A refused press in words: why, and what would help. */
export function wordDevelopersRefusal(t: Words, refusal: DevelopersRefusal): string {
  switch (refusal.code) {
    case 'too_many_keys':
      return t('refusal.too_many_keys', { maximum: String(refusal.maximum) })
    case 'forbidden':
    case 'key_not_found':
    case 'invalid_input':
    case 'not_found':
    case 'signed_out':
      return t(`refusal.${refusal.code}`)
  }
}
