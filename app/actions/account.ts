'use server'

import { revalidatePath } from 'next/cache'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { z } from 'zod'
import { inWeb } from '@/db/client'
import { changePassword, endAllSessions, keepFirstLocale, saveLocale } from '@/lib/auth/account'
import { isCommonPassword } from '@/lib/auth/common-password'
import { hashInvitationToken } from '@/lib/auth/invitation-token'
import { writeLanguageCookie } from '@/lib/auth/language-cookie'
import { type CommonPassword, hashPassword, PASSWORD_MAX, PASSWORD_MIN } from '@/lib/auth/password'
import { requestPasswordReset, resetPassword } from '@/lib/auth/password-reset'
import { openPortalSession } from '@/lib/auth/portal-session'
import { enter } from '@/lib/auth/second-step'
import { beginPortalSession, beginSession, endSession, getAccount, getOwnAccount, presentBrowser, requestAddress, viewersLocale } from '@/lib/auth/session'
import { type Account, checkSignIn } from '@/lib/auth/sign-in'
import { openSignInLink, requestSignInLink } from '@/lib/auth/sign-in-link'
import type { SignInWay } from '@/lib/auth/sign-ins'
import { type AcceptInvitationRefusal, acceptInvitation } from '@/lib/billing/commands/accept-invitation'
import { findInvitation } from '@/lib/billing/views/invitation'
import { LOCALES } from '@/lib/locale'
import { ok, type Result, refuse } from '@/lib/result'
import { systemClock } from '@/lib/time'
import { defineAccountAction, definePublicAction } from './define-action'
import { registerAction } from './registry'
import { retryAsText } from './retry-as-text'

const newPassword = z.string().min(PASSWORD_MIN).max(PASSWORD_MAX)

/** The first of one or two steps. Refuses with `invalid_credentials`, or `rate_limited` until `retryAt`. */
export const signInAction = definePublicAction({
  input: z.strictObject({ email: z.string().max(320), password: z.string() }),
  run: async (input) => {
    const checked = await checkSignIn({ ...input, ...(await presentBrowser()) })
    if (!checked.ok) return refuse(retryAsText(checked.error))
    return ok(await enterAs(checked.value, 'password'))
  },
})

/** In this browser, and wherever one signs in: on the pages and in mails. */
export const chooseLanguageAction = definePublicAction({
  input: z.strictObject({ locale: z.enum(LOCALES) }),
  run: async ({ locale }) => {
    const account = await getAccount()
    if (account) await saveLocale(account.id, locale)
    writeLanguageCookie(await cookies(), locale)
    revalidatePath('/', 'layout')
    return ok(null)
  },
})

export const signOutAction = registerAction(
  async (): Promise<void> => {
    await endSession()
    redirect('/sign-in?reason=signed_out')
  },
  { access: 'anyone' },
)

/** Every browser and computer, this one too. */
export const signOutEverywhereAction = registerAction(
  async (): Promise<void> => {
    const account = await getOwnAccount()
    if (account) await endAllSessions(account.id)
    await endSession()
    redirect('/sign-in?reason=signed_out')
  },
  { access: 'signed_in' },
)

/** Ends every other session. Refuses with `common_password`, `invalid_credentials`, or `rate_limited` until `retryAt`. */
export const changePasswordAction = defineAccountAction({
  input: z.strictObject({ currentPassword: z.string().max(PASSWORD_MAX), newPassword }),
  run: async (account, input) => {
    const changed = await changePassword({ ...input, account, ...(await presentBrowser()) })
    if (!changed.ok) return refuse(retryAsText(changed.error))
    await beginSession(changed.value, 'renewed')
    return ok(null)
  },
})

/** Answers the same whoever the address belongs to. Refuses with `rate_limited` until `retryAt`. */
export const requestPasswordResetAction = definePublicAction({
  input: z.strictObject({ email: z.email().max(320) }),
  run: async ({ email }) => {
    const asked = await requestPasswordReset({ email, address: await requestAddress() })
    return asked.ok ? asked : refuse(retryAsText(asked.error))
  },
})

