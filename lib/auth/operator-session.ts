import { and, desc, eq, gt, inArray, isNull, ne, not, type SQL, sql } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { operatorSessions, operators, operatorVisits } from '../../db/schema'
import type { OperatorId } from '../ids'
import { addMinutes, type Instant, systemClock } from '../time'
import { AGENT_LENGTH, type Browser } from './browser-name'
import { hashOperatorToken, newOperatorToken, OPERATOR_IDLE_MINUTES, OPERATOR_SESSION_HOURS } from './operator-token'
import type { Operator, ShownOperator } from './operators'
import { readSecondFactor } from './second-factor'
import type { SessionRow } from './sessions'

const MINUTES_AN_HOUR = 60
/** Not a write for every page: once a minute is as good. */
const NOTED_EVERY_SECONDS = 60

export type PresentOperator = Operator & { sessionHash: string }

/**
 * Decided under the operator's row, so that a sign-in which is under way when their sessions end, for another password or a second step
 * that is turned on, does not outlive that.
 *
 * @returns What the cookie is to hold; null where a code has to be asked for, their sessions were ended since they were read, or they
 * were removed.
 */
export async function openOperatorSession(
  operator: Pick<ShownOperator, 'id' | 'sessionVersion'>,
  { passedCode }: { passedCode: boolean },
  browser: Browser = { address: '', agent: '' },
): Promise<string | null> {
  const token = newOperatorToken()
  const now = systemClock.now()
  return inEngine(async (tx) => {
    if (!(await holdAsShown(tx, operator))) return null
    if (!passedCode && (await readSecondFactor(tx, { kind: 'operator', id: operator.id }))) return null
    const from = { address: browser.address, agent: browser.agent.slice(0, AGENT_LENGTH) }
    await tx.insert(operatorSessions).values({ tokenHash: hashOperatorToken(token), operatorId: operator.id, createdAt: now, lastSeenAt: now, ...from })
    await tx.update(operators).set({ lastSeenAt: now }).where(eq(operators.id, operator.id))
    return token
  })
}

async function holdAsShown(tx: Transaction, { id, sessionVersion }: Pick<ShownOperator, 'id' | 'sessionVersion'>): Promise<boolean> {
  const held = await tx
    .select({ id: operators.id })
    .from(operators)
    .where(and(eq(operators.id, id), eq(operators.sessionVersion, sessionVersion), isNull(operators.removedAt)))
    .for('update')
  return held.length === 1
}

/** Time to find the phone. */
export const OPERATOR_SECOND_STEP_MINUTES = 10

/**
 * The password was right, and the code is asked for: it sits at no desk.
 *
 * @returns What a cookie of its own is to hold; null where their sessions were ended since the password was read.
 */
export async function openOperatorFirstStep(operator: Pick<ShownOperator, 'id' | 'sessionVersion'>): Promise<string | null> {
  const token = newOperatorToken()
  const now = systemClock.now()
  return inEngine(async (tx) => {
    if (!(await holdAsShown(tx, operator))) return null
    const facts = { operatorId: operator.id, createdAt: now, lastSeenAt: now, awaitsCode: true }
    await tx.insert(operatorSessions).values({ tokenHash: hashOperatorToken(token), ...facts })
    return token
  })
}

/** Whose code is waited for; null where it took too long, or their sessions were ended meanwhile. */
export async function readOperatorFirstStep(token: string): Promise<ShownOperator | null> {
  const since = addMinutes(systemClock.now(), -OPERATOR_SECOND_STEP_MINUTES)
  const [found] = await inEngine((tx) =>
    tx
      .select({ id: operators.id, email: operators.email, role: operators.role, sessionVersion: operators.sessionVersion })
      .from(operatorSessions)
      .innerJoin(operators, eq(operators.id, operatorSessions.operatorId))
      .where(and(isLive(hashOperatorToken(token)), operatorSessions.awaitsCode, gt(operatorSessions.createdAt, since))),
  )
  return found ?? null
}

const isLive = (tokenHash: string) => and(eq(operatorSessions.tokenHash, tokenHash), isNull(operatorSessions.endedAt), isNull(operators.removedAt))

/** A session, and neither idle nor old. */
const isSatIn = (now: Instant) =>
  and(
    not(operatorSessions.awaitsCode),
    isNull(operatorSessions.endedAt),
    gt(operatorSessions.lastSeenAt, addMinutes(now, -OPERATOR_IDLE_MINUTES)),
    gt(operatorSessions.createdAt, addMinutes(now, -OPERATOR_SESSION_HOURS * MINUTES_AN_HOUR)),
  )

