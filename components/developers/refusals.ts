import type { useTranslations } from 'next-intl'
import type {
  changeEndpointAction,
  createEndpointAction,
  createKeyAction,
  deleteEndpointAction,
  resendAction,
  revokeKeyAction,
  rotateSecretAction,
  sendTestAction,
} from '@/app/actions/developers'

type Words = ReturnType<typeof useTranslations<'developers'>>
type RefusalOf<Action extends (...input: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Action>>, { ok: false }>['error']

/** All that the actions of the Developers page may refuse with. */
export type DevelopersRefusal =
  | RefusalOf<typeof createKeyAction>
  | RefusalOf<typeof revokeKeyAction>
  | RefusalOf<typeof createEndpointAction>
  | RefusalOf<typeof changeEndpointAction>
  | RefusalOf<typeof deleteEndpointAction>
  | RefusalOf<typeof rotateSecretAction>
  | RefusalOf<typeof sendTestAction>
  | RefusalOf<typeof resendAction>

/** A refused press in words: why, and what would help. */
export function wordDevelopersRefusal(t: Words, refusal: DevelopersRefusal): string {
  switch (refusal.code) {
    case 'too_many_keys':
    case 'too_many_endpoints':
      return t(`refusal.${refusal.code}`, { maximum: String(refusal.maximum) })
    case 'invalid_url':
      return t(`refusal.url.${refusal.mistake}`)
    case 'invalid_input':
      return t(refusal.fields.some(({ path }) => path.startsWith('url')) ? 'refusal.url.not_a_url' : 'refusal.invalid_input')
    case 'invalid_events':
    case 'forbidden':
    case 'key_not_found':
    case 'endpoint_not_found':
    case 'delivery_not_found':
    case 'endpoint_disabled':
    case 'not_found':
    case 'signed_out':
      return t(`refusal.${refusal.code}`)
  }
}
