import type { AuthenticationResponseJSON } from '@simplewebauthn/server'
import type { Route } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { ok, type Result, refuse } from '../result'
import type { Holder } from './holder'
import {
  endOperatorSession,
  OPERATOR_SECOND_STEP_MINUTES,
  openOperatorFirstStep,
  openOperatorSession,
  type PresentOperator,
  readOperatorFirstStep,
  readOperatorSession,
} from './operator-session'
import { OPERATOR_SESSION_HOURS } from './operator-token'
import type { Operator, ShownOperator } from './operators'
import { operatorsNeedSecondStep } from './operators-duty'
import { takeChallenge } from './passkey-cookie'
import { identifyByPasskey, type PasskeyRefusal, passWithPasskey } from './passkeys'
import { isHttps } from './public-url'
import { type CodeRefusal, findSecondFactor, passSecondStep } from './second-factor'
import { presentBrowser } from './session'
import { noteSignIn, type SignInWay } from './sign-ins'

const SECONDS_A_MINUTE = 60
const SECONDS_AN_HOUR = 3_600
const TOKEN_LENGTH = 64

/** A cookie of its own: being signed in as a customer is nothing here, and the other way round (G85). */
export function operatorCookieName(): string {
  return isHttps() ? '__Host-headroom-operator' : 'headroom-operator'
}

/** Whose session at the desk it is, for how they sign in; null for nobody's. Asked of the database once per request, so that being removed takes effect at once. */
export const getSignedInOperator = cache(async (): Promise<PresentOperator | null> => {
  const cookie = (await cookies()).get(operatorCookieName())
  return cookie && cookie.value.length <= TOKEN_LENGTH ? readOperatorSession(cookie.value) : null
})

/** Whether this installation asks two steps of its operators, and `operator` has only one yet. */
async function isHeldBack(operator: PresentOperator): Promise<boolean> {
  return operatorsNeedSecondStep() && (await findSecondFactor(asOperator(operator))) === null
}

/** Who sits at the desk; null for nobody, and for whoever is yet to set up the second step that is asked of them. */
export const getOperator = cache(async (): Promise<PresentOperator | null> => {
  const operator = await getSignedInOperator()
  return operator && !(await isHeldBack(operator)) ? operator : null
})

/** For every page of the desk: its layout alone would not be asked again when one goes from page to page. */
export async function requireOperator(next?: string): Promise<PresentOperator> {
  const operator = await getOperator()
  if (operator) return operator
  if (await getSignedInOperator()) redirect('/operator/set-up')
  const hadSession = (await cookies()).has(operatorCookieName())
  const query = new URLSearchParams({ ...(next && { next }), ...(hadSession && { reason: 'ended' }) })
  redirect(`/operator/sign-in${query.size > 0 ? `?${query}` : ''}` as Route)
}

export const asOperator = ({ id, email }: Pick<Operator, 'id' | 'email'>): Holder => ({ kind: 'operator', id, email })

const cookieOptions = () => ({ httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() }) as const

function firstStepCookieName(): string {
  return isHttps() ? '__Host-headroom-operator-step' : 'headroom-operator-step'
}

/**
 * The one way from a password to the desk: at once, or by a code or a passkey. Only in a server action.
 *
 * @returns Whether a code is asked for; then nobody sits at the desk yet. Null where the password ceased to count meanwhile.
 */
export async function enterDesk(operator: ShownOperator, by: SignInWay): Promise<{ needsCode: boolean } | null> {
  if (await beginOperatorSession(operator, { passedCode: false, by })) return { needsCode: false }
  const token = await openOperatorFirstStep(operator)
  if (token === null) return null
  await noteSignIn(asOperator(operator), { way: by, outcome: 'first_step', ...(await presentBrowser()) })
  const jar = await cookies()
  jar.set(firstStepCookieName(), token, { ...cookieOptions(), maxAge: OPERATOR_SECOND_STEP_MINUTES * SECONDS_A_MINUTE })
  return { needsCode: true }
}

/** Whose code is waited for; null for nobody's. */
export async function findWaitingOperator(): Promise<ShownOperator | null> {
  const cookie = (await cookies()).get(firstStepCookieName())
  return cookie && cookie.value.length <= TOKEN_LENGTH ? readOperatorFirstStep(cookie.value) : null
}

/** Sits down with a code. */
export async function enterDeskWithCode(code: string): Promise<Result<null, CodeRefusal | { code: 'too_late' }>> {
  const operator = await findWaitingOperator()
  if (!operator) return refuse({ code: 'too_late' })
  const passed = await passSecondStep(asOperator(operator), { code, ...(await presentBrowser()) })
  return passed.ok ? leaveFirstStep(operator, 'code') : passed
}

/** Sits down with a passkey after the password: one of the operator whose password it was. */
export async function enterDeskWithOwnPasskey(response: AuthenticationResponseJSON): Promise<Result<null, PasskeyRefusal>> {
  const operator = await findWaitingOperator()
  if (!operator) return refuse({ code: 'too_late' })
  const holder = asOperator(operator)
  const challenge = await takeChallenge({ of: 'second_step', holder })
  const passed = await passWithPasskey(holder, { challenge, response, ...(await presentBrowser()) })
  return passed.ok ? leaveFirstStep(operator, 'passkey') : passed
}

async function leaveFirstStep(operator: ShownOperator, by: SignInWay): Promise<Result<null, { code: 'too_late' }>> {
  const jar = await cookies()
  const isStillOpen = await endOperatorSession(jar.get(firstStepCookieName())?.value ?? '')
  jar.set(firstStepCookieName(), '', { ...cookieOptions(), maxAge: 0 })
  return isStillOpen && (await beginOperatorSession(operator, { passedCode: true, by })) ? ok(null) : refuse({ code: 'too_late' })
}

/** Sits down with a passkey alone, which is both steps. */
export async function enterDeskWithPasskey(response: AuthenticationResponseJSON): Promise<Result<null, PasskeyRefusal>> {
  const challenge = await takeChallenge({ of: 'sign_in', kind: 'operator' })
  const identified = await identifyByPasskey('operator', { challenge, response, ...(await presentBrowser()) })
  if (!identified.ok) return identified
  return (await beginOperatorSession(identified.value, { passedCode: true, by: 'passkey' })) ? ok(null) : refuse({ code: 'passkey_refused' })
}

/** Only in a server action: pages cannot set cookies. @returns Whether one was begun; not where a code is to be asked for first, or what they have shown ceased to count. */
export async function beginOperatorSession(
  operator: Pick<ShownOperator, 'id' | 'sessionVersion'>,
  { by, ...passed }: { passedCode: boolean; by: SignInWay | 'renewed' },
): Promise<boolean> {
  const browser = await presentBrowser()
  const token = await openOperatorSession(operator, passed, browser)
  if (token === null) return false
  if (by !== 'renewed') await noteSignIn({ kind: 'operator', id: operator.id }, { way: by, outcome: 'signed_in', ...browser })
  const jar = await cookies()
  const earlier = jar.get(operatorCookieName())
  if (earlier) await endOperatorSession(earlier.value) // A browser has one, and a cookie that was copied before ends here.
  jar.set(operatorCookieName(), token, { ...cookieOptions(), maxAge: OPERATOR_SESSION_HOURS * SECONDS_AN_HOUR })
  return true
}

export async function leaveDesk(): Promise<void> {
  const jar = await cookies()
  const cookie = jar.get(operatorCookieName())
  if (cookie) await endOperatorSession(cookie.value)
  jar.set(operatorCookieName(), '', { ...cookieOptions(), maxAge: 0 })
}
