import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { idOf, newId, uuidOf } from '../ids'
import { ok, type Result, refuse } from '../result'
import { addMinutes, type Instant, systemClock } from '../time'
import { hashInvitationToken, newInvitationToken, sealInvitationToken } from './invitation-token'
import { safeReturnPath } from './return-path'
import type { Account } from './sign-in'
import { SIGN_IN_LINKS, takeTry } from './sign-in-limit'

/** Wall time for which a link is good. */
export const LINK_MINUTES = 10

export type AskedLink = { email: string /** Where to go once in. */; next: string /** Where the request came from. */; address: string }

/**
 * Mails a link to sign in with, if the address belongs to somebody who may come in. The answer is the same for every address, and
 * so is what counts against the limit.
 */
export async function requestSignInLink({ email, next, address }: AskedLink): Promise<Result<null, { code: 'rate_limited'; retryAt: Instant }>> {
  const asked = email.trim().toLowerCase()
  const retryAt = await takeTry({ email: asked, address }, SIGN_IN_LINKS)
  if (retryAt) return refuse({ code: 'rate_limited', retryAt })
  const token = newInvitationToken()
  const validUntil = addMinutes(systemClock.now(), LINK_MINUTES).toString()
  await inWeb({}, (tx) =>
    tx.execute(
      sql`SELECT request_sign_in_link(${asked}, ${hashInvitationToken(token)}, ${uuidOf('msg', newId('msg'))}, ${sealInvitationToken(token)}, ${safeReturnPath(next)}, ${validUntil})`,
    ),
  )
  return ok(null)
}

/** Whom a link signs in, and whether it still does. */
export type SignInLink = { email: string; state: 'open' | 'used' | 'expired' }

/** Null where there never was such a link, or it is long over. It uses nothing up: mail programs look at links before their readers do. */
export async function findSignInLink(token: string): Promise<SignInLink | null> {
  const { rows } = await inWeb({}, (tx) => tx.execute<SignInLink>(sql`SELECT email, state FROM find_sign_in_link(${hashInvitationToken(token)})`))
  return rows[0] ?? null
}

/** Signs in once per link, on whichever device it was opened. */
export async function openSignInLink(token: string): Promise<Result<Pick<Account, 'id' | 'sessionVersion'>, { code: 'link_closed' }>> {
  const { rows } = await inWeb({}, (tx) =>
    tx.execute<{ id: string; session_version: number }>(sql`SELECT id, session_version FROM use_sign_in_link(${hashInvitationToken(token)})`),
  )
  const [person] = rows
  return person ? ok({ id: idOf('user', person.id), sessionVersion: person.session_version }) : refuse({ code: 'link_closed' })
}
