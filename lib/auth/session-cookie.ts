import { decode, encode } from 'next-auth/jwt'
import { isId, type UserId } from '../ids'
import { isHttps } from './public-url'
import { installationSecret } from './secret'
import type { Account } from './sign-in'

export const SESSION_SECONDS = 30 * 24 * 3600

/** `__Host-` binds it to exactly this host, which browsers only allow over https. */
export function sessionCookieName(): string {
  return isHttps() ? '__Host-headroom-session' : 'headroom-session'
}

export function sessionCookieOptions() {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() } as const
}

/** Encrypted, and no more than who and which session: what somebody may do is asked of the database each time. */
export function sealSession(account: Pick<Account, 'id' | 'sessionVersion'>): Promise<string> {
  return encode({ token: { sub: account.id, sessionVersion: account.sessionVersion }, secret: installationSecret(), maxAge: SESSION_SECONDS })
}

export type SessionClaim = { userId: UserId; sessionVersion: number }

/** What a cookie claims, still to be checked against the database. Null where it is not ours, was changed, or is too old. */
export async function openSession(cookie: string): Promise<SessionClaim | null> {
  try {
    const token = await decode({ token: cookie, secret: installationSecret() })
    return token?.sub && isId('user', token.sub) && Number.isInteger(token.sessionVersion) ? { userId: token.sub, sessionVersion: token.sessionVersion } : null
  } catch {
    return null // Tampered with, or sealed under an earlier secret: signed out, and no stack in anybody's log.
  }
}
