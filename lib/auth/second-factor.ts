import { and, eq, isNotNull, lt, sql } from 'drizzle-orm'
import { inEngine, inWeb, type Transaction } from '../../db/client'
import { secondFactors, users } from '../../db/schema'
import type { UserId } from '../ids'
import { openSecret, sealSecret } from '../platform/sealed-secret'
import { ok, type Result, refuse } from '../result'
import { type Instant, systemClock } from '../time'
import { endOperatorSessions } from './end-operator-sessions'
import type { Holder, HolderId } from './holder'
import { hashRecoveryCode, newRecoveryCodes, newSecret, readDigits, stepOfCode } from './one-time-code'
import { type HolderChange, noteChange } from './second-factor-changes'
import { forgiveSignInTry, SECOND_STEPS, takeTry } from './sign-in-limit'

export type CodeRefusal = { code: 'wrong_code' } | { code: 'rate_limited'; retryAt: Instant }

/** People as pages see them, each themselves alone; operators as the desk does. */
export function asHolder<Value>(holder: HolderId, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return holder.kind === 'person' ? inWeb({ userId: holder.id }, work) : inEngine(work)
}

const ofHolder = ({ kind, id }: HolderId) => (kind === 'person' ? eq(secondFactors.userId, id) : eq(secondFactors.operatorId, id))
const isOn = isNotNull(secondFactors.sealedSecret)

/** How many recovery codes are left; null where signing in takes no second step. */
export function findSecondFactor(holder: HolderId): Promise<{ recoveryCodes: number } | null> {
  return asHolder(holder, (tx) => readSecondFactor(tx, holder))
}

/** The same in a transaction that does more. */
export async function readSecondFactor(tx: Transaction, holder: HolderId): Promise<{ recoveryCodes: number } | null> {
  const [found] = await tx
    .select({ hashes: secondFactors.recoveryHashes })
    .from(secondFactors)
    .where(and(ofHolder(holder), isOn))
  return found ? { recoveryCodes: found.hashes.length } : null
}

/** Each secret opens for its holder alone, wherever its row may get to. */
const purposeOf = ({ kind, id }: Holder) => `second step of ${kind} ${id}`

/** A secret to scan. Nothing is kept until a code proves that it was; `sealed` comes back with that code. */
export function offerSecondFactor(holder: Holder): { secret: string; sealed: string } {
  const secret = newSecret()
  return { secret, sealed: sealSecret(secret, purposeOf(holder)) }
}

function openOffered(holder: Holder, sealed: string): string | null {
  try {
    return openSecret(sealed, purposeOf(holder))
  } catch {
    return null // Changed, or offered to somebody else.
  }
}

/** `offer_closed`: the secret is not the one that was offered to them. */
export type TurnOnRefusal = CodeRefusal | { code: 'offer_closed' } | { code: 'already_on' }

/** `sessionVersion`: of the sessions that count from now on; null for an operator, whose sessions are rows. */
export type TurnedOn = { recoveryCodes: string[]; sessionVersion: number | null }

/**
 * Turns it on, once a code shows that the phone has the secret. Every session ends that was begun without it.
 *
 * @returns The recovery codes, which are shown this once.
 */
