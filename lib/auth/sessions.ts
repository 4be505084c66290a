import { and, desc, eq, gt, lt, notExists, sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { endedSessions, sessions, users } from '../../db/schema'
import { holdNamed } from '../billing/commands/store/members'
import type { UserId } from '../ids'
import { type Instant, systemClock } from '../time'
import { AGENT_LENGTH, type Browser, readBrowser } from './browser-name'
import { SESSION_IDLE_DAYS, SESSION_SECONDS, type SessionClaim } from './session-cookie'

const HOURS_A_DAY = 24

/** Before then nothing was used that is still good. */
export const idleLimit = (): Instant => systemClock.now().subtract({ hours: SESSION_IDLE_DAYS * HOURS_A_DAY })

/** Neither left alone for too long nor too old, whatever its cookie says: next-auth's own routes seal a cookie anew. */
export const isInUse = () => and(gt(sessions.seenAt, idleLimit()), gt(sessions.begunAt, systemClock.now().subtract({ seconds: SESSION_SECONDS })))

/** Not a write for every page. */
const NOTED_EVERY_MINUTES = 10

/** Keeps that a session is used, and from where. Its caller has made sure that it is good. */
export async function noteSession({ userId, session, sessionVersion, sealedAt }: SessionClaim, { address, agent }: Browser): Promise<void> {
  const seen = { seenAt: systemClock.now(), address, agent: agent.slice(0, AGENT_LENGTH) }
  await inWeb({ userId }, async (tx) => {
    if (!(await holdNamed(tx, userId))) return
    await tx
      .insert(sessions)
      .values({ userId, session, sessionVersion, begunAt: sealedAt, ...seen })
      .onConflictDoUpdate({
        target: [sessions.userId, sessions.session],
        set: agent === '' ? { seenAt: seen.seenAt } : seen, // A program says nothing of itself, and the browser has.
        setWhere: lt(sessions.seenAt, seen.seenAt.subtract({ minutes: NOTED_EVERY_MINUTES })),
      })
  })
}

/** Whether `noteSession` would write nothing, by when it was seen last; null: never. */
export function isNoted(seenAt: Instant | null): boolean {
  return seenAt !== null && systemClock.now().since(seenAt).total('minutes') < NOTED_EVERY_MINUTES
}

export type SessionRow = Browser & { id: string; begunAt: Instant; seenAt: Instant }

/** Where a person is signed in, the one used last first. One that was begun and never used is not known here. */
export function listSessions(userId: UserId): Promise<SessionRow[]> {
  return inWeb({ userId }, (tx) => {
    const isEnded = tx
      .select({ session: endedSessions.session })
      .from(endedSessions)
      .where(and(eq(endedSessions.userId, sessions.userId), eq(endedSessions.session, sessions.session)))
    return tx
      .select({ id: sessions.session, begunAt: sessions.begunAt, seenAt: sessions.seenAt, address: sessions.address, agent: sessions.agent })
      .from(sessions)
      .innerJoin(users, and(eq(users.id, sessions.userId), sql`${users.sessionVersion} = ${sessions.sessionVersion}`))
      .where(and(eq(sessions.userId, userId), isInUse(), notExists(isEnded)))
      .orderBy(desc(sessions.seenAt), desc(sessions.session))
  })
}

export type SessionView = { id: string; browser: string | null; system: string | null; address: string; begunAt: string; seenAt: string; isPresent: boolean }

/** As a page gets it, which takes no instants. `present`: which one it is drawn for. */
export function showSession({ agent, begunAt, seenAt, ...session }: SessionRow, present: string | null): SessionView {
  return { ...session, ...readBrowser(agent), begunAt: begunAt.toString(), seenAt: seenAt.toString(), isPresent: session.id === present }
}
