import { and, desc, eq, gt, inArray, isNotNull, isNull, sql } from 'drizzle-orm'
import { inWeb, type Transaction } from '../../db/client'
import { members, signIns, users } from '../../db/schema'
import { holdNamed } from '../billing/commands/store/members'
import { newId, type OrganizationId, type SignInId } from '../ids'
import { theLog } from '../observe/log'
import { type Instant, systemClock } from '../time'
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

/** Writes down that somebody came in, or that somebody did not by what was shown in their name. Of whom was erased meanwhile, nothing. */
export async function noteSignIn(holder: HolderId, { way, outcome, address, agent = '' }: SignInNote): Promise<void> {
  await asHolder(holder, async (tx) => {
    if (holder.kind === 'person' && !(await holdNamed(tx, holder.id))) return
    const now = systemClock.now()
    const ofOutcome = and(ofHolder(holder), eq(signIns.outcome, outcome))
    const aDay = await tx.$count(signIns, and(ofOutcome, gt(signIns.lastAt, now.subtract({ hours: HOURS_A_DAY }))))
    const from = aDay < SIGN_INS_A_DAY ? { address, agent: agent.slice(0, AGENT_LENGTH) } : { address: '', agent: '' }
    const isSame = and(ofOutcome, eq(signIns.way, way), eq(signIns.address, from.address), eq(signIns.agent, from.agent))
    const counted = await tx
      .update(signIns)
      .set({ times: sql`${signIns.times} + 1`, lastAt: now })
      .where(and(isSame, gt(signIns.at, now.subtract({ hours: COUNTED_HOURS }))))
    if (counted.rowCount) return
    const whose = holder.kind === 'person' ? { userId: holder.id } : { operatorId: holder.id }
    await tx.insert(signIns).values({ id: newId('sgn'), ...whose, way, outcome, at: now, lastAt: now, ...from })
  })
}

/** A try under a name that nobody has: it stands in the log, and takes as long as one of somebody's. */
export async function noteNobody({ way, address }: Pick<SignInNote, 'way' | 'address'>): Promise<void> {
  theLog().warn({ way, address }, 'a sign-in of nobody was refused')
  await inWeb({}, (tx) => tx.execute(sql`SELECT pg_logical_emit_message(true, 'headroom', 'a sign-in of nobody')`)) // A commit that is waited for.
}

/** Newest first. */
export const SIGN_INS_SHOWN = 20

export type SignInRow = Browser & { id: SignInId; way: SignInWay; outcome: SignInOutcome; at: Instant; lastAt: Instant; times: number }

const { id, way, outcome, at, lastAt, times, address, agent } = signIns
const shown = { id, way, outcome, at, lastAt, times, address, agent }

/** How somebody came in of late, and who tried to in their name. */
export function listSignIns(holder: HolderId): Promise<SignInRow[]> {
  return asHolder(holder, (tx) => tx.select(shown).from(signIns).where(ofHolder(holder)).orderBy(desc(lastAt), desc(id)).limit(SIGN_INS_SHOWN))
}

/** The same of an organization's members, for its operator; only as the engine, which sees more than one person's. */
export function listMembersSignIns(tx: Transaction, organizationId: OrganizationId): Promise<(SignInRow & { email: string })[]> {
  const people = tx
    .select({ id: members.userId })
    .from(members)
    .where(and(eq(members.organizationId, organizationId), isNotNull(members.joinedAt), isNull(members.removedAt)))
  return tx
    .select({ ...shown, email: users.email })
    .from(signIns)
    .innerJoin(users, eq(users.id, signIns.userId))
    .where(inArray(signIns.userId, people))
    .orderBy(desc(lastAt), desc(id))
    .limit(SIGN_INS_SHOWN)
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