/** Answers the same whoever the address belongs to. Refuses with `rate_limited` until `retryAt`. */
export const requestSignInLinkAction = definePublicAction({
  input: z.strictObject({ email: z.email().max(320), next: z.string().max(1_000) }),
  run: async ({ email, next }) => {
    const asked = await requestSignInLink({ email, next, address: await requestAddress() })
    return asked.ok ? asked : refuse(retryAsText(asked.error))
  },
})

/** Signs in with a link, once. Refuses with `link_closed`. */
export const signInWithLinkAction = definePublicAction({
  input: z.strictObject({ token: z.string().max(100) }),
  run: async ({ token }) => {
    const opened = await openSignInLink(token)
    if (!opened.ok) return opened
    return ok(await enterAs(opened.value, 'link'))
  },
})

/** Signs in whom the operator's product has sent over, where somebody else was signed in here. Refuses with `portal_closed`. */
export const openPortalAction = definePublicAction({
  input: z.strictObject({ token: z.string().max(200) }),
  run: async ({ token }) => {
    const opened = await openPortalSession(token)
    if (!opened.ok) return opened
    const { account, path, ...portal } = opened.value
    await beginPortalSession(account, portal)
    return ok({ path })
  },
})

/** Signs in with the password that was chosen, and out everywhere else. Refuses with `common_password`, `reset_closed`. */
export const resetPasswordAction = definePublicAction({
  input: z.strictObject({ token: z.string().max(100), newPassword }),
  run: async (input) => {
    const reset = await resetPassword(input)
    if (!reset.ok) return reset
    return ok(await enterAs(reset.value, 'new_password'))
  },
})

type Expired = { code: 'invitation_expired' }
type JoinRefusal = Exclude<AcceptInvitationRefusal, Expired> | (Expired & { expiredAt: string }) | CommonPassword

/** Joins as whoever is signed in, or makes the account of somebody who has no way in yet and signs them in. */
export const acceptInvitationAction = definePublicAction({
  input: z.strictObject({
    token: z.string().max(100),
    account: z.strictObject({ name: z.string().trim().min(1).max(200), password: newPassword }).nullable(),
  }),
  run: async ({ token, account }): Promise<Result<{ organizationSlug: string; needsCode: boolean }, JoinRefusal>> => {
    const tokenHash = hashInvitationToken(token)
    const invitation = await inWeb({}, (tx) => findInvitation(tx, tokenHash, systemClock.now()))
    if (!invitation) return refuse({ code: 'invitation_unknown' })
    const { organizationId, userId } = invitation
    const signedInAs = (await getOwnAccount())?.id ?? null
    // Before the transaction, whose locks should not wait for a slow hash; and only for who may use it.
    const needsHash = account !== null && signedInAs === null && invitation.state === 'open' && !invitation.canSignIn
    if (needsHash && isCommonPassword(account.password, [invitation.email, account.name])) return refuse({ code: 'common_password' })
    const chosen = needsHash ? { name: account.name, passwordHash: await hashPassword(account.password) } : null
    const accepted = await inWeb({ organizationId, userId }, (tx) => acceptInvitation({ tx }, { organizationId, tokenHash, signedInAs, account: chosen }))
    if (!accepted.ok)
      return refuse(accepted.error.code === 'invitation_expired' ? { ...accepted.error, expiredAt: accepted.error.expiredAt.toString() } : accepted.error)
    const { accountCreated, organizationSlug, sessionVersion } = accepted.value
    const entered = accountCreated ? await enterAs({ id: userId, sessionVersion }, 'invitation') : null
    return ok({ organizationSlug, needsCode: entered?.needsCode ?? false })
  },
})

/** `needsCode`: there is no session yet, and the page for the code comes next. */
async function enterAs(account: Pick<Account, 'id' | 'sessionVersion'>, by: SignInWay): Promise<{ needsCode: boolean }> {
  const entered = await enter(account, by)
  if (!entered.needsCode) await keepFirstLocale(account.id, await viewersLocale())
  return entered
}
