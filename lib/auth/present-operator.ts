import type { Route } from 'next'
import { cookies } from 'next/headers'
import { redirect } from 'next/navigation'
import { cache } from 'react'
import { endOperatorSession, openOperatorSession, type PresentOperator, readOperatorSession } from './operator-session'
import { OPERATOR_SESSION_HOURS } from './operator-token'
import type { Operator } from './operators'
import { isHttps } from './public-url'

const SECONDS_AN_HOUR = 3_600
const TOKEN_LENGTH = 64

/** A cookie of its own: being signed in as a customer is nothing here, and the other way round (G85). */
export function operatorCookieName(): string {
  return isHttps() ? '__Host-headroom-operator' : 'headroom-operator'
}

/** Who sits at the desk; null for nobody. Asked of the database once per request, so that being removed takes effect at once. */
export const getOperator = cache(async (): Promise<PresentOperator | null> => {
  const cookie = (await cookies()).get(operatorCookieName())
  return cookie && cookie.value.length <= TOKEN_LENGTH ? readOperatorSession(cookie.value) : null
})

/** For every page of the desk: its layout alone would not be asked again when one goes from page to page. */
export async function requireOperator(next?: string): Promise<PresentOperator> {
  const operator = await getOperator()
  if (operator) return operator
  const hadSession = (await cookies()).has(operatorCookieName())
  const query = new URLSearchParams({ ...(next && { next }), ...(hadSession && { reason: 'ended' }) })
  redirect(`/operator/sign-in${query.size > 0 ? `?${query}` : ''}` as Route)
}

/** Only in a server action: pages cannot set cookies. */
export async function beginOperatorSession({ id }: Pick<Operator, 'id'>): Promise<void> {
  const jar = await cookies()
  const options = { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(), maxAge: OPERATOR_SESSION_HOURS * SECONDS_AN_HOUR } as const
  jar.set(operatorCookieName(), await openOperatorSession(id), options)
}

export async function leaveDesk(): Promise<void> {
  const jar = await cookies()
  const cookie = jar.get(operatorCookieName())
  if (cookie) await endOperatorSession(cookie.value)
  jar.set(operatorCookieName(), '', { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps(), maxAge: 0 })
}
