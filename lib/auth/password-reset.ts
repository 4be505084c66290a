import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { idOf, newId, uuidOf } from '../ids'
import { ok, type Result, refuse } from '../result'
import { addMinutes, type Instant, systemClock } from '../time'
import { isCommonPassword } from './common-password'
import { hashInvitationToken, newInvitationToken, sealInvitationToken } from './invitation-token'
import { type CommonPassword, hashPassword } from './password'
import type { Account } from './sign-in'
import { RESET_REQUESTS, takeTry } from './sign-in-limit'

/** Wall time for which a link is good. */
export const RESET_MINUTES = 60

/**
 * Mails a link to choose another password, or a first one, if the address belongs to somebody who has joined. The answer is the same for every
 * address, and so is what counts against the limit.
 */
export async function requestPasswordReset({
  email,
  address,
}: {
  email: string
  address: string
}): Promise<Result<null, { code: 'rate_limited'; retryAt: Instant }>> {
  const asked = email.trim().toLowerCase()
  const retryAt = await takeTry({ email: asked, address }, RESET_REQUESTS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const token = newInvitationToken()
  const validUntil = addMinutes(systemClock.now(), RESET_MINUTES).toString()
  await inWeb({}, (tx) =>
    tx.execute(
      sql`SELECT request_password_reset(${asked}, ${hashInvitationToken(token)}, ${uuidOf('msg', newId('msg'))}, ${sealInvitationToken(token)}, ${validUntil})`,
    ),
  )
  return ok(null)
}

/** Whether a link is still good: for its page, before somebody has thought of a password in vain. */
export async function isPasswordResetOpen(token: string): Promise<boolean> {
  const { rows } = await inWeb({}, (tx) => tx.execute<{ open: boolean }>(sql`SELECT is_password_reset_open(${hashInvitationToken(token)}) AS open`))
  return rows[0]?.open === true
}

/**
 * Sets the password that was chosen, once per link, and ends every session of that person.
 *
 * @returns The account as the new session has to name it; `reset_closed` where the link was used, is too old or never was.
 */
export async function resetPassword({
  token,
  newPassword,
}: {
  token: string
  newPassword: string
}): Promise<Result<Pick<Account, 'id' | 'sessionVersion'>, { code: 'reset_closed' } | CommonPassword>> {
  if (!(await isPasswordResetOpen(token))) return refuse({ code: 'reset_closed' }) // No slow hash for whoever guesses links.
  if (isCommonPassword(newPassword)) return refuse({ code: 'common_password' })
  const passwordHash = await hashPassword(newPassword)
  const { rows } = await inWeb({}, (tx) =>
    tx.execute<{ id: string; session_version: number }>(
      sql`SELECT id, session_version FROM use_password_reset(${hashInvitationToken(token)}, ${passwordHash})`,
    ),
  )
  const [person] = rows
  return person ? ok({ id: idOf('user', person.id), sessionVersion: person.session_version }) : refuse({ code: 'reset_closed' })
}
