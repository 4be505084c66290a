import {
  type AuthenticationResponseJSON,
  generateAuthenticationOptions,
  generateRegistrationOptions,
  type PublicKeyCredentialCreationOptionsJSON,
  type PublicKeyCredentialRequestOptionsJSON,
  type RegistrationResponseJSON,
  verifyAuthenticationResponse,
  verifyRegistrationResponse,
} from '@simplewebauthn/server'
import { and, asc, eq, isNull, lt, or, sql } from 'drizzle-orm'
import { inEngine, inWeb, type Transaction } from '../../db/client'
import { operators, passkeys, users } from '../../db/schema'
import { idOf, newId, type PasskeyId } from '../ids'
import { getBrand } from '../platform/brand'
import { ok, type Result, refuse } from '../result'
import { type Instant, systemClock } from '../time'
import { asHolder } from './as-holder'
import type { KnownBrowser } from './browser-name'
import type { Holder, HolderId } from './holder'
import { spendChallenge } from './passkey-challenge'
import { type RelyingParty, relyingParty } from './relying-party'
import { endSessionsOf, keepFirst, keyOf, lockHolder, noteLost, readSecondFactor, type TurnedOn, takeRecoveryCode } from './second-factor'
import { noteChange } from './second-factor-changes'
import { forgiveSignInTry, PASSKEYS, takeTry } from './sign-in-limit'
import { noteNobody, noteSignIn } from './sign-ins'

/** Enough for every device of one person. */
export const PASSKEYS_MAX = 20
export const PASSKEY_NAME_MAX = 60

/** What devices sign with, today: Ed25519, ES256, RS256. */
const ALGORITHMS = [-8, -7, -257]

export type Passkey = { id: PasskeyId; name: string; addedAt: Instant; lastUsedAt: Instant | null }

/** As a page gets it, which takes no instants. */
export function showPasskey({ addedAt, lastUsedAt, ...passkey }: Passkey) {
  return { ...passkey, addedAt: addedAt.toString(), lastUsedAt: lastUsedAt?.toString() ?? null }
}

const ofHolder = ({ kind, id }: HolderId) => (kind === 'person' ? eq(passkeys.userId, id) : eq(passkeys.operatorId, id))
const isLive = isNull(passkeys.removedAt)
const theirs = (holder: HolderId) => and(ofHolder(holder), isLive)

/** Somebody's passkeys, in the order in which they were added. */
export function listPasskeys(holder: HolderId): Promise<Passkey[]> {
  const { id, name, addedAt, lastUsedAt } = passkeys
  return asHolder(holder, (tx) => tx.select({ id, name, addedAt, lastUsedAt }).from(passkeys).where(theirs(holder)).orderBy(asc(passkeys.id)))
}

function readCredentials(tx: Transaction, holder: HolderId): Promise<{ id: string; transports: string[] }[]> {
  return tx.select({ id: passkeys.credentialId, transports: passkeys.transports }).from(passkeys).where(theirs(holder)).orderBy(asc(passkeys.id))
}

/** @throws Error where browsers give no passkeys to this address; pages offer none then. */
function partyOrThrow(): RelyingParty {
  const party = relyingParty()
  if (!party) throw new Error('passkeys need HEADROOM_URL to be a name with https, or localhost')
  return party
}

/** What the device hands back with its answer, to tell who it is. */
const handleOf = ({ id }: HolderId) => new TextEncoder().encode(id)

/** The question for a new passkey: one that is found without a name being typed, and that asks its owner for a finger, a face or a PIN. */
export async function offerRegistration(holder: Holder): Promise<PublicKeyCredentialCreationOptionsJSON> {
  const known = await asHolder(holder, (tx) => readCredentials(tx, holder))
  return generateRegistrationOptions({
    rpName: getBrand().name,
    rpID: partyOrThrow().id,
    userID: handleOf(holder),
    userName: holder.email,
    userDisplayName: holder.email,
    attestationType: 'none',
    supportedAlgorithmIDs: ALGORITHMS,
    excludeCredentials: known,
    authenticatorSelection: { residentKey: 'required', userVerification: 'required' },
  })
}

/** `passkey_refused`: what came is no answer to the question, or that passkey is somebody's already. */
export type RegisterRefusal = { code: 'passkey_refused' } | { code: 'too_late' } | { code: 'too_many_passkeys' }

/** `recoveryHash`: of the recovery code that was shown for it. */
type Registration = { challenge: string | null; recoveryHash?: string | null; response: RegistrationResponseJSON; name: string }

