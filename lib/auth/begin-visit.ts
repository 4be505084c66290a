import { and, eq, isNull, sql } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { members, operatorVisits, organizations } from '../../db/schema'
import { recordAudit } from '../billing/commands/store/audit'
import { lockOrganization } from '../billing/commands/store/organization'
import { type MemberId, type OrganizationId, uuidOf } from '../ids'
import { systemClock } from '../time'
import type { PresentOperator } from './operator-session'
import { hashOperatorToken, newOperatorToken } from './operator-token'

export type BegunVisit = { token: string; slug: string }

/**
 * Begins to look at a customer's pages as one of their members. It is written into their activity, so that nobody is looked
 * at without a trace. Null where there is no such member, or the organization was closed.
 */
export async function beginVisit(
  operator: PresentOperator,
  { organizationId, memberId }: { organizationId: OrganizationId; memberId: MemberId },
): Promise<BegunVisit | null> {
  return inEngine(async (tx) => {
    await tx.execute(sql`SELECT set_config('app.operator_id', ${uuidOf('op', operator.id)}, true)`)
    const [found] = await tx
      .select({ slug: organizations.slug })
      .from(members)
      .innerJoin(organizations, eq(organizations.id, members.organizationId))
      .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId), isNull(members.removedAt), isNull(organizations.deletedAt)))
    if (!found) return null
    const { now } = await lockOrganization(tx, organizationId)
    const token = newOperatorToken()
    await endVisitsOf(operator.sessionHash, tx)
    await tx
      .insert(operatorVisits)
      .values({ tokenHash: hashOperatorToken(token), sessionHash: operator.sessionHash, organizationId, memberId, startedAt: systemClock.now() })
    await recordAudit(tx, [{ organizationId, at: now, actor: 'operator', action: 'organization.viewed', target: memberId }])
    return { token, slug: found.slug }
  })
}

/** One at a time: whoever looks at another customer has left the one before. */
async function endVisitsOf(sessionHash: string, tx: Parameters<Parameters<typeof inEngine>[0]>[0]): Promise<void> {
  await tx
    .update(operatorVisits)
    .set({ endedAt: systemClock.now() })
    .where(and(eq(operatorVisits.sessionHash, sessionHash), isNull(operatorVisits.endedAt)))
}

/** Whose pages were looked at; null where the visit had ended. */
export async function endVisit(token: string): Promise<OrganizationId | null> {
  const [ended] = await inEngine((tx) =>
    tx
      .update(operatorVisits)
      .set({ endedAt: systemClock.now() })
      .where(and(eq(operatorVisits.tokenHash, hashOperatorToken(token)), isNull(operatorVisits.endedAt)))
      .returning({ organizationId: operatorVisits.organizationId }),
  )
  return ended?.organizationId ?? null
}
