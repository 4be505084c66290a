import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { inWeb, type Transaction } from '../../db/client'
import type { OrganizationId } from '../ids'
import { type Instant, instant } from '../time'
import { networkOf } from './client-address'

/** Per email and per address; only tries that fail count. */
export const SIGN_IN_TRIES = 10
/** Per email and address together: one place alone uses up no email, whose owner gets in from anywhere else. */
export const SIGN_IN_TRIES_FROM_ONE_PLACE = 5
export const SIGN_IN_WINDOW_SECONDS = 15 * 60

export type SignInTry = { email: string; address: string }

type Count = { tries: number; windowSeconds: number }
type Limit = Count & {
  /** Which tries are counted together. */
  name: string
  /** Fewer than `tries`: of an email from one address. */
  fromOnePlace: number
}

const SIGN_INS: Limit = { name: '', tries: SIGN_IN_TRIES, fromOnePlace: SIGN_IN_TRIES_FROM_ONE_PLACE, windowSeconds: SIGN_IN_WINDOW_SECONDS }
/** The operators' desk, counted by itself: whoever guesses at customers' passwords shuts no operator out, and the other way round. */
export const OPERATOR_SIGN_INS: Limit = { ...SIGN_INS, name: 'operator:' }
/** Codes of the second step, counted per holder and per address: whoever knows a password still has ten guesses at a million. */
export const SECOND_STEPS: Limit = { ...SIGN_INS, name: 'code:' }
/** Passkeys cannot be guessed, but looking at a signature costs something: counted per passkey and per address. */
export const PASSKEYS: Limit = { ...SIGN_INS, name: 'passkey:' }
/** Links by mail: enough for a mistyped address, too few to fill anybody's mailbox. */
export const RESET_REQUESTS: Limit = { name: 'reset:', tries: 5, fromOnePlace: 3, windowSeconds: 3600 }
export const SIGN_IN_LINKS: Limit = { name: 'link:', tries: 5, fromOnePlace: 3, windowSeconds: 15 * 60 }
type Invitations = { organization: Count; email: Count }
/**
 * Invitations by mail, of one organization and to one address from all of them. Members: a large team at once, and no list of strangers; enough for
 * whoever keeps the books of many, too few to fill a mailbox. The operator’s own back end: what only a program that runs wild sends.
 */
export const INVITATIONS: Record<'member' | 'operator', Invitations> = {
  member: { organization: { tries: 100, windowSeconds: 3600 }, email: { tries: 10, windowSeconds: 3600 } },
  operator: { organization: { tries: 1_000, windowSeconds: 3600 }, email: { tries: 1_000, windowSeconds: 3600 } },
}

/**
 * Counts a try before its password is looked at, so that many at once cannot slip past. An address that is held off, by itself or for
 * this email, counts against nobody's email: else one address could lock everybody out.
 *
 * @returns Null where it may go on, else from when one may be tried again (wall time).
 */
export async function takeTry(attempt: SignInTry, limit: Limit = SIGN_INS): Promise<Instant | null> {
  return inWeb({}, async (tx) => {
    for (const { bucket, tries } of bucketsOf(attempt, limit)) {
      const retryAt = await takeFrom(tx, bucket, { ...limit, tries })
      if (retryAt) return retryAt
    }
    return null
  })
}

/**
 * Counts an invitation by mail, in the transaction that would send it. One organization that has sent too many counts against nobody's
 * address.
 *
 * @returns Null where it may be sent, else from when one may be (wall time).
 */
export async function takeInvitation(
  tx: Transaction,
  { organizationId, email, by }: { organizationId: OrganizationId; email: string; by: keyof typeof INVITATIONS },
): Promise<Instant | null> {
  const limits = INVITATIONS[by]
  const retryAt = await takeFrom(tx, hashed(`invitation:${by}:organization:${organizationId}`), limits.organization)
  return retryAt ?? takeFrom(tx, hashed(`invitation:${by}:email:${email}`), limits.email)
}

async function takeFrom(tx: Transaction, bucket: string, { tries, windowSeconds }: Count): Promise<Instant | null> {
  const { rows } = await tx.execute<{ retry_at: string | null }>(
    sql`SELECT to_char(take_sign_in_try(${bucket}, ${tries}, ${windowSeconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS retry_at`,
  )
  const retryAt = rows[0]?.retry_at
  return retryAt ? instant(retryAt) : null
}

/** Gives back the try of somebody who proved to be no guesser. */
export async function forgiveSignInTry(attempt: SignInTry, limit: Limit = SIGN_INS): Promise<void> {
  await inWeb({}, async (tx) => {
    for (const { bucket } of bucketsOf(attempt, limit)) await tx.execute(sql`SELECT forgive_sign_in_try(${bucket})`)
  })
}

/** Addresses before emails, always, so that two tries at once do not wait for each other in a circle. */
function bucketsOf({ email, address }: SignInTry, { name, tries, fromOnePlace }: Limit): { bucket: string; tries: number }[] {
  const network = networkOf(address)
  return [
    { bucket: hashed(`${name}address:${network}`), tries },
    { bucket: hashed(`${name}place:${network} ${email}`), tries: fromOnePlace },
    { bucket: hashed(`${name}email:${email}`), tries },
  ]
}

function hashed(bucket: string): string {
  return createHash('sha256').update(bucket).digest('base64url')
}
