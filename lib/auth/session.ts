import type { Route } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound, redirect } from 'next/navigation'
import { cache } from 'react'
import { inWeb } from '../../db/client'
import { findMembership, listMemberships, type Membership } from '../billing/views/membership'
import { findSessionAccount } from './account'
import { clientAddressOf } from './client-address'
import { can, type Permission } from './permissions'
import { openSession, SESSION_SECONDS, sealSession, sessionCookieName, sessionCookieOptions } from './session-cookie'
import type { Account } from './sign-in'

/** A person in one organization, as it is this very moment. */
export type Viewer = Membership & {
  user: { id: Account['id']; email: string; name: string | null }
  can(permission: Permission): boolean
}

/** Who is signed in; null for nobody. Asked of the database once per request, so that signing out everywhere ends it at once. */
export const getAccount = cache(async (): Promise<Account | null> => {
  const cookie = (await cookies()).get(sessionCookieName())
  const claim = cookie ? await openSession(cookie.value) : null
  return claim ? findSessionAccount(claim.userId, claim.sessionVersion) : null
})

/** Sends nobody to the sign-in page, which leads back to `next`. */
export async function requireUser(next?: string): Promise<Account> {
  const account = await getAccount()
  if (account) return account
  const hadSession = (await cookies()).has(sessionCookieName())
  const query = new URLSearchParams({ ...(next && { next }), ...(hadSession && { reason: 'ended' }) })
  redirect(`/sign-in${query.size > 0 ? `?${query}` : ''}` as Route)
}

/** Null where the organization does not exist for whoever is signed in: not theirs, removed from it, closed, or never there. */
export const getViewer = cache(async (slug: string): Promise<Viewer | null> => {
  const account = await getAccount()
  if (!account) return null
  const membership = await inWeb({ userId: account.id }, (tx) => findMembership(tx, account.id, slug))
  if (!membership) return null
  const { id, email, name } = account
  return { ...membership, user: { id, email, name }, can: (permission) => can(membership.member.role, permission) }
})

/**
 * For pages and layouts of an organization. Nobody goes to the sign-in page; a stranger's organization is not found, and
 * neither is a page that needs a `permission` which the viewer lacks. A page that explains itself to those who may not
 * see it leaves `permission` out and asks `viewer.can`.
 */
export async function requireViewer(slug: string, permission?: Permission): Promise<Viewer> {
  await requireUser(`/${slug}`)
  const viewer = await getViewer(slug)
  if (!viewer || (permission && !viewer.can(permission))) notFound()
  return viewer
}

/** For the switcher, and for where to go after signing in. */
export const getMemberships = cache(async (): Promise<Membership[]> => {
  const account = await getAccount()
  return account ? inWeb({ userId: account.id }, (tx) => listMemberships(tx, account.id)) : []
})

/** Only in a server action or a route handler: pages cannot set cookies. */
export async function beginSession(account: Pick<Account, 'id' | 'sessionVersion'>): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookieName(), await sealSession(account), { ...sessionCookieOptions(), maxAge: SESSION_SECONDS })
}

export async function endSession(): Promise<void> {
  const jar = await cookies()
  jar.set(sessionCookieName(), '', { ...sessionCookieOptions(), maxAge: 0 })
}

/** Where the running request came from, for counting tries. */
export async function requestAddress(): Promise<string> {
  return clientAddressOf((await headers()).get('x-forwarded-for'))
}
