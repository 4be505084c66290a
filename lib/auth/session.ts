import type { Route } from 'next'
import { cookies, headers } from 'next/headers'
import { notFound, redirect, unstable_rethrow } from 'next/navigation'
import { cache } from 'react'
import type { Transaction } from '../../db/client'
import { readPast, webReads } from '../../db/snapshot'
import { readIn } from '../billing/commands/store/reader-language'
import { type ListedMembership, listMemberships, type Membership } from '../billing/views/membership'
import type { OrganizationId } from '../ids'
import type { Locale } from '../locale'
import { negotiateLocale } from '../negotiate-locale'
import { endOneSession, readSessionAccount, type SessionAccount } from './account'
import type { Browser } from './browser-name'
import { clientAddressOf } from './client-address'
import { readLanguageCookie } from './language-cookie'
import { can, type Permission } from './permissions'
import { noteRefusedRight } from './refused-right'
import { lacksSecondStep } from './second-step-duty'
import { newPortal, openSession, type Portal, SESSION_SECONDS, type SessionClaim, sealSession, sessionCookieName, sessionCookieOptions } from './session-cookie'
import { isNoted, noteSession } from './sessions'
import type { Account } from './sign-in'
import { noteSignIn, type SignInWay } from './sign-ins'
import { findVisit, type Visit, visitCookieName } from './visit'

/** A person in one organization, as it is this very moment. */
export type Viewer = Membership & {
  user: { id: Account['id']; email: string; name: string | null }
  /** What they read. It is known from the beginning: a file that is still being written asks when the request is over. */
  language: Locale
  /** Which operator looks, where it is nobody of the organization (G85): they see everything that the member sees, and change nothing. */
  visit: { operator: string } | null
  /** Where the operator's product sent them from, in a session that it opened (G88). */
  portal: Pick<Portal, 'returnUrl'> | null
  can(permission: Permission): boolean
}

/** `lacksSecondStep`: asked only where one of their organizations asks for it. The product that sends somebody over vouches for them. */
type Session = { id: string; account: SessionAccount; memberships: ListedMembership[]; portal: Portal | null; lacksSecondStep: boolean }

/** Asked of the database once per request, so that signing out everywhere and leaving an organization take effect at once. */
const getSession = cache(async (): Promise<Session | null> => {
  const cookie = (await cookies()).get(sessionCookieName())
  const claim = cookie ? await openSession(cookie.value) : null
  if (!claim) return null
  const { userId, portal } = claim
  const present = await webReads({ userId })(async (tx) => {
    const found = await readSessionAccount(tx, claim)
    if (!found) return null
    const { account, seenAt } = found
    const reached = (await listMemberships(tx, account.id)).filter(({ organization }) => !portal || organization.id === portal.organizationId)
    const isAsked = !portal && reached.some(({ needsSecondStep }) => needsSecondStep)
    const lacks = isAsked && (await lacksSecondStep(tx, account.id))
    return { session: { id: claim.session, account, portal, memberships: reached, lacksSecondStep: lacks }, seenAt }
  })
  if (present && !isNoted(present.seenAt)) await noteSession(claim, await presentBrowser())
  return present?.session ?? null
})

/** Where the running request comes from, and what its browser says of itself. */
export async function presentBrowser(): Promise<Browser> {
  return { address: await requestAddress(), agent: (await headers()).get('user-agent') ?? '' }
}

/** Who is signed in; null for nobody. */
export async function getAccount(): Promise<SessionAccount | null> {
  return (await getSession())?.account ?? null
}

/**
 * Whose account this is to do with as they like. Null also in a session that the operator's product has opened, which is for one
 * organization and neither for a person's password nor for what else they belong to.
 */
export async function getOwnAccount(): Promise<Account | null> {
  const session = await getSession()
  return session && !session.portal ? session.account : null
}

