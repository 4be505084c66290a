import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import { cookies } from 'next/headers'
import { ok, type Result, refuse } from '../result'
import { findSessionAccount, type SessionAccount } from './account'
import type { Holder } from './holder'
import { takeChallenge } from './passkey-cookie'
import { identifyByPasskey, type PasskeyRefusal, passWithPasskey } from './passkeys'
import { type CodeRefusal, findSecondFactor, passSecondStep } from './second-factor'
import { openFirstStep, SECOND_STEP_SECONDS, sealFirstStep, secondStepCookieName, secondStepCookieOptions } from './second-step-cookie'
import { beginSession, presentBrowser } from './session'
import type { Account } from './sign-in'
import { noteSignIn, type SignInWay } from './sign-ins'

export const asPerson = ({ id, email }: Pick<Account, 'id' | 'email'>): Holder => ({ kind: 'person', id, email })

/**
 * The one way from a first step, whichever it was, to a session: at once, or by a code or a passkey. Only in a server action or a
 * route handler.
 *
 * @returns Whether a code is asked for; then there is no session yet.
 */
export async function enter(account: Pick<Account, 'id' | 'sessionVersion'>, by: SignInWay): Promise<{ needsCode: boolean }> {
  const needsCode = (await findSecondFactor({ kind: 'person', id: account.id })) !== null
  if (needsCode) await beginSecondStep(account, by)
  else await beginSession(account, by)
  return { needsCode }
}

export async function beginSecondStep(account: Pick<Account, 'id' | 'sessionVersion'>, by: SignInWay): Promise<void> {
  await noteSignIn({ kind: 'person', id: account.id }, { way: by, outcome: 'first_step', ...(await presentBrowser()) })
  const jar = await cookies()
  jar.set(secondStepCookieName(), await sealFirstStep(account), { ...secondStepCookieOptions(), maxAge: SECOND_STEP_SECONDS })
}

/** Whose code is waited for; null where nobody's is, it took too long, or their sessions were ended meanwhile. */
export async function findWaiting(): Promise<SessionAccount | null> {
  const cookie = (await cookies()).get(secondStepCookieName())
  const claim = cookie ? await openFirstStep(cookie.value) : null
  return claim ? findSessionAccount(claim.userId, claim.sessionVersion) : null
}

/** Signs in with a code. */
export async function passWithCode(code: string): Promise<Result<SessionAccount, CodeRefusal | { code: 'too_late' }>> {
  const account = await findWaiting()
  if (!account) return refuse({ code: 'too_late' })
  const passed = await passSecondStep(asPerson(account), { code, ...(await presentBrowser()) })
  return passed.ok ? ok(await leaveFirstStep(account, 'code')) : passed
}

/** Signs in with a passkey after a first step: one of the person whose step that was. */
export async function passWithOwnPasskey(response: AuthenticationResponseJSON): Promise<Result<SessionAccount, PasskeyRefusal>> {
  const account = await findWaiting()
  if (!account) return refuse({ code: 'too_late' })
  const holder = asPerson(account)
  const challenge = await takeChallenge({ of: 'second_step', holder })
  const passed = await passWithPasskey(holder, { challenge, response, ...(await presentBrowser()) })
  return passed.ok ? ok(await leaveFirstStep(account, 'passkey')) : passed
}

async function leaveFirstStep(account: SessionAccount, by: SignInWay): Promise<SessionAccount> {
  await beginSession(account, by)
  const jar = await cookies()
  jar.set(secondStepCookieName(), '', { ...secondStepCookieOptions(), maxAge: 0 })
  return account
}

/** Signs in with a passkey alone, which is both steps. */
export async function enterWithPasskey(response: AuthenticationResponseJSON): Promise<Result<SessionAccount, PasskeyRefusal>> {
  const challenge = await takeChallenge({ of: 'sign_in', kind: 'person' })
  const identified = await identifyByPasskey('person', { challenge, response, ...(await presentBrowser()) })
  if (!identified.ok) return identified
  const account = await findSessionAccount(identified.value.id, identified.value.sessionVersion)
  if (!account) return refuse({ code: 'passkey_refused' })
  await beginSession(account, 'passkey')
  return ok(account)
}
