import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { idOf, type UserId } from '../ids'
import { ok, type Result, refuse } from '../result'
import type { Instant } from '../time'
import type { KnownBrowser } from './browser-name'
import { PASSWORD_MAX, verifyPassword } from './password'
import { forgiveSignInTry, takeTry } from './sign-in-limit'
import { noteNobody, noteSignIn } from './sign-ins'

/** Who a session is about; `sessionVersion` ends it when it no longer is the one in the database. */
export type Account = { id: UserId; email: string; name: string | null; sessionVersion: number }

export type SignIn = { email: string; password: string } & KnownBrowser

export type SignInRefusal = { code: 'invalid_credentials' } | { code: 'rate_limited'; retryAt: Instant }

type AccountRow = { id: string; email: string; name: string | null; password_hash: string | null; session_version: number }

/**
 * Tells whether email and password belong together. Unknown emails, people without a password and wrong passwords get
 * the same answer after the same time.
 */
export async function checkSignIn({ password, address, agent, ...given }: SignIn): Promise<Result<Account, SignInRefusal>> {
  const email = given.email.trim().toLowerCase()
  const retryAt = await takeTry({ email, address })
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })

  const row = await findAccount(email)
  const matches = password.length <= PASSWORD_MAX && (await verifyPassword(row?.password_hash ?? null, password))
  if (!row || !matches) {
    const note = { way: 'password', address, agent } as const
    await (row ? noteSignIn({ kind: 'person', id: idOf('user', row.id) }, { ...note, outcome: 'refused' }) : noteNobody(note))
    return refuse({ code: 'invalid_credentials' })
  }
  await forgiveSignInTry({ email, address })
  return ok({ id: idOf('user', row.id), email: row.email, name: row.name, sessionVersion: row.session_version })
}

async function findAccount(email: string): Promise<AccountRow | null> {
  const { rows } = await inWeb({}, (tx) => tx.execute<AccountRow>(sql`SELECT id, email, name, password_hash, session_version FROM find_sign_in(${email})`))
  return rows[0] ?? null
}