/** Which of their sessions this is, for a list of them. */
export async function getSessionId(): Promise<string | null> {
  return (await getSession())?.id ?? null
}

/** What the person saved, else what was chosen in this browser, else what the browser asks for, else English. */
export const viewersLocale = cache(async (): Promise<Locale> => {
  return (await savedLocale()) ?? readLanguageCookie(await cookies()) ?? negotiateLocale((await headers()).get('accept-language'))
})

/** Null also while the database cannot be asked: the page that says so needs words too. */
async function savedLocale(): Promise<Locale | null> {
  try {
    return (await getAccount())?.locale ?? null
  } catch (fault) {
    unstable_rethrow(fault)
    return null
  }
}

/** For the switcher, and for where to go after signing in. */
export async function getMemberships(): Promise<Membership[]> {
  return (await getSession())?.memberships ?? []
}

/** Sends nobody to the sign-in page, which leads back to `next`. */
export async function requireUser(next?: string): Promise<SessionAccount> {
  const account = await getAccount()
  if (account) return account
  const hadSession = (await cookies()).has(sessionCookieName())
  const query = new URLSearchParams({ ...(next && { next }), ...(hadSession && { reason: 'ended' }) })
  redirect(`/sign-in${query.size > 0 ? `?${query}` : ''}` as Route)
}

/** An operator's look at somebody's pages, where this browser is in one. */
const getVisit = cache(async (): Promise<Visit | null> => {
  const cookie = (await cookies()).get(visitCookieName())
  return cookie ? findVisit(cookie.value) : null
})

/** While it is, nothing is done in anybody's name from this browser. */
export async function isVisiting(): Promise<boolean> {
  return (await getVisit()) !== null
}

const READING: readonly Permission[] = ['usage:read', 'plan:read', 'invoices:read', 'payment:read', 'activity:read']

function viewerOf({ organization, member, userId, operator }: Visit, language: Locale): Viewer {
  const user = { id: userId, email: operator, name: null }
  return {
    organization,
    member,
    user,
    language,
    visit: { operator },
    portal: null,
    can: (permission) => READING.includes(permission) && can(member.role, permission),
  }
}

/** Whether somebody belongs to an organization and is yet to set up the second step that it asks for. */
export async function isHeldBack(slug: string): Promise<boolean> {
  const session = await getSession()
  return session?.lacksSecondStep === true && session.memberships.some(({ organization, needsSecondStep }) => needsSecondStep && organization.slug === slug)
}

/** Null where the organization does not exist for whoever is signed in: not theirs, removed from it, closed, or never there; or asks for a second step that they lack. */
export const getViewer = cache(async (slug: string): Promise<Viewer | null> => {
  const visit = await getVisit()
  if (visit?.organization.slug === slug) return viewerOf(visit, await viewersLocale())
  const session = await getSession()
  const membership = session?.memberships.find(({ organization }) => organization.slug === slug)
  if (!session || !membership || (session.lacksSecondStep && membership.needsSecondStep)) return null
  const { id, email, name } = session.account
  const portal = session.portal && { returnUrl: session.portal.returnUrl }
  return {
    ...membership,
    user: { id, email, name },
    language: await viewersLocale(),
    visit: null,
    portal,
    can: (permission) => can(membership.member.role, permission),
  }
})

/** For files of an organization: as `getViewer`, and null too for whoever lacks the permission, which the log is told. */
export async function getPermittedViewer(slug: string, permission: Permission): Promise<Viewer | null> {
  const viewer = await getViewer(slug)
  if (viewer && !viewer.can(permission)) noteRefusedRight(viewer, permission)
  return viewer?.can(permission) ? viewer : null
}

/**
 * For pages and layouts of an organization. Nobody goes to the sign-in page; whoever lacks the second step that it asks for to where it is set up; a stranger's organization is not found, and
 * neither is a page that needs a `permission` which the viewer lacks. A page that explains itself to those who may not
 * see it leaves `permission` out and asks `viewer.can`.
 */
