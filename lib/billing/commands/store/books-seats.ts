import { sql } from 'drizzle-orm'
import { isRepaired } from './books-money'
import type { BooksCheck } from './books-sql'

/** Every member who holds a seat is paid for or on the tab, and nobody else is; more may be paid for where they were invoiced first (T13). */
const membersArePaidForOrOnTheTab: BooksCheck = sql`
  SELECT s.organization_id, 'seats', 'sub', s.id, 'members who hold one', held.present::text, (s.seats_paid + tab.net)::text
  FROM subscriptions s JOIN scope USING (organization_id)
  JOIN catalog_versions c ON c.product = s.product AND c.version = s.catalog_version
  CROSS JOIN LATERAL (
    SELECT count(*) AS present FROM members m
    WHERE m.organization_id = s.organization_id AND m.removed_at IS NULL AND c.document -> 'policies' -> 'seats' -> 'roles' ? m.role::text) held
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE t.type WHEN 'joined' THEN 1 ELSE -1 END), 0) AS net FROM seat_changes t
    WHERE t.organization_id = s.organization_id AND t.subscription_id = s.id AND t.settled_at IS NULL) tab
  WHERE s.ended_at IS NULL AND s.status IN ('active', 'past_due') AND s.seats_paid > 0 AND held.present <> s.seats_paid + tab.net
    AND (held.present > s.seats_paid + tab.net OR NOT EXISTS (
      SELECT FROM documents d WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.period_start = s.period_start AND d.kind = 'pro_forma'))`

/**
 * The seats that the running period is paid for: those of its last fee, and what the reviews since have billed and credited. A seat that was given
 * up after its time had been refunded gives no credit, so that its review may issue nothing (G38, G67): it is counted by itself.
 */
const seatsPaidFollowFromLines: BooksCheck = sql`
  SELECT s.organization_id, 'seats_paid', 'sub', s.id, NULL::text, (fee.quantity + reviewed.net - refunded.gone)::text, s.seats_paid::text
  FROM subscriptions s JOIN scope USING (organization_id)
  CROSS JOIN LATERAL (
    SELECT l.quantity, d.issued_at FROM documents d
    JOIN document_lines l ON l.organization_id = d.organization_id AND l.document_id = d.id AND l.kind IN ('plan', 'proration_charge')
    WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.period_start = s.period_start
      AND d.kind IN ('renewal', 'change', 'pro_forma') AND (d.status <> 'void' OR ${isRepaired})
      AND NOT EXISTS (SELECT FROM pending_actions a WHERE a.organization_id = d.organization_id AND a.document_id = d.id AND a.state = 'waiting')
    ORDER BY d.issued_at DESC, d.id DESC LIMIT 1) fee
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(CASE WHEN l.kind = 'seat_removal' THEN -l.quantity WHEN l.rule = 'T5b' THEN 0 ELSE l.quantity END), 0) AS net FROM documents d
    JOIN document_lines l ON l.organization_id = d.organization_id AND l.document_id = d.id AND l.kind IN ('seat_addition', 'seat_removal')
    WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.period_start = s.period_start
      AND d.kind = 'adjustment' AND d.issued_at >= fee.issued_at) reviewed
  CROSS JOIN LATERAL (
    SELECT count(*) AS gone FROM seat_changes t
    WHERE t.organization_id = s.organization_id AND t.subscription_id = s.id AND t.type = 'left' AND t.settled_at > fee.issued_at AND s.refunded_taken > 0
      AND NOT EXISTS (SELECT FROM seat_changes j WHERE j.organization_id = t.organization_id AND j.subscription_id = t.subscription_id
        AND j.member_id = t.member_id AND j.type = 'joined' AND j.settled_at = t.settled_at)
      AND NOT EXISTS (SELECT FROM documents d JOIN document_lines l ON l.organization_id = d.organization_id AND l.document_id = d.id AND l.kind = 'seat_removal'
        WHERE d.organization_id = t.organization_id AND d.subscription_id = t.subscription_id AND d.issued_at = t.settled_at)) refunded
  WHERE s.ended_at IS NULL AND s.status IN ('active', 'past_due') AND s.seats_paid > 0 AND fee.quantity + reviewed.net - refunded.gone <> s.seats_paid`

/** A line of seats is of changes that it has settled: one who joined and left is on one line of additions, and on none of removals. */
const seatLinesAreOfChanges: BooksCheck = sql`
  SELECT d.organization_id, 'seat_lines', 'inv', d.id, figure.name, 'at most ' || figure.settled, figure.billed::text
  FROM documents d JOIN scope USING (organization_id)
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(l.quantity) FILTER (WHERE l.kind = 'seat_addition'), 0) AS added, coalesce(sum(l.quantity) FILTER (WHERE l.kind = 'seat_removal'), 0) AS removed
    FROM document_lines l WHERE l.organization_id = d.organization_id AND l.document_id = d.id) line
  CROSS JOIN LATERAL (
    SELECT count(*) FILTER (WHERE t.type = 'joined') AS joined, count(*) FILTER (WHERE t.type = 'left') AS left_team FROM seat_changes t
    WHERE t.organization_id = d.organization_id AND t.subscription_id = d.subscription_id AND t.settled_at = d.issued_at) change
  CROSS JOIN LATERAL (VALUES ('joined', change.joined, line.added), ('left', change.left_team, line.removed)) AS figure (name, settled, billed)
  WHERE line.added + line.removed > 0 AND d.status <> 'void' AND figure.billed > figure.settled
    AND NOT EXISTS (SELECT FROM pending_actions a WHERE a.organization_id = d.organization_id AND a.document_id = d.id AND a.state = 'waiting')`

export const seatChecks: readonly BooksCheck[] = [membersArePaidForOrOnTheTab, seatsPaidFollowFromLines, seatLinesAreOfChanges]
