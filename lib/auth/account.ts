import { and, eq, exists, isNull, notExists, type SQL, sql } from 'drizzle-orm'
import { inWeb, type Transaction } from '../../db/client'
import { endedSessions, sessions, users } from '../../db/schema'
import { holdNamed, isNamed } from '../billing/commands/store/members'
import type { UserId } from '../ids'
import { isLocale, type Locale } from '../locale'
import { ok, type Result, refuse } from '../result'
import { type Instant, isBefore, systemClock } from '../time'
import type { KnownBrowser } from './browser-name'
import { isCommonPassword } from './common-password'
import { type CommonPassword, hashPassword } from './password'
import { SESSION_SECONDS } from './session-cookie'
import { idleLimit, isInUse } from './sessions'
import { type Account, checkSignIn, type SignInRefusal } from './sign-in'

/** Whose session it is, and the language that they chose. */
export type SessionAccount = Account & { locale: Locale | null }

/** Which of a person's sessions asks. `session`: null for what is none yet. `sealedAt`: when its cookie was. */
export type AskedSession = { userId: UserId; sessionVersion: number; session: string | null; sealedAt: Instant }

/** Null where the account is gone, or `session`, or all of their sessions, were ended since it began, or it was left alone for too long. */
export function findSessionAccount(
  userId: UserId,
  sessionVersion: number,
  session: string | null = null,
  sealedAt: Instant = systemClock.now(),
): Promise<SessionAccount | null> {
  return inWeb({ userId }, async (tx) => (await readSessionAccount(tx, { userId, sessionVersion, session, sealedAt }))?.account ?? null)
}

/** No session has it. */
const NO_SESSION = '00000000-0000-0000-0000-000000000000'

/** `seenAt`: when the session was written down last; null: never. */
type Present = { account: SessionAccount; seenAt: Instant | null }

/** The same in a transaction that reads more. */
export async function readSessionAccount(tx: Transaction, { userId, sessionVersion, session, sealedAt }: AskedSession): Promise<Present | null> {
  const asked = session ?? NO_SESSION
  const ended = tx
    .select({ session: endedSessions.session })
    .from(endedSessions)
    .where(and(eq(endedSessions.userId, userId), eq(endedSessions.session, asked)))
  const seen = (how: SQL | undefined) =>
    tx
      .select({ session: sessions.session })
      .from(sessions)
      .where(and(eq(sessions.userId, userId), eq(sessions.session, asked), how))
  // Whoever has just signed in was not seen yet; whose cookie is old must have been, and lately.
  const isUsed = isBefore(sealedAt, idleLimit()) ? exists(seen(isInUse())) : notExists(seen(sql`not (${isInUse()})`))
  const [found] = await tx
    .select({ id: users.id, email: users.email, name: users.name, sessionVersion: users.sessionVersion, locale: users.locale, seenAt: sessions.seenAt })
    .from(users)
    .leftJoin(sessions, and(eq(sessions.userId, users.id), eq(sessions.session, asked)))
    .where(and(eq(users.id, userId), eq(users.sessionVersion, sessionVersion), notExists(ended), isUsed))
  if (!found) return null
  const { seenAt, locale, ...account } = found
  return { account: { ...account, locale: isLocale(locale) ? locale : null }, seenAt }
}

/** Whether a person has a password at all; who was let in by the operator, a link or a provider may have none. */
export async function hasOwnPassword(tx: Transaction, email: string): Promise<boolean> {
  const { rows } = await tx.execute<{ has: boolean }>(sql`SELECT password_hash IS NOT NULL AS has FROM find_sign_in(${email})`)
  return rows[0]?.has === true
}

/** Longer than any cookie lives: clocks differ, and one that has just run out is still taken for some seconds. */
const REMEMBERED_SECONDS = SESSION_SECONDS + 24 * 3_600

/** Ends one session: whoever has copied its cookie is signed out too. One of somebody whom this database does not know, as after a restore, is none. */
export async function endOneSession({ userId, session }: { userId: UserId; session: string }): Promise<void> {
  const forgottenAt = systemClock.now().add({ seconds: REMEMBERED_SECONDS })
  await inWeb({ userId }, async (tx) => {
    if (await holdNamed(tx, userId)) await tx.insert(endedSessions).values({ userId, session, forgottenAt }).onConflictDoNothing()
  })
}

/** Ends every session of a person, the present one too; the next request of each meets the sign-in page. */
export async function endAllSessions(userId: UserId): Promise<void> {
  await inWeb({ userId }, (tx) =>
    tx
      .update(users)
      .set({ sessionVersion: sql`${users.sessionVersion} + 1` })
      .where(eq(users.id, userId)),
  )
}

/**
 * Ends every session of theirs as it was when they asked: of two presses at once, one does.
 *
 * @returns Of the sessions that count from now on; null where they were ended meanwhile, which has ended this one too.
 */
export async function endSessionsOf({ id, sessionVersion }: Pick<Account, 'id' | 'sessionVersion'>): Promise<number | null> {
  const [raised] = await inWeb({ userId: id }, (tx) =>
    tx
      .update(users)
      .set({ sessionVersion: sessionVersion + 1 })
      .where(and(eq(users.id, id), eq(users.sessionVersion, sessionVersion)))
      .returning({ sessionVersion: users.sessionVersion }),
  )
  return raised?.sessionVersion ?? null
}

/** Pages and mails speak it from now on. */
export async function saveLocale(userId: UserId, locale: Locale): Promise<void> {
  await inWeb({ userId }, (tx) =>
    tx
      .update(users)
      .set({ locale })
      .where(and(eq(users.id, userId), isNamed)),
  )
}

/** At sign-in, for whoever has saved none: the language that they signed in with. One that was saved stays. */
export async function keepFirstLocale(userId: UserId, locale: Locale): Promise<void> {
  await inWeb({ userId }, (tx) =>
    tx
      .update(users)
      .set({ locale })
      .where(and(eq(users.id, userId), isNull(users.locale), isNamed)),
  )
}

export type ChangePassword = { account: Account; currentPassword: string; newPassword: string } & KnownBrowser

/**
 * Sets another password and ends every session that was begun with the old one. The present password is asked for under
 * the same limit as at sign-in, so that an unlocked computer is no place to guess it.
 *
 * @returns The account as the new session has to name it.
 */
export async function changePassword({
  account,
  currentPassword,
  newPassword,
  ...browser
}: ChangePassword): Promise<Result<Account, SignInRefusal | CommonPassword>> {
  const checked = await checkSignIn({ email: account.email, password: currentPassword, ...browser })
  if (!checked.ok) return checked
  // Only now, for it takes the processor a while.
  if (isCommonPassword(newPassword, [account.email, account.name ?? ''])) return refuse({ code: 'common_password' })
  const passwordHash = await hashPassword(newPassword)
  // Whatever has set another password since the present one was asked for has ended its sessions too, and counts.
  const isAsChecked = and(eq(users.id, account.id), eq(users.sessionVersion, checked.value.sessionVersion))
  const [changed] = await inWeb({ userId: account.id }, (tx) =>
    tx
      .update(users)
      .set({ passwordHash, sessionVersion: sql`${users.sessionVersion} + 1` })
      .where(isAsChecked)
      .returning({ sessionVersion: users.sessionVersion }),
  )
  if (!changed) return refuse({ code: 'invalid_credentials' })
  return ok({ ...account, sessionVersion: changed.sessionVersion })
}