export async function requireViewer(slug: string, permission?: Permission): Promise<Viewer> {
  const viewer = await getViewer(slug)
  if (!viewer) await requireUser(`/${slug}`)
  if (!viewer && (await isHeldBack(slug))) redirect(`/sign-in/set-up?${new URLSearchParams({ next: `/${slug}` })}` as Route)
  if (viewer && permission && !viewer.can(permission)) noteRefusedRight(viewer, permission)
  if (!viewer || (permission && !viewer.can(permission))) notFound()
  return viewer
}

/** By what identifies them, because `cache` compares arguments by identity. */
const readsOf = cache((organizationId: OrganizationId, userId: Account['id']) => webReads({ organizationId, userId }))

/**
 * Reads what a page or its frame shows, in the viewer's organization and as the viewer. The frame and the page ask at the same
 * time, and are answered in one transaction; a part that is drawn later should ask as early, and await its answer where it is drawn.
 */
export function readAs<Value>(
  { organization, user, language }: Viewer,
  read: (tx: Transaction, organizationId: OrganizationId) => Promise<Value>,
): Promise<Value> {
  return readsOf(
    organization.id,
    user.id,
  )(async (tx) => {
    readIn(tx, language)
    return read(tx, organization.id)
  })
}

/** As `readAs`, of what is past: a page of a list behind the first, a period that is over, a file of everything. A replica may answer it. */
export function readPastAs<Value>(
  { organization, user, language }: Viewer,
  read: (tx: Transaction, organizationId: OrganizationId) => Promise<Value>,
): Promise<Value> {
  return readPast({ organizationId: organization.id, userId: user.id }, (tx) => {
    readIn(tx, language)
    return read(tx, organization.id)
  })
}

/** A browser has one session: another sign-in ends the one before, also where its cookie was copied. */
export async function endPresentSession(): Promise<void> {
  const claim = await presentClaim()
  if (claim) await endOneSession(claim)
}

async function presentClaim(): Promise<SessionClaim | null> {
  const cookie = (await cookies()).get(sessionCookieName())
  return cookie ? openSession(cookie.value) : null
}

/**
 * Only in a server action or a route handler: pages cannot set cookies.
 *
 * @param by What somebody came in by; `renewed` where they were in, and what they did has ended the session that they did it in.
 */
export async function beginSession(account: Pick<Account, 'id' | 'sessionVersion'>, by: SignInWay | 'renewed'): Promise<void> {
  await endPresentSession()
  if (by !== 'renewed') await noteSignedIn(account, by)
  const jar = await cookies()
  jar.set(sessionCookieName(), await sealSession(account), { ...sessionCookieOptions(), maxAge: SESSION_SECONDS })
}

/** Likewise, of one organization, for whom the operator's product sends over. */
export async function beginPortalSession(account: Pick<Account, 'id' | 'sessionVersion'>, opened: Omit<Portal, 'until'>): Promise<void> {
  await endPresentSession()
  await noteSignedIn(account, 'portal')
  const jar = await cookies()
  jar.set(sessionCookieName(), await sealSession(account, newPortal(opened)), sessionCookieOptions()) // Gone with the browser.
}

async function noteSignedIn({ id }: Pick<Account, 'id'>, way: SignInWay): Promise<void> {
  await noteSignIn({ kind: 'person', id }, { way, outcome: 'signed_in', ...(await presentBrowser()) })
}

export async function endSession(): Promise<void> {
  const claim = await presentClaim()
  const jar = await cookies()
  jar.set(sessionCookieName(), '', { ...sessionCookieOptions(), maxAge: 0 })
  if (claim) await endOneSession(claim) // After the cookie: whoever presses this is signed out here whatever the database says.
}

/** Where the running request came from, for counting tries. */
export async function requestAddress(): Promise<string> {
  return clientAddressOf((await headers()).get('x-forwarded-for'))
}