export async function turnOnSecondFactor(
  holder: Holder,
  { sealed, code, address }: { sealed: string; code: string; address: string },
): Promise<Result<TurnedOn, TurnOnRefusal>> {
  const retryAt = await takeTry({ email: nameOf(holder), address }, SECOND_STEPS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const secret = openOffered(holder, sealed)
  if (secret === null) return refuse({ code: 'offer_closed' })
  const at = systemClock.now()
  const step = stepOfCode(secret, readDigits(code) ?? '', at)
  if (step === null) return refuse({ code: 'wrong_code' })

  const recoveryCodes = newRecoveryCodes()
  const facts = { sealedSecret: sealed, lastStep: step, recoveryHashes: recoveryCodes.map(hashRecoveryCode), confirmedAt: at }
  const sessionVersion = await asHolder(holder, async (tx) => {
    const kept = await tx
      .insert(secondFactors)
      .values({ ...keyOf(holder), ...facts })
      .onConflictDoUpdate({ target: targetOf(holder), set: facts, setWhere: sql`${secondFactors.sealedSecret} is null` })
      .returning({ at: secondFactors.confirmedAt })
    if (kept.length === 0) return undefined
    await noteChange(tx, holder, 'turned_on')
    return endSessionsOf(tx, holder)
  })
  if (sessionVersion === undefined) return refuse({ code: 'already_on' })
  await forgiveSignInTry({ email: nameOf(holder), address }, SECOND_STEPS)
  return ok({ recoveryCodes, sessionVersion })
}

async function endSessionsOf(tx: Transaction, holder: Holder): Promise<number | null> {
  if (holder.kind === 'operator') {
    await endOperatorSessions(tx, holder.id)
    return null
  }
  return endPersonsSessions(tx, holder.id)
}

/** @returns Of the sessions that count from now on. */
export async function endPersonsSessions(tx: Transaction, id: UserId): Promise<number> {
  const [raised] = await tx
    .update(users)
    .set({ sessionVersion: sql`${users.sessionVersion} + 1` })
    .where(eq(users.id, id))
    .returning({ sessionVersion: users.sessionVersion })
  if (!raised) throw new Error('a second step lost its person')
  return raised.sessionVersion
}

const keyOf = (holder: Holder) => (holder.kind === 'person' ? { userId: holder.id } : { operatorId: holder.id })
const targetOf = ({ kind }: Holder) => (kind === 'person' ? secondFactors.userId : secondFactors.operatorId)

/** Counted by who it is and not by how they wrote their address. */
const nameOf = ({ id }: Holder) => id

/**
 * Takes a code from the phone, or a recovery code, each once: of two who come with one at the same time, one gets in. Tries are
 * limited as passwords are, because a million codes are few.
 */
export async function passSecondStep(holder: Holder, { code, address }: { code: string; address: string }): Promise<Result<null, CodeRefusal>> {
  const attempt = { email: nameOf(holder), address }
  const retryAt = await takeTry(attempt, SECOND_STEPS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const digits = readDigits(code)
  const isTaken = await asHolder(holder, (tx) => (digits === null ? takeRecoveryCode(tx, holder, code) : takeCode(tx, holder, digits)))
  if (!isTaken) return refuse({ code: 'wrong_code' })
  await forgiveSignInTry(attempt, SECOND_STEPS)
  return ok(null)
}

async function takeCode(tx: Transaction, holder: Holder, digits: string): Promise<boolean> {
  const [found] = await tx
    .select({ sealedSecret: secondFactors.sealedSecret })
    .from(secondFactors)
    .where(and(ofHolder(holder), isOn))
  if (!found?.sealedSecret) return false
  const secret = openSecret(found.sealedSecret, purposeOf(holder))
  const step = stepOfCode(secret, digits, systemClock.now())
  if (step === null) return false
  // One statement decides, so that a code which was looked at over a shoulder is worth nothing once it was used. Sealed anew, so that a
  // new key takes over by itself.
  const taken = await tx
    .update(secondFactors)
    .set({ lastStep: step, sealedSecret: sealSecret(secret, purposeOf(holder)) })
    .where(and(ofHolder(holder), eq(secondFactors.sealedSecret, found.sealedSecret), lt(secondFactors.lastStep, step)))
    .returning({ step: secondFactors.lastStep })
  return taken.length === 1
}

async function takeRecoveryCode(tx: Transaction, holder: Holder, code: string): Promise<boolean> {
  const hash = hashRecoveryCode(code)
  const taken = await tx
    .update(secondFactors)
    .set({ recoveryHashes: sql`array_remove(${secondFactors.recoveryHashes}, ${hash})` })
    .where(and(ofHolder(holder), isOn, sql`${hash} = any(${secondFactors.recoveryHashes})`))
    .returning({ left: secondFactors.recoveryHashes })
  if (taken.length === 0) return false
  await noteChange(tx, holder, 'recovery_code_used')
  return true
}

/** Ends what there was and makes ten more. The caller has asked for a code. */
export async function renewRecoveryCodes(holder: Holder): Promise<{ recoveryCodes: string[] } | null> {
  const recoveryCodes = newRecoveryCodes()
  const isChanged = await change(holder, 'codes_renewed', { recoveryHashes: recoveryCodes.map(hashRecoveryCode) })
  return isChanged ? { recoveryCodes } : null
}

/** Signing in takes one step again. The caller has asked for a code. */
export async function turnOffSecondFactor(holder: Holder): Promise<boolean> {
  return change(holder, 'turned_off', { sealedSecret: null, recoveryHashes: [] })
}

async function change(holder: Holder, what: HolderChange, facts: Partial<typeof secondFactors.$inferInsert>): Promise<boolean> {
  return asHolder(holder, async (tx) => {
    const changed = await tx
      .update(secondFactors)
      .set(facts)
      .where(and(ofHolder(holder), isOn))
      .returning({ at: secondFactors.confirmedAt })
    if (changed.length === 0) return false
    await noteChange(tx, holder, what)
    return true
  })
}

/**
 * For somebody who has lost their phone and their recovery codes, by whoever may do so: an operator at the desk for a customer, the
 * command line for an operator. In a transaction of the engine's, which writes down who did it.
 */
export async function takeOffSecondFactor(tx: Transaction, holder: HolderId): Promise<boolean> {
  const taken = await tx
    .update(secondFactors)
    .set({ sealedSecret: null, recoveryHashes: [] })
    .where(and(ofHolder(holder), isOn))
    .returning({ at: secondFactors.confirmedAt })
  return taken.length === 1
}
