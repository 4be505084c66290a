'use server'

import { redirect } from 'next/navigation'
import { z } from 'zod'
import { checkOperatorSignIn, openDeskBy } from '@/lib/auth/operators'
import { PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'
import { enterDesk, enterDeskWithCode, leaveDesk } from '@/lib/auth/present-operator'
import { presentBrowser } from '@/lib/auth/session'
import { ok, refuse } from '@/lib/result'
import { definePublicAction } from '../define-action'
import { registerAction } from '../registry'
import { retryAsText } from '../retry-as-text'

/** Refuses with `invalid_credentials`, or `rate_limited` until `retryAt`. */
export const signInOperatorAction = definePublicAction({
  input: z.strictObject({ email: z.string().max(320), password: z.string() }),
  run: async (input) => {
    const checked = await checkOperatorSignIn({ ...input, ...(await presentBrowser()) })
    if (!checked.ok) return refuse(retryAsText(checked.error))
    const entered = await enterDesk(checked.value, 'password')
    return entered ? ok(entered) : refuse({ code: 'invalid_credentials' })
  },
})

/** Signs in with the password that was chosen, and out everywhere else. Refuses with `common_password`, `link_closed`. */
export const openDeskAction = definePublicAction({
  input: z.strictObject({ token: z.string().max(100), password: z.string().min(PASSWORD_MIN).max(PASSWORD_MAX) }),
  run: async (input) => {
    const opened = await openDeskBy(input)
    if (!opened.ok) return opened
    const entered = await enterDesk(opened.value, 'new_password')
    return entered ? ok(entered) : refuse({ code: 'link_closed' })
  },
})

/** Sits down with a code from the phone, or a recovery code. Refuses with `wrong_code`, `too_late`, or `rate_limited` until `retryAt`. */
export const passOperatorSecondStepAction = definePublicAction({
  input: z.strictObject({ code: z.string().max(100) }),
  run: async ({ code }) => {
    const passed = await enterDeskWithCode(code)
    return passed.ok ? ok(null) : refuse(retryAsText(passed.error))
  },
})

export const leaveDeskAction = registerAction(
  async (): Promise<void> => {
    await leaveDesk()
    redirect('/operator/sign-in?reason=signed_out')
  },
  { access: 'anyone' },
)
