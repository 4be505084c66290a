import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { idOf } from '../ids'
import { ok, type Result, refuse } from '../result'
import type { Identity } from './identity-providers'
import type { Account } from './sign-in'

/** `other_identity`: at this provider somebody else has signed in under that address before. */
export const IDENTITY_REFUSALS = ['email_unverified', 'no_membership', 'other_identity'] as const
export type IdentityRefusal = { code: (typeof IDENTITY_REFUSALS)[number] }

type Row = { outcome: 'signed_in' | Exclude<IdentityRefusal['code'], 'email_unverified'>; id: string | null; session_version: number | null }

/**
 * Whose account it is that an identity provider vouches for. The first time its verified address decides, from then on its subject
 * (decision 17); nobody is made a member by it.
 */
export async function signInWithIdentity({
  provider,
  subject,
  verifiedEmail,
}: Identity): Promise<Result<Pick<Account, 'id' | 'sessionVersion'>, IdentityRefusal>> {
  if (verifiedEmail === null) return refuse({ code: 'email_unverified' })
  const { rows } = await inWeb({}, (tx) =>
    tx.execute<Row>(sql`SELECT outcome, id, session_version FROM sign_in_with_identity(${provider}, ${subject}, ${verifiedEmail.trim()})`),
  )
  const [found] = rows
  if (!found) throw new Error('sign_in_with_identity answered nothing')
  if (found.outcome !== 'signed_in') return refuse({ code: found.outcome })
  if (found.id === null || found.session_version === null) throw new Error('sign_in_with_identity named nobody')
  return ok({ id: idOf('user', found.id), sessionVersion: found.session_version })
}
