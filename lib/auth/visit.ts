import { and, eq, isNull, sql } from 'drizzle-orm'
import { inWeb } from '../../db/client'
import { members, organizations } from '../../db/schema'
import type { Membership } from '../billing/views/membership'
import { idOf, type UserId } from '../ids'
import { hashOperatorToken, OPERATOR_IDLE_MINUTES, OPERATOR_SESSION_HOURS } from './operator-token'
import { operatorsNeedSecondStep } from './operators-duty'
import { isHttps } from './public-url'

/** An operator's look at a customer's own pages, as one of their members (G85): everything is read, and nothing can be changed. */
export type Visit = Membership & { userId: UserId; operator: string }

export function visitCookieName(): string {
  return isHttps() ? '__Host-headroom-visit' : 'headroom-visit'
}

export function visitCookieOptions() {
  return { httpOnly: true, sameSite: 'lax', path: '/', secure: isHttps() } as const
}

type Found = { organization_id: string; member_id: string; user_id: string; operator_email: string }

const TOKEN_LENGTH = 64

/**
 * Null where it was left, its operator's session has ended, they lack the second step that is asked of them, or the member it looks as is gone. Asked as the members' role: the
 * database answers this one question about operators, and no other.
 */
export async function findVisit(token: string): Promise<Visit | null> {
  if (token.length > TOKEN_LENGTH) return null
  const hash = hashOperatorToken(token)
  const { rows } = await inWeb({}, (tx) =>
    tx.execute<Found>(
      sql`SELECT * FROM find_operator_visit(${hash}, ${OPERATOR_IDLE_MINUTES}::integer, ${OPERATOR_SESSION_HOURS}::integer, ${operatorsNeedSecondStep()}::boolean)`,
    ),
  )
  const [found] = rows
  if (!found) return null
  const [organizationId, memberId, userId] = [idOf('org', found.organization_id), idOf('mem', found.member_id), idOf('user', found.user_id)]
  const { id, slug, name, currency, testClockId } = organizations
  const [membership] = await inWeb({ organizationId, userId }, (tx) =>
    tx
      .select({ organization: { id, slug, name, currency, testClockId }, member: { id: members.id, role: members.role } })
      .from(members)
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId), isNull(members.removedAt), isNull(organizations.deletedAt))),
  )
  return membership ? { ...membership, userId, operator: found.operator_email } : null
}
