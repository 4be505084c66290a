import type { Pool } from 'pg'
import { type OrganizationId, uuidOf } from '../../lib/ids'
import { addDays, systemClock } from '../../lib/time'
import { PRODUCT, type Stage } from './stage'

const A_STEP = 1_000_000
export const KEYS = 200
/** Of a yearly period (G78), so that its page of usage shows twelve months. */
const DAYS = 345

/** A customer late in a yearly period, who is the demo's first owner. */
export type LongLife = { organization: OrganizationId; slug: string }

/** What there is of it, counted from its beginning. */
export type Lived = { events: number; invoices: number; entries: number }

/** On a clock of its own, which goes through the year at once. */
export async function beginLife({ make, signIns }: Stage): Promise<LongLife> {
  const began = addDays(systemClock.now(), -DAYS)
  const owner = signIns.find(({ role }) => role.startsWith('owner'))
  if (!owner) throw new Error('The demo has changed: there is no owner.')
  const clock = await make('POST', '/test_clocks', { now: began.toString() })
  const { id, slug } = await make('POST', '/organizations', { name: 'Bench Year', owner: { email: owner.email }, test_clock: clock.id, invite: false })
  await make('PUT', `/organizations/${id}/payment_method`, { payment_method: 'pm_card_visa' })
  await make('POST', `/organizations/${id}/subscriptions`, { product: PRODUCT, plan: 'yearly', interval: 'year' })
  await make('POST', `/test_clocks/${clock.id}/advance`, { to: addDays(began, DAYS).toString() })
  return { organization: id as OrganizationId, slug: slug as string }
}

/** Adds what is missing, as rows, at the speed of the disk: what the years would have left behind. */
export async function liveOn(sql: Pool, { organization }: LongLife, from: Lived, to: Lived): Promise<void> {
  const id = uuidOf('org', organization)
  for (const [first, last] of steps(from.events, to.events)) await sql.query(EVENTS, [id, first, last])
  await sql.query(SUMS, [id])
  await sql.query("UPDATE usage_segments SET units = $2 WHERE organization_id = $1 AND meter = 'requests'", [id, to.events])
  for (const [first, last] of steps(from.invoices, to.invoices)) for (const rows of [INVOICES, LINES, PAYMENTS]) await sql.query(rows, [id, first, last])
  for (const [first, last] of steps(from.entries, to.entries)) await sql.query(ENTRIES, [id, first, last])
}

/**
 * As many ids that were seen, of the last year: those of one half of the customers as the client makes them, those of the other at random, which
 * fill their index all over. A million at a time are sorted before they are written: only the pages' order is spared, not their splits.
 */
export async function seeIds(sql: Pool, { ordered, random }: Record<'ordered' | 'random', readonly OrganizationId[]>, count: number): Promise<void> {
  const uuids = (ids: readonly OrganizationId[]) => ids.map((id) => uuidOf('org', id))
  const half = Math.floor(count / 2)
  for (const [first, last] of steps(0, half)) {
    await sql.query(seen(`uuidv7(interval '1 second' * ((n - ${half}) * 31536000.0 / ${half}))`), [uuids(ordered), first, last])
    await sql.query(seen('gen_random_uuid()'), [uuids(random), first, last])
  }
}

/** First and last of each, from `from` up to the one before `to`. */
function steps(from: number, to: number): [number, number][] {
  const found: [number, number][] = []
  for (let first = from; first < to; first += A_STEP) found.push([first, Math.min(to, first + A_STEP) - 1])
  return found
}

const SEQUENCE = 'generate_series($2::bigint, $3::bigint) AS n'
const HELD = 'SELECT s.organization_id, s.id, s.period_start FROM subscriptions s WHERE s.organization_id = $1::uuid'

/** A prime number of minutes apart, so that few of them are all over the year too. */
const EVENTS = `
  INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, "timestamp", period_start, segment, received_at, billable)
  SELECT held.organization_id, 'past-' || n, held.id, 'requests', 1, 'key-' || n % ${KEYS}, held.period_start + interval '1 minute' * (n * 7919 % ${DAYS * 1_440}),
    held.period_start, 0, now() - interval '1 second' * (n % 3600), true
  FROM (${HELD}) AS held, ${SEQUENCE}`

