import { and, asc, eq, gt, isNotNull, isNull, sql } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { operatorChanges, operatorLinks, operators } from '../../db/schema'
import { newId, type OperatorId } from '../ids'
import { ok, type Result, refuse } from '../result'
import { addMinutes, type Instant, systemClock } from '../time'
import type { KnownBrowser } from './browser-name'
import { isCommonPassword } from './common-password'
import { endOperatorSessions } from './end-operator-sessions'
import { hashInvitationToken, newInvitationToken } from './invitation-token'
import { type CommonPassword, hashPassword, PASSWORD_MAX, verifyPassword } from './password'
import { takeOffSecondFactor } from './second-factor'
import type { SignInRefusal } from './sign-in'
import { forgiveSignInTry, OPERATOR_SIGN_INS, takeTry } from './sign-in-limit'
import { noteNobody, noteSignIn } from './sign-ins'

export const OPERATOR_ROLES = ['admin', 'support'] as const
/** `support` reads, and looks at customers' pages; whatever moves money or rights is an `admin`'s (G85). */
export type OperatorRole = (typeof OPERATOR_ROLES)[number]

export type Operator = { id: OperatorId; email: string; role: OperatorRole }

/** Who has shown a part of who they are; `sessionVersion` makes that worth nothing when it no longer is the one in the database. */
export type ShownOperator = Operator & { sessionVersion: number }

/** Wall time for which a link is good. */
export const OPERATOR_LINK_MINUTES = 10

export type OperatorLink = { operatorId: OperatorId; email: string; token: string; expiresAt: Instant }

export type OperatorRefusal = { code: 'operator_exists' } | { code: 'not_found' } | { code: 'last_admin' } | { code: 'oneself' }

/**
 * Makes an operator and the link by which they choose a password. Somebody who was asked before and never came gets another
 * link, and the earlier one closes; somebody who was removed comes back, in the role that is named now.
 *
 * @param invitedBy Who asked them: an operator's address, or the command line.
 */
export async function inviteOperator(wanted: { email: string; role: OperatorRole; invitedBy: string }): Promise<Result<OperatorLink, OperatorRefusal>> {
  const email = wanted.email.trim().toLowerCase()
  return inEngine(async (tx) => {
    const [found] = await tx.select().from(operators).where(eq(operators.email, email)).for('update')
    if (found?.passwordHash && !found.removedAt) return refuse({ code: 'operator_exists' })
    // Two who ask the same person at once make one operator, and the later link.
    const facts = { email, role: wanted.role, invitedBy: wanted.invitedBy, passwordHash: null, removedAt: null }
    const [made] = await tx
      .insert(operators)
      .values({ id: newId('op'), ...facts })
      .onConflictDoUpdate({ target: operators.email, set: facts })
      .returning({ id: operators.id })
    if (!made) throw new Error('an operator was not kept')
    return ok(await openLink(tx, { id: made.id, email }))
  })
}

/** Another link for somebody who has forgotten their password; it works until one is used, and so does the password they have. */
export async function linkOperator(email: string): Promise<Result<OperatorLink, OperatorRefusal>> {
  return inEngine(async (tx) => {
    const [found] = await tx.select().from(operators).where(present(email)).for('update')
    return found ? ok(await openLink(tx, found)) : refuse({ code: 'not_found' })
  })
}

const present = (email: string) => and(eq(operators.email, email.trim().toLowerCase()), isNull(operators.removedAt))

async function openLink(tx: Transaction, { id, email }: Pick<Operator, 'id' | 'email'>): Promise<OperatorLink> {
  const token = newInvitationToken()
  const expiresAt = addMinutes(systemClock.now(), OPERATOR_LINK_MINUTES)
  await closeLinks(tx, id)
  await tx.insert(operatorLinks).values({ tokenHash: hashInvitationToken(token), operatorId: id, expiresAt })
  return { operatorId: id, email, token, expiresAt }
}

async function closeLinks(tx: Transaction, id: OperatorId): Promise<void> {
  await tx
    .update(operatorLinks)
    .set({ usedAt: systemClock.now() })
    .where(and(eq(operatorLinks.operatorId, id), isNull(operatorLinks.usedAt)))
}

/** Whom a link is for, while it is good; opening it uses nothing up. */
export async function findOperatorLink(token: string): Promise<{ email: string } | null> {
  const [found] = await inEngine((tx) =>
    tx.select({ email: operators.email }).from(operatorLinks).innerJoin(operators, eq(operators.id, operatorLinks.operatorId)).where(openLinkOf(token)),
  )
  return found ?? null
}

const openLinkOf = (token: string) =>
  and(
    eq(operatorLinks.tokenHash, hashInvitationToken(token)),
    isNull(operatorLinks.usedAt),
    gt(operatorLinks.expiresAt, systemClock.now()),
    sql`exists (select from operators o where o.id = ${operatorLinks.operatorId} and o.removed_at is null)`,
  )

/** Sets the password that was chosen, once per link, and ends every session that this operator had. */
export async function openDeskBy({
  token,
  password,
}: {
  token: string
  password: string
}): Promise<Result<ShownOperator, { code: 'link_closed' } | CommonPassword>> {
  const link = await findOperatorLink(token)
  if (!link) return refuse({ code: 'link_closed' }) // No slow hash for whoever guesses links.
  if (isCommonPassword(password, [link.email])) return refuse({ code: 'common_password' })
  const passwordHash = await hashPassword(password)
  return inEngine(async (tx) => {
    const [used] = await tx.update(operatorLinks).set({ usedAt: systemClock.now() }).where(openLinkOf(token)).returning()
    if (!used) return refuse({ code: 'link_closed' })
    await closeLinks(tx, used.operatorId)
    const sessionVersion = await endOperatorSessions(tx, used.operatorId)
    const [operator] = await tx
      .update(operators)
      .set({ passwordHash })
      .where(eq(operators.id, used.operatorId))
      .returning({ id: operators.id, email: operators.email, role: operators.role })
    if (!operator) throw new Error('a link lost its operator')
    return ok({ ...operator, sessionVersion })
  })
}