/**
 * Keeps a passkey. The first part of a second step turns it on: every session ends that was begun without it, and recovery codes
 * are made, which are shown this once.
 */
export async function registerPasskey(holder: Holder, { challenge, recoveryHash, response, name }: Registration): Promise<Result<TurnedOn, RegisterRefusal>> {
  if (challenge === null) return refuse({ code: 'too_late' })
  const { id, origin } = partyOrThrow()
  const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: id, requireUserVerification: true }
  const { registrationInfo } = await verifyRegistrationResponse({ response, ...expected, supportedAlgorithmIDs: ALGORITHMS }).catch(() => ({
    registrationInfo: undefined,
  }))
  if (!registrationInfo) return refuse({ code: 'passkey_refused' })
  const { credential } = registrationInfo
  return asHolder(holder, async (tx) => {
    if (!(await lockHolder(tx, holder))) return refuse({ code: 'passkey_refused' })
    const present = await readSecondFactor(tx, holder)
    if ((await tx.$count(passkeys, theirs(holder))) >= PASSKEYS_MAX) return refuse({ code: 'too_many_passkeys' })
    if (!(await spendChallenge(tx, challenge))) return refuse({ code: 'too_late' })
    if (recoveryHash && !(await takeRecoveryCode(tx, holder, recoveryHash))) return refuse({ code: 'too_late' })
    const kept = await tx
      .insert(passkeys)
      .values({
        id: newId('passkey'),
        ...keyOf(holder),
        credentialId: credential.id,
        publicKey: Buffer.from(credential.publicKey).toString('base64url'),
        counter: credential.counter,
        transports: credential.transports ?? [],
        name,
        addedAt: systemClock.now(),
      })
      .onConflictDoNothing()
    if (kept.rowCount !== 1) return refuse({ code: 'passkey_refused' })
    const recoveryCodes = await keepFirst(tx, holder, present, {})
    await noteChange(tx, holder, 'passkey_added')
    return ok({ recoveryCodes, sessionVersion: present ? null : await endSessionsOf(tx, holder) })
  })
}

/** The question to answer with any passkey, or with one of `holder`'s. */
export async function offerAssertion(holder: HolderId | null): Promise<PublicKeyCredentialRequestOptionsJSON> {
  const known = holder && (await asHolder(holder, (tx) => readCredentials(tx, holder)))
  return generateAuthenticationOptions({ rpID: partyOrThrow().id, userVerification: 'required', ...(known && { allowCredentials: known }) })
}

/** `passkey_refused`: nobody's, somebody else's, removed, or no answer to this question. All the same to whoever asks. */
export type PasskeyRefusal = { code: 'passkey_refused' } | { code: 'too_late' } | { code: 'rate_limited'; retryAt: Instant }

type Assertion = { challenge: string | null; response: AuthenticationResponseJSON } & KnownBrowser

/** Of the sessions that counted when a passkey's answer did: with what has ended them since, it opens none. */
type Passed = { sessionVersion: number }

/** Whose passkey has answered, without a name: it counts as both steps, because the device has asked for its owner. */
export async function identifyByPasskey<Kind extends HolderId['kind']>(
  kind: Kind,
  assertion: Assertion,
): Promise<Result<Extract<HolderId, { kind: Kind }> & Passed, PasskeyRefusal>> {
  const holder = await findHolder(kind, assertion.response.id)
  const passed = await passWithPasskey(holder, assertion)
  if (!passed.ok) return passed
  return holder ? ok({ ...(holder as Extract<HolderId, { kind: Kind }>), ...passed.value }) : refuse({ code: 'passkey_refused' })
}

async function findHolder(kind: HolderId['kind'], credentialId: string): Promise<HolderId | null> {
  if (kind === 'person') {
    const { rows } = await inWeb({}, (tx) => tx.execute<{ user_id: string }>(sql`SELECT user_id FROM find_passkey_holder(${credentialId})`))
    return rows[0] ? { kind, id: idOf('user', rows[0].user_id) } : null
  }
  const [found] = await inEngine((tx) =>
    tx
      .select({ id: operators.id })
      .from(passkeys)
      .innerJoin(operators, eq(operators.id, passkeys.operatorId))
      .where(and(eq(passkeys.credentialId, credentialId), isLive, isNull(operators.removedAt))),
  )
  return found ? { kind, ...found } : null
}

