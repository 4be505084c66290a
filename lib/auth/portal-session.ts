import { sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { idOf, type OrganizationId, type UserId, uuidOf } from '../ids'
import { ok, type Result, refuse } from '../result'
import { readPortalToken } from './portal-address'
import { portalPath } from './portal-page'
import type { Account } from './sign-in'

/** `gone`: the member was removed, or the organization closed, since the address was made. */
export type PortalSession = { userId: UserId; email: string; returnUrl: string | null; state: 'open' | 'used' | 'expired' | 'gone' }

/** Null where the address is not one of ours, or long over. It uses nothing up. */
export async function findPortalSession(token: string): Promise<PortalSession | null> {
  const id = readPortalToken(token)
  if (!id) return null
  const { rows } = await inWeb({}, (tx) =>
    tx.execute<{ user_id: string; email: string; return_url: string | null; state: PortalSession['state'] }>(
      sql`SELECT user_id, email, return_url, state FROM find_portal_session(${uuidOf('portal', id)})`,
    ),
  )
  const [row] = rows
  return row ? { userId: idOf('user', row.user_id), email: row.email, returnUrl: row.return_url, state: row.state } : null
}

/** Whom to sign in, to which organization alone, and where to. */
export type OpenedPortal = {
  account: Pick<Account, 'id' | 'sessionVersion'>
  organizationId: OrganizationId
  returnUrl: string | null
  path: string
}

type Row = { organization_id: string; organization_slug: string; user_id: string; session_version: number; page: string; return_url: string | null }

/** Signs in once per address. */
export async function openPortalSession(token: string): Promise<Result<OpenedPortal, { code: 'portal_closed' }>> {
  const id = readPortalToken(token)
  if (!id) return refuse({ code: 'portal_closed' })
  const { rows } = await inWeb({}, (tx) => tx.execute<Row>(sql`SELECT * FROM use_portal_session(${uuidOf('portal', id)})`))
  const [row] = rows
  if (!row) return refuse({ code: 'portal_closed' })
  return ok({
    account: { id: idOf('user', row.user_id), sessionVersion: row.session_version },
    organizationId: idOf('org', row.organization_id),
    returnUrl: row.return_url,
    path: portalPath(row.organization_slug, row.page),
  })
}