/** What the events come to: a row for each month and key, with its days. */
const SUMS = `
  WITH daily AS (
    SELECT organization_id, subscription_id, period_start, key, date_trunc('day', "timestamp" AT TIME ZONE 'UTC')::date AS day, sum(quantity) AS units
    FROM usage_events WHERE organization_id = $1::uuid GROUP BY 1, 2, 3, 4, 5)
  INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
  SELECT organization_id, subscription_id, 'requests', period_start, date_trunc('month', day)::date, key, sum(units),
    (SELECT array_agg(coalesce(of_day.units, 0)::bigint ORDER BY nth) FROM generate_series(1, 31) AS nth
      LEFT JOIN unnest(array_agg(extract(day FROM day)::int), array_agg(units)) AS of_day (day, units) ON of_day.day = nth)
  FROM daily GROUP BY 1, 2, 4, 5, 6
  ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key) DO UPDATE SET quantity = excluded.quantity, days = excluded.days`

const COPIES_FROM = 1_000_000
const FIRST_INVOICE = `SELECT * FROM documents WHERE organization_id = $1::uuid AND number < ${COPIES_FROM} ORDER BY id LIMIT 1`
const COPIED = `SELECT * FROM documents WHERE organization_id = $1::uuid AND number BETWEEN ${COPIES_FROM} + $2::bigint AND ${COPIES_FROM} + $3::bigint`

/** Like its first one, but for what there is only one of. */
const INVOICES = `
  INSERT INTO documents SELECT (jsonb_populate_record(NULL::documents, to_jsonb(first) || jsonb_build_object('id', uuidv7(interval '-30 minutes' * (n + 1)), 'number', ${COPIES_FROM} + n, 'kind', 'change',
    'issued_at', first.issued_at + interval '30 minutes' * n, 'paid_at', first.issued_at + interval '30 minutes' * n))).*
  FROM (${FIRST_INVOICE}) AS first, ${SEQUENCE}`

/** Three each, of which two come to nothing together. */
const LINES = `
  INSERT INTO document_lines SELECT (jsonb_populate_record(NULL::document_lines, to_jsonb(line) || jsonb_build_object('document_id', copied.id, 'position', extra.position) || extra.changed)).*
  FROM (SELECT * FROM document_lines WHERE organization_id = $1::uuid AND document_id = (SELECT id FROM (${FIRST_INVOICE}) AS first) ORDER BY position LIMIT 1) AS line,
    (${COPIED}) AS copied,
    (VALUES (1, '{}'::jsonb), (2, '{"kind": "proration_charge", "amount": 500}'), (3, '{"kind": "proration_credit", "amount": -500}')) AS extra (position, changed)`

const PAYMENTS = `
  INSERT INTO payments SELECT (jsonb_populate_record(NULL::payments, to_jsonb(payment) || jsonb_build_object('id', copied.id, 'document_id', copied.id, 'provider_ref', copied.id))).*
  FROM (SELECT * FROM payments WHERE organization_id = $1::uuid AND document_id = (SELECT id FROM (${FIRST_INVOICE}) AS first)) AS payment, (${COPIED}) AS copied`

/** A setting that is moved to and fro, each tenth time by the system. */
const ENTRIES = `
  INSERT INTO audit_log (organization_id, id, at, actor, action, target, before, after)
  SELECT first.organization_id, uuidv7(interval '-30 seconds' * (n + 1)), first.at + interval '30 seconds' * n, CASE n % 10 WHEN 0 THEN 'system' ELSE 'operator' END, 'limits.updated', first.target,
    jsonb_build_object('cap', (1000 + n % 100)::text, 'auto_renew', n % 2 = 0), jsonb_build_object('cap', (2000 + n % 100)::text, 'auto_renew', n % 2 = 1)
  FROM (SELECT * FROM audit_log WHERE organization_id = $1::uuid AND action = 'subscription.created' LIMIT 1) AS first, ${SEQUENCE}`

const seen = (id: string) => `
  INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on)
  SELECT ($1::uuid[])[n % cardinality($1::uuid[]) + 1], uuid_send(${id}), '\\x00112233445566778899aabbccddeeff', now() AT TIME ZONE 'UTC'
  FROM ${SEQUENCE} ORDER BY 1, 2`
