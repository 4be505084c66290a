'use server'

import { z } from 'zod'
import { changeOperatorRole, inviteOperator, linkOperator, OPERATOR_ROLES, removeOperator } from '@/lib/auth/operators'
import { publicUrl } from '@/lib/auth/public-url'
import { isId, type OperatorId } from '@/lib/ids'
import { ok } from '@/lib/result'
import { defineOperatorAction } from './define-operator-action'

const email = z.email().max(320)
const role = z.enum(OPERATOR_ROLES)
const operatorId = z.custom<OperatorId>((value) => typeof value === 'string' && isId('op', value))
const linkTo = (token: string) => `${publicUrl()}/operator/link/${token}`

/** Shows the link to whoever asked, to hand on: the desk may not rely on mail being set up. Refuses with `operator_exists`. */
export const inviteOperatorAction = defineOperatorAction({
  needs: 'admin',
  name: 'invite',
  input: z.strictObject({ email, role }),
  run: async ({ operator }, input) => {
    const invited = await inviteOperator({ ...input, invitedBy: operator.email })
    return invited.ok ? ok({ secret: linkTo(invited.value.token), email: invited.value.email }) : invited
  },
})

/** Refuses with `not_found`. */
export const linkOperatorAction = defineOperatorAction({
  needs: 'admin',
  name: 'link',
  input: z.strictObject({ email }),
  run: async (_, input) => {
    const made = await linkOperator(input.email)
    return made.ok ? ok({ secret: linkTo(made.value.token), email: made.value.email }) : made
  },
})

/** Refuses with `oneself`, `last_admin`, `not_found`. */
export const changeOperatorRoleAction = defineOperatorAction({
  needs: 'admin',
  name: 'role',
  input: z.strictObject({ operatorId, role }),
  run: ({ operator }, input) => changeOperatorRole(input.operatorId, input.role, operator.id),
})

/** Refuses with `oneself`, `last_admin`, `not_found`. */
export const removeOperatorAction = defineOperatorAction({
  needs: 'admin',
  name: 'remove',
  input: z.strictObject({ operatorId }),
  run: ({ operator }, input) => removeOperator(input.operatorId, operator.id),
})
