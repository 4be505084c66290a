import { randomUUID } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import { isId, type OrganizationId, type UserId } from '../ids'
import { type Instant, instant, isBefore, systemClock, Temporal } from '../time'
import { isHttps } from './public-url'
import { installationSecret } from './secret'
import type { Account } from './sign-in'

const MILLISECONDS = 1_000
export const SESSION_SECONDS = 30 * 24 * 3600
/** One that nobody uses for so long is over: a browser that was left behind signs itself out. */
export const SESSION_IDLE_DAYS = 7

/** `__Host-` binds it to exactly this host, which browsers only allow over https. */
export function sessionCookieName(): string {
  return isHttps() ? '__Host-headroom-session' : 'headroom-session'
}

export function sessionCookieOptions() {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() } as const
}

/** A session that the operator's own product has opened (G88): of one organization, and for a working day. */
export type Portal = { organizationId: OrganizationId; returnUrl: string | null; until: Instant }

/** As it stands in the cookie. */
export type SealedPortal = { organization: string; returnUrl: string | null; until: string }

const PORTAL_HOURS = 12

export function newPortal(opened: Omit<Portal, 'until'>): Portal {
  return { ...opened, until: systemClock.now().add({ hours: PORTAL_HOURS }) }
}

/** Encrypted, and no more than who, which session, and for what: what somebody may do is asked of the database each time. */
export function sealSession(account: Pick<Account, 'id' | 'sessionVersion'>, portal: Portal | null = null): Promise<string> {
  const token = { sub: account.id, session: randomUUID(), sessionVersion: account.sessionVersion, ...(portal && { portal: sealPortal(portal) }) }
  return encode({ token, secret: installationSecret(), maxAge: SESSION_SECONDS })
}

function sealPortal({ organizationId, returnUrl, until }: Portal): SealedPortal {
  return { organization: organizationId, returnUrl, until: until.toString() }
}

/** Null where it is over. What was not limited stays so: `undefined`. */
export function openPortal(sealed: SealedPortal | undefined): Portal | null | undefined {
  if (sealed === undefined) return undefined
  const { organization, returnUrl } = sealed
  const until = instant(sealed.until)
  return isId('org', organization) && isBefore(systemClock.now(), until) ? { organizationId: organization, returnUrl, until } : null
}

/** `session` tells it from the person's others. */
export type SessionClaim = {
  userId: UserId
  session: string
  sessionVersion: number /** When this cookie was sealed. */
  sealedAt: Instant
  portal: Portal | null
}

/** What a cookie claims, still to be checked against the database. Null where it is not ours, was changed, or is too old. */
export async function openSession(cookie: string): Promise<SessionClaim | null> {
  try {
    const token = await decode({ token: cookie, secret: installationSecret() })
    if (
      !token?.sub ||
      !isId('user', token.sub) ||
      !Number.isInteger(token.sessionVersion) ||
      typeof token.session !== 'string' ||
      typeof token.iat !== 'number'
    )
      return null
    const portal = openPortal(token.portal)
    if (portal === null) return null
    const sealedAt = Temporal.Instant.fromEpochMilliseconds(token.iat * MILLISECONDS)
    return { userId: token.sub, session: token.session, sessionVersion: token.sessionVersion, sealedAt, portal: portal ?? null }
  } catch {
    return null // Tampered with, or sealed under an earlier secret: signed out, and no stack in anybody's log.
  }
}
