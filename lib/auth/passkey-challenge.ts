import { createHash } from 'node:crypto'
import { decode, encode } from 'next-auth/jwt'
import type { Transaction } from '../../db/client'
import { spentChallenges } from '../../db/schema'
import { systemClock } from '../time'
import type { HolderId } from './holder'
import { keyFor } from './secret'

/** Time to find the device and to touch it. */
export const CHALLENGE_SECONDS = 5 * 60

/**
 * What a challenge was handed out for, so that an answer to one question never answers another: `sign_in` by a passkey alone, as the
 * `second_step`, as the `proof` before a change, or for the `registration` of one.
 */
export type Ceremony = { of: 'sign_in'; kind: HolderId['kind'] } | { of: 'second_step' | 'proof' | 'registration'; holder: HolderId }

function nameOf(ceremony: Ceremony): string {
  return ceremony.of === 'sign_in' ? `sign_in ${ceremony.kind}` : `${ceremony.of} ${ceremony.holder.kind} ${ceremony.holder.id}`
}

const key = () => keyFor('challenge of a passkey').toString('base64url')

/** `recoveryHash`: of the recovery code that was shown for it, which is used up by the answer and not by a question that nobody answers. */
export type AskedChallenge = { challenge: string; recoveryHash: string | null }

/** For a cookie of this browser: whoever answers from another one has nothing to answer. */
export function sealChallenge(ceremony: Ceremony, { challenge, recoveryHash }: AskedChallenge): Promise<string> {
  const token = { sub: nameOf(ceremony), challenge, recoveryHash, sessionVersion: 0 } // Of no session.
  return encode({ token, secret: key(), maxAge: CHALLENGE_SECONDS })
}

/** Null where it is not ours, was handed out for something else, or is too old. */
export async function openChallenge(ceremony: Ceremony, sealed: string): Promise<AskedChallenge | null> {
  try {
    const token = await decode({ token: sealed, secret: key() })
    if (token?.sub !== nameOf(ceremony) || typeof token.challenge !== 'string') return null
    return { challenge: token.challenge, recoveryHash: typeof token.recoveryHash === 'string' ? token.recoveryHash : null }
  } catch {
    return null
  }
}

/** Longer than a challenge can be answered: clocks differ. */
const REMEMBERED_SECONDS = 2 * CHALLENGE_SECONDS

/** @returns Whether it was still good: of two who answer one challenge at once, one does. */
export async function spendChallenge(tx: Transaction, challenge: string): Promise<boolean> {
  const hash = createHash('sha256').update(challenge).digest('base64url')
  const forgottenAt = systemClock.now().add({ seconds: REMEMBERED_SECONDS })
  const spent = await tx.insert(spentChallenges).values({ hash, forgottenAt }).onConflictDoNothing()
  return spent.rowCount === 1
}
