import { sql } from 'drizzle-orm'
import { isRepaired } from './books-money'
import type { BooksCheck } from './books-sql'

/** A counter is the sum of its events, until it is sealed: then they may be gone, and it is what they added up to (G87). */
const countersAreTheirEvents: BooksCheck = sql`
  SELECT organization_id, 'usage_events', 'sub', subscription_id, meter || ' ' || period_start || ' ' || position, coalesce(event.units, 0)::text, coalesce(counter.units, 0)::text
  FROM (SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, s.units, s.sealed_at FROM usage_segments s JOIN scope USING (organization_id)) counter
  FULL JOIN (
    SELECT e.organization_id, e.subscription_id, e.meter, e.period_start, e.segment AS position, sum(e.quantity) AS units
    FROM usage_events e JOIN scope USING (organization_id) WHERE e.billable GROUP BY e.organization_id, e.subscription_id, e.meter, e.period_start, e.segment
  ) event USING (organization_id, subscription_id, meter, period_start, position)
  WHERE coalesce(event.units, 0) <> coalesce(counter.units, 0) AND counter.sealed_at IS NULL
  UNION ALL
  SELECT s.organization_id, 'sealed_usage', 'sub', s.subscription_id, s.meter || ' ' || s.period_start || ' ' || s.position, s.sealed_units::text, s.units::text
  FROM usage_segments s JOIN scope USING (organization_id) WHERE s.sealed_units <> s.units`

/** What charts show, by key and by day. */
const rollupsAreTheirCounters: BooksCheck = sql`
  SELECT organization_id, 'usage_rollup', 'sub', subscription_id, meter || ' ' || period_start || ' by ' || rolled.what, coalesce(counter.units, 0)::text, rolled.units::text
  FROM (
    SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, sum(s.units) AS units
    FROM usage_segments s JOIN scope USING (organization_id) GROUP BY s.organization_id, s.subscription_id, s.meter, s.period_start
  ) counter
  FULL JOIN (
    SELECT r.organization_id, r.subscription_id, r.meter, r.period_start, sum(r.quantity) AS by_key, sum((SELECT sum(day) FROM unnest(r.days) AS day)) AS by_day
    FROM usage_rollups r JOIN scope USING (organization_id) GROUP BY r.organization_id, r.subscription_id, r.meter, r.period_start
  ) rollup USING (organization_id, subscription_id, meter, period_start)
  CROSS JOIN LATERAL (VALUES ('key', coalesce(rollup.by_key, 0)), ('day', coalesce(rollup.by_day, 0))) AS rolled (what, units)
  WHERE coalesce(counter.units, 0) <> rolled.units`

/** What segments remember as billed is what invoices say; an invoice that still waits for its payment has billed nothing yet. */
const billedIsOnInvoices: BooksCheck = sql`
  SELECT organization_id, 'billed_usage', 'sub', subscription_id, figure.name, figure.invoiced::text, figure.remembered::text
  FROM (
    SELECT s.organization_id, s.subscription_id, sum(s.billed_units) AS units, sum(s.billed_amount) AS amount
    FROM usage_segments s JOIN scope USING (organization_id) GROUP BY s.organization_id, s.subscription_id
  ) billed
  FULL JOIN (
    SELECT d.organization_id, d.subscription_id, sum(l.amount) AS amount, sum(CASE l.kind WHEN 'adjustment' THEN (l.inputs ->> 'late_units')::bigint ELSE l.quantity END) AS units
    FROM documents d JOIN scope USING (organization_id)
    JOIN document_lines l ON l.organization_id = d.organization_id AND l.document_id = d.id
    WHERE (l.kind IN ('overage', 'extra_usage', 'usage') OR (l.kind = 'adjustment' AND l.rule = 'C8')) AND (d.status <> 'void' OR ${isRepaired})
      AND NOT EXISTS (SELECT FROM pending_actions a WHERE a.organization_id = d.organization_id AND a.document_id = d.id AND a.state = 'waiting')
    GROUP BY d.organization_id, d.subscription_id
  ) line USING (organization_id, subscription_id)
  CROSS JOIN LATERAL (VALUES
    ('units', coalesce(line.units, 0), coalesce(billed.units, 0)),
    ('amount', coalesce(line.amount, 0), coalesce(billed.amount, 0))) AS figure (name, invoiced, remembered)
  WHERE figure.invoiced <> figure.remembered`

