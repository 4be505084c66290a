import type { useTranslations } from 'next-intl'
import type {
  connectChannelAction,
  muteTopicsAction,
  pauseChannelAction,
  removeChannelAction,
  resendMessageAction,
  routeMailAction,
  testChannelAction,
  updateChannelAction,
} from '@/app/actions/notifications'

export type Words = ReturnType<typeof useTranslations<'notifications'>>
export type Service = 'slack' | 'discord' | 'telegram'
type RefusalOf<Action extends (...input: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Action>>, { ok: false }>['error']

/** All that the page's actions may refuse with, but for what a service has answered. */
export type NotificationRefusal =
  | RefusalOf<typeof connectChannelAction>
  | RefusalOf<typeof updateChannelAction>
  | RefusalOf<typeof pauseChannelAction>
  | RefusalOf<typeof removeChannelAction>
  | RefusalOf<typeof resendMessageAction>
  | RefusalOf<typeof routeMailAction>
  | RefusalOf<typeof muteTopicsAction>
  | Exclude<RefusalOf<typeof testChannelAction>, { code: 'not_delivered' }>

const TARGET_WORDS = { url: 'refusal.badUrl', token: 'refusal.badToken', chatId: 'refusal.badChatId' } as const

/** A refused press in words: why, and what would help. */
export function wordNotificationRefusal(t: Words, refusal: NotificationRefusal, service: Service = 'slack'): string {
  switch (refusal.code) {
    case 'bad_target':
      return t(TARGET_WORDS[refusal.field], { service: t(`services.${service}`), expected: refusal.expected })
    case 'too_many_channels':
      return t('refusal.too_many_channels', { maximum: String(refusal.maximum) })
    case 'name_taken':
    case 'forbidden':
    case 'not_found':
    case 'signed_out':
    case 'invalid_input':
    case 'not_failed':
    case 'channel_silent':
    case 'not_resendable':
      return t(`refusal.${refusal.code}`)
  }
}

export type Problem = { state: 'wait' | 'unreachable' | 'gone' | 'rejected' | 'paused' | 'removed' | 'mail'; detail: string }

/** Why a message did not get through, with the service's own word for it. */
export function wordProblem(t: Words, { state, detail }: Problem, channel: Service | 'email'): string {
  if (state === 'paused' || state === 'removed') return t(`problem.${state}`)
  if (state === 'mail') return t('problem.mail', { detail })
  return t(`problem.${state}`, { service: t(`services.${channel}`), detail })
}
