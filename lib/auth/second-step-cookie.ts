import { decode, encode } from 'next-auth/jwt'
import { isId } from '../ids'
import { isHttps } from './public-url'
import { keyFor } from './secret'
import type { SessionClaim } from './session-cookie'
import type { Account } from './sign-in'

/** Time to find the phone. */
export const SECOND_STEP_SECONDS = 10 * 60

export function secondStepCookieName(): string {
  return isHttps() ? '__Host-headroom-second-step' : 'headroom-second-step'
}

export function secondStepCookieOptions() {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() } as const
}

/** Under a key of its own, so that a first step that was passed can never be shown as a session. */
const key = () => keyFor('second step of signing in').toString('base64url')

/** Whose first step was passed. It opens nothing but the question for the code. */
export function sealFirstStep({ id, sessionVersion }: Pick<Account, 'id' | 'sessionVersion'>): Promise<string> {
  return encode({ token: { sub: id, sessionVersion }, secret: key(), maxAge: SECOND_STEP_SECONDS })
}

/** Null where it is not ours, was changed, or is too old. */
export async function openFirstStep(cookie: string): Promise<Pick<SessionClaim, 'userId' | 'sessionVersion'> | null> {
  try {
    const token = await decode({ token: cookie, secret: key() })
    if (!token?.sub || !isId('user', token.sub) || !Number.isInteger(token.sessionVersion)) return null
    return { userId: token.sub, sessionVersion: token.sessionVersion }
  } catch {
    return null
  }
}
