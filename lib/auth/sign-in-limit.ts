import { createHash } from 'node:crypto'
import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { type Instant, instant } from '../time'

/** Per email and per address; only tries that fail count. */
export const SIGN_IN_TRIES = 10
export const SIGN_IN_WINDOW_SECONDS = 15 * 60

export type SignInTry = { email: string; address: string }

type Limit = { name: string; tries: number; windowSeconds: number }

const SIGN_INS: Limit = { name: '', tries: SIGN_IN_TRIES, windowSeconds: SIGN_IN_WINDOW_SECONDS }
/** The operators' desk, counted by itself: whoever guesses at customers' passwords shuts no operator out, and the other way round. */
export const OPERATOR_SIGN_INS: Limit = { ...SIGN_INS, name: 'operator:' }
/** Codes of the second step, counted per holder and per address: whoever knows a password still has ten guesses at a million. */
export const SECOND_STEPS: Limit = { ...SIGN_INS, name: 'code:' }
/** Passkeys cannot be guessed, but looking at a signature costs something: counted per passkey and per address. */
export const PASSKEYS: Limit = { ...SIGN_INS, name: 'passkey:' }
/** Links by mail: enough for a mistyped address, too few to fill anybody's mailbox. */
export const RESET_REQUESTS: Limit = { name: 'reset:', tries: 5, windowSeconds: 3600 }
export const SIGN_IN_LINKS: Limit = { name: 'link:', tries: 5, windowSeconds: 15 * 60 }

/**
 * Counts a try before its password is looked at, so that many at once cannot slip past. An address that is held off
 * counts against nobody's email: else one address could lock everybody out.
 *
 * @returns Null where it may go on, else from when one may be tried again (wall time).
 */
export async function takeTry(attempt: SignInTry, { name, tries, windowSeconds }: Limit = SIGN_INS): Promise<Instant | null> {
  return inWeb({}, async (tx) => {
    for (const bucket of bucketsOf(attempt, name)) {
      const { rows } = await tx.execute<{ retry_at: string | null }>(
        sql`SELECT to_char(take_sign_in_try(${bucket}, ${tries}, ${windowSeconds}) AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') AS retry_at`,
      )
      const retryAt = rows[0]?.retry_at
      if (retryAt) return instant(retryAt)
    }
    return null
  })
}

/** Gives back the try of somebody who proved to be no guesser. */
export async function forgiveSignInTry(attempt: SignInTry, { name }: Limit = SIGN_INS): Promise<void> {
  await inWeb({}, async (tx) => {
    for (const bucket of bucketsOf(attempt, name)) await tx.execute(sql`SELECT forgive_sign_in_try(${bucket})`)
  })
}

/** Addresses before emails, always, so that two tries at once do not wait for each other in a circle. */
function bucketsOf({ email, address }: SignInTry, name: string): string[] {
  return [`${name}address:${address}`, `${name}email:${email}`].map((bucket) => createHash('sha256').update(bucket).digest('base64url'))
}