/** As for customers: unknown addresses and wrong passwords get the same answer after the same time, under the same limit. */
export async function checkOperatorSignIn(given: { email: string; password: string } & KnownBrowser): Promise<Result<ShownOperator, SignInRefusal>> {
  const attempt = { email: given.email.trim().toLowerCase(), address: given.address }
  const retryAt = await takeTry(attempt, OPERATOR_SIGN_INS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const [row] = await inEngine((tx) => tx.select().from(operators).where(present(attempt.email)))
  const matches = given.password.length <= PASSWORD_MAX && (await verifyPassword(row?.passwordHash ?? null, given.password))
  if (!row || !matches) {
    const note = { way: 'password', address: given.address, agent: given.agent } as const
    await (row ? noteSignIn({ kind: 'operator', id: row.id }, { ...note, outcome: 'refused' }) : noteNobody(note))
    return refuse({ code: 'invalid_credentials' })
  }
  await forgiveSignInTry(attempt, OPERATOR_SIGN_INS)
  return ok({ id: row.id, email: row.email, role: row.role, sessionVersion: row.sessionVersion })
}

const COMMAND_LINE = 'command line'

async function addressOf(tx: Transaction, by: OperatorId | null): Promise<string> {
  const [found] = by ? await tx.select({ email: operators.email }).from(operators).where(eq(operators.id, by)) : []
  return found?.email ?? COMMAND_LINE
}

async function noteTakenOff(tx: Transaction, operatorId: OperatorId, actor: string): Promise<void> {
  await tx.insert(operatorChanges).values({ id: newId('aud'), operatorId, at: systemClock.now(), actor, action: 'second_step.turned_off' })
}

/** For one who has lost phone and recovery codes: from the command line, by whoever has the server. Ends their sessions. */
export async function forgetOperatorCode(email: string): Promise<Result<null, { code: 'not_found' } | { code: 'no_second_step' }>> {
  return inEngine(async (tx) => {
    const [found] = await tx.select({ id: operators.id }).from(operators).where(present(email)).for('update')
    if (!found) return refuse({ code: 'not_found' })
    if (!(await takeOffSecondFactor(tx, { kind: 'operator', id: found.id }))) return refuse({ code: 'no_second_step' })
    await noteTakenOff(tx, found.id, COMMAND_LINE)
    await endOperatorSessions(tx, found.id)
    return ok(null)
  })
}

export type OperatorRow = Operator & { invitedBy: string; createdAt: Instant; lastSeenAt: Instant | null; hasPassword: boolean }

/** Those who get in, or may; a company has few. */
export async function listOperators(tx: Transaction): Promise<OperatorRow[]> {
  return tx
    .select({
      id: operators.id,
      email: operators.email,
      role: operators.role,
      invitedBy: operators.invitedBy,
      createdAt: operators.createdAt,
      lastSeenAt: operators.lastSeenAt,
      hasPassword: sql<boolean>`${operators.passwordHash} is not null`,
    })
    .from(operators)
    .where(isNull(operators.removedAt))
    .orderBy(asc(operators.email))
}

/** Ends their sessions at once. Nobody removes themselves or the last admin who can sign in, or the desk would be shut for good. */
export async function removeOperator(id: OperatorId, by: OperatorId | null): Promise<Result<null, OperatorRefusal>> {
  return changeOperator(id, by, async (tx) => {
    await closeLinks(tx, id)
    // Whoever is asked back begins afresh, and reads that it was so.
    if (await takeOffSecondFactor(tx, { kind: 'operator', id })) await noteTakenOff(tx, id, await addressOf(tx, by))
    await tx.update(operators).set({ removedAt: systemClock.now(), passwordHash: null }).where(eq(operators.id, id))
  })
}

export async function changeOperatorRole(id: OperatorId, role: OperatorRole, by: OperatorId | null): Promise<Result<null, OperatorRefusal>> {
  return changeOperator(id, role === 'admin' ? null : by, (tx) => tx.update(operators).set({ role }).where(eq(operators.id, id)), role === 'admin')
}

async function changeOperator(
  id: OperatorId,
  by: OperatorId | null,
  change: (tx: Transaction) => Promise<unknown>,
  staysAdmin = false,
): Promise<Result<null, OperatorRefusal>> {
  if (id === by) return refuse({ code: 'oneself' })
  return inEngine(async (tx) => {
    // Every admin's row, so that two who remove each other at once come one after the other.
    const admins = await tx
      .select({ id: operators.id })
      .from(operators)
      .where(and(eq(operators.role, 'admin'), isNull(operators.removedAt), isNotNull(operators.passwordHash)))
      .orderBy(asc(operators.id))
      .for('update')
    const [found] = await tx
      .select({ id: operators.id })
      .from(operators)
      .where(and(eq(operators.id, id), isNull(operators.removedAt)))
      .for('update')
    if (!found) return refuse({ code: 'not_found' })
    if (!staysAdmin && admins.length === 1 && admins[0]?.id === id) return refuse({ code: 'last_admin' })
    await change(tx)
    if (!staysAdmin) await endOperatorSessions(tx, id)
    return ok(null)
  })
}
