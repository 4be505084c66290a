import { and, desc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { unionAll } from 'drizzle-orm/pg-core'
import type { Transaction } from '../../db/client'
import { members, signIns, users } from '../../db/schema'
import { holdNamed } from '../billing/commands/store/members'
import { newId, type OrganizationId, type SignInId } from '../ids'
import { theLog } from '../observe/log'
import { type Instant, systemClock, Temporal } from '../time'
import { asHolder } from './as-holder'
import { AGENT_LENGTH, type Browser, readBrowser } from './browser-name'
import type { HolderId } from './holder'

/** By what somebody comes in. `code`: of the second step, from the phone or a recovery code. */
export type SignInWay = (typeof signIns.$inferSelect)['way']

export type SignInOutcome = (typeof signIns.$inferSelect)['outcome']

/** `agent` is left out by who knows of no browser. */
export type SignInNote = { way: SignInWay; outcome: SignInOutcome; address: string; agent?: string | undefined }

/** What comes again within it, in the same way and from the same place, is counted where it stands. */
const COUNTED_HOURS = 1
const HOURS_A_DAY = 24
/** Of one outcome. Beyond it nothing is said of where: somebody who guesses from a thousand addresses fills no disk. */
export const SIGN_INS_A_DAY = 100

const ofHolder = ({ kind, id }: HolderId) => (kind === 'person' ? eq(signIns.userId, id) : eq(signIns.operatorId, id))

/**
 * Writes down that somebody came in, or that somebody did not by what was shown in their name. Of whom was erased meanwhile, nothing. What cannot be
 * written stands in the log: whoever has shown who they are comes in all the same, for what they have shown may be good only once.
 */
export async function noteSignIn(holder: HolderId, note: SignInNote): Promise<void> {
  try {
    await asHolder(holder, (tx) => keep(tx, holder, note))
  } catch (err) {
    const { way, outcome, address } = note
    theLog().error({ err, [holder.kind]: holder.id, way, outcome, address }, 'a sign-in could not be written down')
  }
}

/** A try under a name that nobody has: it stands in the log, and takes as long as one of somebody's. */
export async function noteNobody(note: Omit<SignInNote, 'outcome'>): Promise<void> {
  theLog().warn({ way: note.way, address: note.address }, 'a sign-in of nobody was refused')
  const nobody: HolderId = { kind: 'person', id: newId('user') }
  await asHolder(nobody, async (tx) => {
    await keep(tx, nobody, { ...note, outcome: 'refused' })
    await tx.execute(sql`SELECT pg_logical_emit_message(true, 'headroom', 'a sign-in of nobody')`) // A commit that is waited for.
  })
}

/** One at a time for each person, so that of several at once the first is written and the others are counted. */
async function keep(tx: Transaction, holder: HolderId, { way, outcome, address, agent = '' }: SignInNote): Promise<void> {
  const isThere = holder.kind === 'operator' || (await holdNamed(tx, holder.id))
  await tx.execute(sql`SELECT pg_advisory_xact_lock(hashtextextended(${`sign-ins of ${holder.id}`}, 0))`)
  const now = systemClock.now()
  const ofOutcome = and(ofHolder(holder), eq(signIns.outcome, outcome))
  const aDay = await tx.$count(signIns, and(ofOutcome, gt(signIns.lastAt, now.subtract({ hours: HOURS_A_DAY }))))
  const from = aDay < SIGN_INS_A_DAY ? { address, agent: agent.slice(0, AGENT_LENGTH) } : { address: '', agent: '' }
  // Who guesses may call their browser what they like: by that alone they write no row more.
  const isSameBrowser = outcome === 'refused' ? undefined : eq(signIns.agent, from.agent)
  const isSame = and(ofOutcome, eq(signIns.way, way), eq(signIns.address, from.address), isSameBrowser)
  const counted = await tx
    .update(signIns)
    .set({ times: sql`${signIns.times} + 1`, lastAt: sql`greatest(${signIns.lastAt}, ${now.toString()}::timestamptz)` }) // Clocks of servers differ.
    .where(and(isSame, gt(signIns.at, now.subtract({ hours: COUNTED_HOURS }))))
  if (counted.rowCount || !isThere) return
  const whose = holder.kind === 'person' ? { userId: holder.id } : { operatorId: holder.id }
  await tx.insert(signIns).values({ id: newId('sgn'), ...whose, way, outcome, at: now, lastAt: now, ...from })
}

/** Of each outcome, newest first: tries that fail push nothing out of sight that did not. */
export const SIGN_INS_SHOWN = 10

export type SignInRow = Browser & { id: SignInId; way: SignInWay; outcome: SignInOutcome; at: Instant; lastAt: Instant; times: number }

const { id, way, outcome, at, lastAt, times, address, agent } = signIns
const shown = { id, way, outcome, at, lastAt, times, address, agent }

const OUTCOMES = signIns.outcome.enumValues
const latest = [desc(lastAt), desc(id)]

function newestFirst<Row extends SignInRow>(rows: Row[]): Row[] {
  return rows.sort((one, other) => Temporal.Instant.compare(other.lastAt, one.lastAt))
}

/** How somebody came in of late, and who tried to in their name. */
export function listSignIns(holder: HolderId): Promise<SignInRow[]> {
  return asHolder(holder, async (tx) => {
    const of = (which: SignInOutcome) =>
      tx
        .select(shown)
        .from(signIns)
        .where(and(ofHolder(holder), eq(outcome, which)))
        .orderBy(...latest)
        .limit(SIGN_INS_SHOWN)
    return newestFirst(await unionAll(of(OUTCOMES[0]), of(OUTCOMES[1]), of(OUTCOMES[2])))
  })
}

/** The same of an organization's members, for its operator; only as the engine, which sees more than one person's. */
export async function listMembersSignIns(tx: Transaction, organizationId: OrganizationId): Promise<(SignInRow & { email: string })[]> {
  const people = tx
    .select({ id: members.userId })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), isNotNull(members.joinedAt), isNull(members.removedAt)))
  const of = (which: SignInOutcome) =>
    tx
      .select({ ...shown, email: users.email })
      .from(signIns)
      .innerJoin(users, eq(users.id, signIns.userId))
      .where(and(inArray(signIns.userId, people), eq(outcome, which)))
      .orderBy(...latest)
      .limit(SIGN_INS_SHOWN)
  return newestFirst(await unionAll(of(OUTCOMES[0]), of(OUTCOMES[1]), of(OUTCOMES[2])))
}

/** `email`: of whom it was, in a list of more than one person's. */
export type SignInView = Omit<SignInRow, 'agent' | 'at' | 'lastAt'> & {
  browser: string | null
  system: string | null
  at: string
  lastAt: string
  email?: string
}

/** As a page gets it, which takes no instants. */
export function showSignIn({ agent: said, at: first, lastAt: last, ...row }: SignInRow & { email?: string }): SignInView {
  return { ...row, ...readBrowser(said), at: first.toString(), lastAt: last.toString() }
}
