import type { useTranslations } from 'next-intl'
import type { addMemberAction, changeMemberRoleAction, endMemberSessionsAction, inviteAgainAction, removeMemberAction } from '@/app/actions/team'
import { formatInstant } from '@/components/ui/format-date'

type Words = ReturnType<typeof useTranslations<'team'>>
type RefusalOf<Action extends (...input: never[]) => Promise<unknown>> = Extract<Awaited<ReturnType<Action>>, { ok: false }>['error']

/** All that the team's actions may refuse with. */
export type TeamRefusal =
  | RefusalOf<typeof addMemberAction>
  | RefusalOf<typeof changeMemberRoleAction>
  | RefusalOf<typeof endMemberSessionsAction>
  | RefusalOf<typeof inviteAgainAction>
  | RefusalOf<typeof removeMemberAction>

/** A refused press in words: why, and what would help. */
export function wordTeamRefusal(t: Words, refusal: TeamRefusal, { email, locale }: { email: string; locale: string }): string {
  switch (refusal.code) {
    case 'forbidden':
      return t('refusal.forbidden', { who: t(refusal.permission === 'owners:write' ? 'refusal.forbiddenOwners' : 'refusal.forbiddenMembers') })
    case 'already_member':
      return t('refusal.already_member', { email })
    case 'invited_recently':
    case 'too_many_invitations':
      return t(`refusal.${refusal.code}`, { at: formatInstant(refusal.retryAt, locale) })
    case 'member_not_found':
    case 'last_owner':
    case 'already_joined':
    case 'invalid_input':
    case 'not_found':
    case 'signed_out':
      return t(`refusal.${refusal.code}`)
  }
}
