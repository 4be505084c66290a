'use server'

import { z } from 'zod'
import { ROLES } from '@/lib/auth/permissions'
import { addMember } from '@/lib/billing/commands/add-member'
import { changeMemberRole } from '@/lib/billing/commands/change-member-role'
import { endMemberSessions } from '@/lib/billing/commands/end-member-sessions'
import { inviteAgain } from '@/lib/billing/commands/invite-again'
import { removeMember } from '@/lib/billing/commands/remove-member'
import { isId, type MemberId } from '@/lib/ids'
import { ok, refuse } from '@/lib/result'
import { defineAction } from './define-action'
import { retryAsText } from './retry-as-text'

const memberId = z.custom<MemberId>((value) => typeof value === 'string' && isId('mem', value))
const role = z.enum(ROLES)

/** Sends an invitation. Refuses with `AddMemberRefusal`, its `retryAt` as ISO 8601. */
export const addMemberAction = defineAction({
  permission: 'members:write',
  input: z.strictObject({ email: z.email().max(320), name: z.string().trim().max(200).optional(), role }),
  run: async (context, { name, ...input }) => {
    const added = await addMember(context, { ...input, name: name ?? null, organizationId: context.viewer.organization.id })
    return added.ok ? ok({ memberId: added.value.id }) : refuse(retryAsText(added.error))
  },
})

/** Refuses with `ChangeMemberRoleRefusal`. */
export const changeMemberRoleAction = defineAction({
  permission: 'members:write',
  input: z.strictObject({ memberId, role }),
  run: async (context, input) => {
    const changed = await changeMemberRole(context, { ...input, organizationId: context.viewer.organization.id })
    return changed.ok ? ok(null) : changed
  },
})

/** Refuses with `RemoveMemberRefusal`. */
export const removeMemberAction = defineAction({
  permission: 'members:write',
  input: z.strictObject({ memberId }),
  run: async (context, input) => {
    const removed = await removeMember(context, { ...input, organizationId: context.viewer.organization.id })
    return removed.ok ? ok(null) : removed
  },
})

/** Refuses with `EndMemberSessionsRefusal`. */
export const endMemberSessionsAction = defineAction({
  permission: 'members:write',
  input: z.strictObject({ memberId }),
  run: (context, input) => endMemberSessions(context, { ...input, organizationId: context.viewer.organization.id }),
})

/** Refuses with `InviteAgainRefusal`, its `retryAt` as ISO 8601. */
export const inviteAgainAction = defineAction({
  permission: 'members:write',
  input: z.strictObject({ memberId }),
  run: async (context, input) => {
    const invited = await inviteAgain(context, { ...input, organizationId: context.viewer.organization.id })
    return invited.ok ? ok(null) : refuse(retryAsText(invited.error))
  },
})