/** Takes the answer of one of `holder`'s passkeys, once. Null: of nobody's, which is refused like a wrong one. */
export async function passWithPasskey(holder: HolderId | null, assertion: Assertion): Promise<Result<Passed, PasskeyRefusal>> {
  const { challenge, response, address, agent } = assertion
  const attempt = { email: response.id, address }
  const retryAt = await takeTry(attempt, PASSKEYS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  if (challenge === null) return refuse({ code: 'too_late' })
  const sessionVersion = holder && (await takeAnswer(holder, challenge, response))
  if (sessionVersion === null) {
    const note = { way: 'passkey', address, agent } as const
    await (holder ? noteSignIn(holder, { ...note, outcome: 'refused' }) : noteNobody(note))
    return refuse({ code: 'passkey_refused' })
  }
  await forgiveSignInTry(attempt, PASSKEYS)
  return ok({ sessionVersion })
}

/** @returns Of the sessions that count while this use does; null where this is no answer of theirs. */
async function takeAnswer(holder: HolderId, challenge: string, response: AuthenticationResponseJSON): Promise<number | null> {
  const counter = await verify(holder, challenge, response)
  if (counter === null) return null
  return asHolder(holder, async (tx) => {
    const isCounted = (await spendChallenge(tx, challenge)) && (await countUse(tx, holder, response.id, counter))
    return isCounted ? readSessionVersion(tx, holder) : null
  })
}

async function readSessionVersion(tx: Transaction, { kind, id }: HolderId): Promise<number | null> {
  const [found] =
    kind === 'person'
      ? await tx.select({ sessionVersion: users.sessionVersion }).from(users).where(eq(users.id, id))
      : await tx.select({ sessionVersion: operators.sessionVersion }).from(operators).where(eq(operators.id, id))
  return found?.sessionVersion ?? null
}

/** @returns How often the passkey says it was used; null where this is no answer of theirs. */
async function verify(holder: HolderId, challenge: string, response: AuthenticationResponseJSON): Promise<number | null> {
  const { userHandle } = response.response
  if (userHandle !== undefined && Buffer.from(userHandle, 'base64url').toString() !== holder.id) return null
  const [found] = await asHolder(holder, (tx) =>
    tx
      .select({ publicKey: passkeys.publicKey, counter: passkeys.counter })
      .from(passkeys)
      .where(and(theirs(holder), eq(passkeys.credentialId, response.id))),
  )
  if (!found?.publicKey) return null
  const { id, origin } = partyOrThrow()
  const credential = { id: response.id, publicKey: new Uint8Array(Buffer.from(found.publicKey, 'base64url')), counter: found.counter }
  const expected = { expectedChallenge: challenge, expectedOrigin: origin, expectedRPID: id, requireUserVerification: true }
  const answer = await verifyAuthenticationResponse({ response, credential, ...expected }).catch(() => null) // It throws for each thing that is wrong.
  return answer?.verified ? answer.authenticationInfo.newCounter : null
}

/** One statement decides, so that of two answers with one count one gets in. Devices that do not count always say nought. */
async function countUse(tx: Transaction, holder: HolderId, credentialId: string, counter: number): Promise<boolean> {
  const isNext = or(lt(passkeys.counter, counter), and(eq(passkeys.counter, 0), sql`${counter} = 0`))
  const used = await tx
    .update(passkeys)
    .set({ counter, lastUsedAt: systemClock.now() })
    .where(and(theirs(holder), eq(passkeys.credentialId, credentialId), isNext))
  return used.rowCount === 1
}

export async function hasPasskey(holder: HolderId, id: PasskeyId): Promise<boolean> {
  return asHolder(holder, async (tx) => (await tx.$count(passkeys, and(theirs(holder), eq(passkeys.id, id)))) === 1)
}

export async function renamePasskey(holder: HolderId, id: PasskeyId, name: string): Promise<Result<null, { code: 'not_found' }>> {
  const renamed = await asHolder(holder, (tx) =>
    tx
      .update(passkeys)
      .set({ name })
      .where(and(theirs(holder), eq(passkeys.id, id))),
  )
  return renamed.rowCount === 1 ? ok(null) : refuse({ code: 'not_found' })
}

/** It opens nothing from now on; with the last part of it, the second step is off. The caller has asked for both steps. */
export async function removePasskey(holder: Holder, id: PasskeyId): Promise<Result<null, { code: 'not_found' }>> {
  return asHolder(holder, async (tx) => {
    if (!(await lockHolder(tx, holder))) return refuse({ code: 'not_found' })
    const removed = await tx
      .update(passkeys)
      .set({ publicKey: null, removedAt: systemClock.now() })
      .where(and(theirs(holder), eq(passkeys.id, id)))
    if (removed.rowCount !== 1) return refuse({ code: 'not_found' })
    await noteLost(tx, holder, 'passkey_removed')
    return ok(null)
  })
}
