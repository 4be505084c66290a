import { sql } from 'drizzle-orm'
import type { CommandContext } from '../context'

/** Days for which what nobody needs any more is kept, so that a question about last week can still be answered. */
const QUOTE_DAYS = 30
const INVITATION_DAYS = 30
const NOTIFICATION_DAYS = 90
/** The activity keeps who revoked which. */
const REVOKED_KEY_DAYS = 90
/** So long what was missed can be looked at and sent again. */
const WEBHOOK_DAYS = 30
/** A block that has not ended is kept, so that its end can be told: longer than a yearly period. */
const BLOCK_DAYS = 400
/** For so long the log names a chat that was removed. */
const REMOVED_CHANNEL_DAYS = 90
/** For so long a closed period takes late usage (C8). */
const LATE_USAGE_DAYS = 35

export type CleanedUp = { quotes: number; invitations: number; notifications: number; leases: number; keys: number; webhooks: number; channels: number }

/** Deletes quotes that were never taken, invitations that nobody accepted, notifications that were acted on, and keys that work no more; closes leases that nobody can settle. */
export async function cleanUp({ tx }: CommandContext): Promise<CleanedUp> {
  // A quote lives in its organization's own time, which on a test clock may be years from ours.
  const quotes = await tx.execute(sql`
    DELETE FROM quotes q USING organizations o LEFT JOIN test_clocks c ON c.id = o.test_clock_id
    WHERE o.id = q.organization_id AND q.state = 'open' AND q.created_at < coalesce(c.now, now()) - make_interval(days => ${QUOTE_DAYS})`)
  const invitations = await tx.execute(
    sql`DELETE FROM invitations WHERE accepted_at IS NULL AND expires_at < now() - make_interval(days => ${INVITATION_DAYS})`,
  )
  const notifications = await tx.execute(
    sql`DELETE FROM webhook_inbox WHERE state <> 'pending' AND received_at < now() - make_interval(days => ${NOTIFICATION_DAYS})`,
  )
  const keys = await tx.execute(sql`DELETE FROM api_keys WHERE revoked_at < now() - make_interval(days => ${REVOKED_KEY_DAYS})`)
  // Deliveries go with their event.
  const webhooks = await tx.execute(sql`
    DELETE FROM webhook_events e WHERE e.written_at < now() - make_interval(days => ${WEBHOOK_DAYS})
      AND (e.type <> 'usage.blocked' OR e.written_at < now() - make_interval(days => ${BLOCK_DAYS}) OR EXISTS (
        SELECT 1 FROM webhook_events u WHERE u.organization_id = e.organization_id AND u.subject_id = e.subject_id AND u.id > e.id
          AND u.type IN ('usage.blocked', 'usage.unblocked') AND u.type = 'usage.unblocked'))`)
  await tx.execute(sql`DELETE FROM webhook_endpoints WHERE deleted_at < now() - make_interval(days => ${WEBHOOK_DAYS})`)
  // Nobody can settle them any more: their period takes no more late usage (C8, G61). What they held came back long ago.
  const leases = await tx.execute(sql`
    UPDATE usage_leases l SET settled_units = 0, settled_at = l.expires_at FROM usage_segments s, organizations o LEFT JOIN test_clocks c ON c.id = o.test_clock_id
    WHERE l.settled_at IS NULL AND o.id = l.organization_id
      AND (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (l.organization_id, l.subscription_id, l.meter, l.period_start, l.segment)
      AND s.period_end + make_interval(days => ${LATE_USAGE_DAYS}) < coalesce(c.now, now())`)
  const channels = await tx.execute(sql`DELETE FROM notification_channels WHERE removed_at < now() - make_interval(days => ${REMOVED_CHANNEL_DAYS})`)
  return {
    quotes: quotes.rowCount ?? 0,
    invitations: invitations.rowCount ?? 0,
    notifications: notifications.rowCount ?? 0,
    leases: leases.rowCount ?? 0,
    keys: keys.rowCount ?? 0,
    webhooks: webhooks.rowCount ?? 0,
    channels: channels.rowCount ?? 0,
  }
}
