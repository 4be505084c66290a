'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { checkOperatorSignIn, openDeskBy } from '@/lib/auth/operators'
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'
import { beginOperatorSession, leaveDesk } from '@/lib/auth/present-operator'
import { requestAddress } from '@/lib/auth/session'
import { ok, refuse } from '@/lib/result'
import { definePublicAction } from '../define-action'
import { registerAction } from '../registry'

/** Refuses with `invalid_credentials`, or `rate_limited` until `retryAt`. */
export const signInOperatorAction = definePublicAction({
  input: z.strictObject({ email: z.string().max(320), password: z.string() }),
  run: async (input) => {
    const checked = await checkOperatorSignIn({ ...input, address: await requestAddress() })
    if (!checked.ok)
      return refuse(checked.error.code === 'rate_limited' ? { code: checked.error.code, retryAt: checked.error.retryAt.toString() } : checked.error)
    await beginOperatorSession(checked.value)
    return ok(null)
  },
})

/** Signs in with the password that was chosen, and out everywhere else. Refuses with `link_closed`. */
export const openDeskAction = definePublicAction({
  input: z.strictObject({ token: z.string().max(100), password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX) }),
  run: async (input) => {
    const opened = await openDeskBy(input)
    if (!opened.ok) return opened
    await beginOperatorSession(opened.value)
    return ok(null)
  },
})

export const leaveDeskAction = registerAction(
  async (): Promise<void> => {
    await leaveDesk()
    redirect('/operator/sign-in?reason=signed_out')
  },
  { access: 'anyone' },
)
