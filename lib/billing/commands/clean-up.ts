import { sql } from 'drizzle-orm'
import type { CommandContext } from '../context'

/** Days for which what nobody needs any more is kept, so that a question about last week can still be answered. */
const QUOTE_DAYS = 30
const INVITATION_DAYS = 30
const NOTIFICATION_DAYS = 90

export type CleanedUp = { quotes: number; invitations: number; notifications: number }

/** Deletes quotes that were never taken, invitations that nobody accepted, and notifications that were acted on. */
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
  return { quotes: quotes.rowCount ?? 0, invitations: invitations.rowCount ?? 0, notifications: notifications.rowCount ?? 0 }
}