/** Where an operator sits at the desk, the one used last first. `id` is the hash of what the browser holds, and opens nothing. */
export async function listOperatorSessions(operatorId: OperatorId): Promise<SessionRow[]> {
  const { tokenHash: id, createdAt: begunAt, lastSeenAt: seenAt, address, agent } = operatorSessions
  return inEngine((tx) =>
    tx
      .select({ id, begunAt, seenAt, address, agent })
      .from(operatorSessions)
      .where(and(eq(operatorSessions.operatorId, operatorId), isSatIn(systemClock.now())))
      .orderBy(desc(seenAt), desc(id)),
  )
}

/** Null where the session has ended, nobody has used it for too long, or its operator was removed. Being asked keeps it alive. */
export async function readOperatorSession(token: string): Promise<PresentOperator | null> {
  const now = systemClock.now()
  const tokenHash = hashOperatorToken(token)
  return inEngine(async (tx) => {
    const [found] = await tx
      .select({ id: operators.id, email: operators.email, role: operators.role, lastSeenAt: operatorSessions.lastSeenAt })
      .from(operatorSessions)
      .innerJoin(operators, eq(operators.id, operatorSessions.operatorId))
      .where(and(isLive(tokenHash), isSatIn(now)))
    if (!found) return null
    const { lastSeenAt, ...operator } = found
    if (now.since(lastSeenAt).total('seconds') > NOTED_EVERY_SECONDS) await noteSeen(tx, tokenHash, operator.id)
    return { ...operator, sessionHash: tokenHash }
  })
}

async function noteSeen(tx: Transaction, tokenHash: string, operatorId: OperatorId): Promise<void> {
  const lastSeenAt = systemClock.now()
  await tx.update(operatorSessions).set({ lastSeenAt }).where(eq(operatorSessions.tokenHash, tokenHash))
  await tx.update(operators).set({ lastSeenAt }).where(eq(operators.id, operatorId))
}

/** And every visit that was begun in it. @returns Whether it lived until now: of two who end one, one does. */
export async function endOperatorSession(token: string): Promise<boolean> {
  return inEngine(async (tx) => (await endWhere(tx, eq(operatorSessions.tokenHash, hashOperatorToken(token)))) === 1)
}

/** One of theirs, by the id that a list of them names. */
export async function endOperatorSessionByHash(operatorId: OperatorId, tokenHash: string): Promise<boolean> {
  const isTheirs = and(eq(operatorSessions.operatorId, operatorId), eq(operatorSessions.tokenHash, tokenHash))
  return inEngine(async (tx) => (await endWhere(tx, isTheirs)) === 1)
}

/** All of theirs but one; first steps too, which nobody goes on with from here. */
export async function endOtherOperatorSessions(operatorId: OperatorId, presentHash: string): Promise<void> {
  await inEngine((tx) => endWhere(tx, and(eq(operatorSessions.operatorId, operatorId), ne(operatorSessions.tokenHash, presentHash))))
}

async function endWhere(tx: Transaction, which: SQL | undefined): Promise<number> {
  const endedAt = systemClock.now()
  const ended = await tx
    .update(operatorSessions)
    .set({ endedAt })
    .where(and(which, isNull(operatorSessions.endedAt)))
    .returning({ hash: operatorSessions.tokenHash })
  const hashes = ended.map(({ hash }) => hash)
  await tx
    .update(operatorVisits)
    .set({ endedAt })
    .where(and(inArray(operatorVisits.sessionHash, hashes), isNull(operatorVisits.endedAt)))
  return ended.length
}

const KEPT_DAYS = 30
/** The database lets none go before. */
const SIGN_INS_KEPT_DAYS = 90

/** Sessions, visits and links that ended long ago, customers' too; what was done in them stands in customers' activity. How many went. */
export async function forgetOldSessions(tx: Transaction): Promise<number> {
  const old = sql`now() - make_interval(days => ${KEPT_DAYS})`
  await tx.execute(sql`DELETE FROM operator_visits v USING operator_sessions s WHERE s.token_hash = v.session_hash AND s.last_seen_at < ${old}`)
  await tx.execute(sql`DELETE FROM operator_links WHERE expires_at < ${old}`)
  await tx.execute(sql`DELETE FROM ended_sessions WHERE forgotten_at < now()`)
  await tx.execute(sql`DELETE FROM spent_challenges WHERE forgotten_at < now()`)
  // Longer than its cookie could be sealed anew, so that none comes back as if it had just begun.
  await tx.execute(sql`DELETE FROM sessions WHERE seen_at < now() - make_interval(days => ${2 * KEPT_DAYS})`)
  await tx.execute(sql`DELETE FROM sign_ins WHERE last_at < now() - make_interval(days => ${SIGN_INS_KEPT_DAYS})`)
  await tx.execute(sql`DELETE FROM passkeys WHERE removed_at < ${old}`)
  const gone = await tx.execute(sql`DELETE FROM operator_sessions WHERE last_seen_at < ${old}`)
  return gone.rowCount ?? 0
}
