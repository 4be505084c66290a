import { and, eq, sql } from 'drizzle-orm'
import { inEngine } from '../../db/client'
import { webhookEvents } from '../../db/schema'
import { recordUnblocked } from '../billing/commands/store/events'
import { readOrganizationTime } from '../billing/commands/store/organization'
import { getEntitlements } from '../billing/views/usage-entitlements'
import { isId } from '../ids'

/** Blocks that are looked at in one go, the oldest first. */
const AT_ONCE = 500

/**
 * Tells of subscriptions whose requests were refused and are allowed again, for whatever reason: a renewal, a raised limit,
 * bought credit, a paid invoice. So many things end a block, and time itself is one, that it is looked for; a block is told
 * to have ended once, by its own id. How many have.
 */
export async function tellUnblocked(): Promise<number> {
  const open = await inEngine((tx) =>
    tx
      .select({ id: webhookEvents.id, organizationId: webhookEvents.organizationId, subscriptionId: webhookEvents.subjectId })
      .from(webhookEvents)
      .where(
        and(
          sql`${webhookEvents.type} IN ('usage.blocked', 'usage.unblocked')`,
          eq(webhookEvents.type, 'usage.blocked'),
          sql`NOT EXISTS (
            SELECT 1 FROM webhook_events u
            WHERE u.organization_id = ${webhookEvents.organizationId} AND u.subject_id = ${webhookEvents.subjectId} AND u.id > ${webhookEvents.id}
              AND u.type IN ('usage.blocked', 'usage.unblocked') AND u.type = 'usage.unblocked')`,
        ),
      )
      .orderBy(webhookEvents.id)
      .limit(AT_ONCE),
  )
  let told = 0
  for (const { id, organizationId, subscriptionId } of open) {
    if (organizationId === null || !isId('sub', subscriptionId)) continue
    told += await inEngine(async (tx) => {
      const here = await readOrganizationTime(tx, organizationId)
      const meters = (await getEntitlements(tx, organizationId)).meters.filter((meter) => meter.subscriptionId === subscriptionId)
      if (!here || meters.length === 0 || meters.some(({ allowed }) => !allowed)) return 0
      await recordUnblocked(tx, { organizationId, subscriptionId, at: here.now, block: id })
      return 1
    })
  }
  return told
}