/** An alert was told of usage that had reached it, under a limit that held in its period (A5). */
const alertsWereReached: BooksCheck = sql`
  SELECT a.organization_id, 'alert', 'sub', a.subscription_id, a.meter || ' ' || a.period_start || ' ' || a.threshold || ' %',
    'usage from ' || ceil(a.limit_units * a.threshold / 100.0) || ' of ' || a.limit_units, a.used_units::text
  FROM usage_alerts a JOIN scope USING (organization_id)
  WHERE a.used_units * 100 < a.limit_units * a.threshold
    OR NOT EXISTS (
      SELECT FROM usage_segments s WHERE s.organization_id = a.organization_id AND s.subscription_id = a.subscription_id AND s.meter = a.meter
        AND s.period_start = a.period_start AND s.limit_units = a.limit_units)`

/** The highest threshold that holds now was told (A5, G44). */
const alertsWereTold: BooksCheck = sql`
  SELECT s.organization_id, 'alert_missing', 'sub', s.subscription_id, s.meter || ' ' || reached.threshold || ' %', 'told', 'not told'
  FROM subscriptions held JOIN scope USING (organization_id)
  JOIN LATERAL (
    SELECT DISTINCT ON (u.meter) u.* FROM usage_segments u
    WHERE u.organization_id = held.organization_id AND u.subscription_id = held.id AND u.period_start = held.period_start ORDER BY u.meter, u.position DESC
  ) s ON true
  JOIN catalog_versions c ON c.product = held.product AND c.version = s.catalog_version
  CROSS JOIN LATERAL (
    SELECT max(threshold::smallint) AS threshold FROM jsonb_array_elements_text(c.document -> 'policies' -> 'alert_thresholds') threshold
    WHERE (s.counted_at_start + s.units) * 100 >= s.limit_units * threshold::bigint
  ) reached
  WHERE held.started_at IS NOT NULL AND held.ended_at IS NULL AND s.limit_units IS NOT NULL AND s.counted_at_start + s.units > 0 AND reached.threshold IS NOT NULL
    AND NOT EXISTS (
      SELECT FROM usage_alerts a WHERE a.organization_id = s.organization_id AND a.subscription_id = s.subscription_id AND a.meter = s.meter
        AND a.period_start = s.period_start AND a.limit_units = s.limit_units AND a.threshold = reached.threshold)`

/** No gateway has used more than it was handed, and a settled lease says when it was (G61). */
const leasesAreWithinTheirGrant: BooksCheck = sql`
  SELECT l.organization_id, 'lease', 'lease', l.id, l.meter, '0 to ' || l.granted || ' by the end of its period', coalesce(l.settled_units::text, 'nothing') || ' settled ' || coalesce(l.settled_at::text, 'never')
  FROM usage_leases l JOIN scope USING (organization_id)
  JOIN usage_segments s ON (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (l.organization_id, l.subscription_id, l.meter, l.period_start, l.segment)
  WHERE l.settled_units > l.granted OR (l.settled_units IS NULL) <> (l.settled_at IS NULL)`

/** What gateways have settled was counted with the rest of its segment. */
const settledIsCounted: BooksCheck = sql`
  SELECT organization_id, 'lease_usage', 'sub', subscription_id, meter || ' ' || period_start || ' ' || position, 'at least ' || settled, units::text
  FROM (
    SELECT s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, s.units, sum(l.settled_units) AS settled
    FROM usage_leases l JOIN scope USING (organization_id)
    JOIN usage_segments s ON (s.organization_id, s.subscription_id, s.meter, s.period_start, s.position) = (l.organization_id, l.subscription_id, l.meter, l.period_start, l.segment)
    GROUP BY s.organization_id, s.subscription_id, s.meter, s.period_start, s.position, s.units
  ) leased WHERE settled > units`

export const usageChecks: readonly BooksCheck[] = [
  leasesAreWithinTheirGrant,
  settledIsCounted,
  countersAreTheirEvents,
  rollupsAreTheirCounters,
  billedIsOnInvoices,
  alertsWereReached,
  alertsWereTold,
]
