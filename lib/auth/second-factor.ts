import { and, eq, isNotNull, isNull, lt, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { operators, passkeys, secondFactors, users } from '../../db/schema'
import { isNamed } from '../billing/commands/store/members'
import type { UserId } from '../ids'
import { openSecret, sealSecret } from '../platform/sealed-secret'
import { ok, type Result, refuse } from '../result'
import { type Instant, systemClock } from '../time'
import { asHolder } from './as-holder'
import type { KnownBrowser } from './browser-name'
import { endOperatorSessions } from './end-operator-sessions'
import type { Holder, HolderId } from './holder'
import { hashRecoveryCode, newRecoveryCodes, newSecret, readDigits, stepOfCode } from './one-time-code'
import { noteChange } from './second-factor-changes'
import { forgiveSignInTry, SECOND_STEPS, takeTry } from './sign-in-limit'
import { noteSignIn } from './sign-ins'

export type CodeRefusal = { code: 'wrong_code' } | { code: 'rate_limited'; retryAt: Instant }

const ofHolder = ({ kind, id }: HolderId) => (kind === 'person' ? eq(secondFactors.userId, id) : eq(secondFactors.operatorId, id))
const hasApp = isNotNull(secondFactors.sealedSecret)
const hasPasskey = sql`exists (select from passkeys p where p.removed_at is null and (p.user_id = ${secondFactors.userId} or p.operator_id = ${secondFactors.operatorId}))`
/** Whether signing in takes two steps, asked where `second_factors` is: by the app, or by a passkey (decision 26). */
export const isOn = sql`(${hasApp} or ${hasPasskey})`

/** What somebody's second step is made of. */
export type SecondFactor = { hasApp: boolean; hasPasskey: boolean; recoveryCodes: number }

/** Null where signing in takes no second step. */
export function findSecondFactor(holder: HolderId): Promise<SecondFactor | null> {
  return asHolder(holder, (tx) => readSecondFactor(tx, holder))
}

/** The same in a transaction that does more. */
export async function readSecondFactor(tx: Transaction, holder: HolderId): Promise<SecondFactor | null> {
  const [found] = await tx
    .select({
      hasApp: sql<boolean>`second_factors.sealed_secret is not null`,
      hasPasskey: sql<boolean>`exists (select from passkeys p where p.removed_at is null and (p.user_id = second_factors.user_id or p.operator_id = second_factors.operator_id))`,
      recoveryCodes: sql<number>`cardinality(second_factors.recovery_hashes)`,
    })
    .from(secondFactors)
    .where(and(ofHolder(holder), isOn))
  return found ?? null
}

/**
 * Of two who turn it on at once, by an app and by a passkey, one makes the recovery codes.
 *
 * @returns Whether they are still there: who was removed or erased meanwhile keeps nothing.
 */
export async function lockHolder(tx: Transaction, { kind, id }: HolderId): Promise<boolean> {
  const held =
    kind === 'person'
      ? await tx
          .select({ id: users.id })
          .from(users)
          .where(and(eq(users.id, id), isNamed))
          .for('update')
      : await tx
          .select({ id: operators.id })
          .from(operators)
          .where(and(eq(operators.id, id), isNull(operators.removedAt)))
          .for('update')
  return held.length === 1
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

/** `sessionVersion`: of the sessions that count from now on; null where those that there are go on. */
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

  const turned = await asHolder(holder, async (tx): Promise<TurnedOn | null> => {
    if (!(await lockHolder(tx, holder))) return null
    const present = await readSecondFactor(tx, holder)
    if (present?.hasApp) return null
    const recoveryCodes = await keepFirst(tx, holder, present, { sealedSecret: sealed, lastStep: step })
    await noteChange(tx, holder, 'turned_on')
    return { recoveryCodes, sessionVersion: await endSessionsOf(tx, holder) }
  })
  if (!turned) return refuse({ code: 'already_on' })
  await forgiveSignInTry({ email: nameOf(holder), address }, SECOND_STEPS)
  return ok(turned)
}

/**
 * Under the holder's lock: keeps what a second step is made of, and makes recovery codes where it was off until now.
 *
 * @returns Those codes; none where the ones that they have stay.
 */
export async function keepFirst(
  tx: Transaction,
  holder: Holder,
  present: SecondFactor | null,
  made: Partial<Pick<typeof secondFactors.$inferInsert, 'sealedSecret' | 'lastStep'>>,
): Promise<string[]> {
  const recoveryCodes = present ? [] : newRecoveryCodes()
  const facts = { ...made, confirmedAt: systemClock.now(), ...(!present && { recoveryHashes: recoveryCodes.map(hashRecoveryCode) }) }
  await tx
    .insert(secondFactors)
    .values({ lastStep: 0, recoveryHashes: [], ...keyOf(holder), ...facts })
    .onConflictDoUpdate({ target: targetOf(holder), set: facts })
  return recoveryCodes
}

/** Whatever was begun without the second step is over. @returns Of the sessions that count from now on. */
export async function endSessionsOf(tx: Transaction, holder: Holder): Promise<number> {
  return holder.kind === 'operator' ? endOperatorSessions(tx, holder.id) : endPersonsSessions(tx, holder.id)
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

export const keyOf = (holder: Holder) => (holder.kind === 'person' ? { userId: holder.id } : { operatorId: holder.id })
const targetOf = ({ kind }: Holder) => (kind === 'person' ? secondFactors.userId : secondFactors.operatorId)

/** Counted by who it is and not by how they wrote their address. */
const nameOf = ({ id }: Holder) => id

/**
 * Takes a code from the phone, or a recovery code, each once: of two who come with one at the same time, one gets in. Tries are
 * limited as passwords are, because a million codes are few. With `keepsRecoveryCode` a recovery code is looked at only.
 */
export async function passSecondStep(
  holder: Holder,
  { code, keepsRecoveryCode, address, agent }: { code: string; keepsRecoveryCode?: true } & KnownBrowser,
): Promise<Result<null, CodeRefusal>> {
  const attempt = { email: nameOf(holder), address }
  const retryAt = await takeTry(attempt, SECOND_STEPS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const digits = readDigits(code)
  const takeRecovery = keepsRecoveryCode ? hasRecoveryCode : takeRecoveryCode
  const isTaken = await asHolder(holder, (tx) => (digits === null ? takeRecovery(tx, holder, hashRecoveryCode(code)) : takeCode(tx, holder, digits)))
  if (!isTaken) {
    await noteSignIn(holder, { way: 'code', outcome: 'refused', address, agent })
    return refuse({ code: 'wrong_code' })
  }
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

const hasHash = (holder: Holder, hash: string) => and(ofHolder(holder), isOn, sql`${hash} = any(${secondFactors.recoveryHashes})`)

async function hasRecoveryCode(tx: Transaction, holder: Holder, hash: string): Promise<boolean> {
  return (await tx.$count(secondFactors, hasHash(holder, hash))) === 1
}

/** @returns Whether it was still there: each is used once. */
export async function takeRecoveryCode(tx: Transaction, holder: Holder, hash: string): Promise<boolean> {
  const taken = await tx
    .update(secondFactors)
    .set({ recoveryHashes: sql`array_remove(${secondFactors.recoveryHashes}, ${hash})` })
    .where(hasHash(holder, hash))
    .returning({ left: secondFactors.recoveryHashes })
  if (taken.length === 0) return false
  await noteChange(tx, holder, 'recovery_code_used')
  return true
}

/** Ends what there was and makes ten more. The caller has asked for both steps. */
export async function renewRecoveryCodes(holder: Holder): Promise<{ recoveryCodes: string[] } | null> {
  const recoveryCodes = newRecoveryCodes()
  return asHolder(holder, async (tx) => {
    const renewed = await tx
      .update(secondFactors)
      .set({ recoveryHashes: recoveryCodes.map(hashRecoveryCode) })
      .where(and(ofHolder(holder), isOn))
      .returning({ at: secondFactors.confirmedAt })
    if (renewed.length === 0) return null
    await noteChange(tx, holder, 'codes_renewed')
    return { recoveryCodes }
  })
}

/** Takes the app away; without a passkey, signing in takes one step again. The caller has asked for both steps. */
export async function turnOffSecondFactor(holder: Holder): Promise<boolean> {
  return asHolder(holder, async (tx) => {
    if (!(await lockHolder(tx, holder)) || !(await readSecondFactor(tx, holder))?.hasApp) return false
    await tx.update(secondFactors).set({ sealedSecret: null }).where(ofHolder(holder))
    await noteLost(tx, holder, 'app_removed')
    return true
  })
}

/** Under the holder's lock, after a part of the second step went: with the last, recovery codes get nobody in any more either. */
export async function noteLost(tx: Transaction, holder: Holder, lost: 'app_removed' | 'passkey_removed'): Promise<void> {
  const isStillOn = (await readSecondFactor(tx, holder)) !== null
  if (!isStillOn) await tx.update(secondFactors).set({ recoveryHashes: [] }).where(ofHolder(holder))
  await noteChange(tx, holder, isStillOn ? lost : 'turned_off')
}

/**
 * For somebody who has lost their devices and their recovery codes, by whoever may do so: an operator at the desk for a customer, the
 * command line for an operator. In a transaction of the engine's, which writes down who did it.
 */
export async function takeOffSecondFactor(tx: Transaction, holder: HolderId): Promise<boolean> {
  const taken = await tx
    .update(secondFactors)
    .set({ sealedSecret: null, recoveryHashes: [] })
    .where(and(ofHolder(holder), isOn))
    .returning({ at: secondFactors.confirmedAt })
  const isTheirs = holder.kind === 'person' ? eq(passkeys.userId, holder.id) : eq(passkeys.operatorId, holder.id)
  await tx
    .update(passkeys)
    .set({ publicKey: null, removedAt: systemClock.now() })
    .where(and(isTheirs, isNull(passkeys.removedAt)))
  return taken.length === 1
}
