import type { Pool, PoolClient } from 'pg'
import { recording } from '../../lib/api/usage-groups'
import { newEventId } from '../../lib/client/event-id'
import { idOf, uuidOf } from '../../lib/ids'
import { systemClock } from '../../lib/time'
import { withBareServer } from './bare-server'
import { type Figure, inTurn, saturate, type Terms } from './measure'
import type { Post } from './post'
import { type Customer, FILTERED, type Stage } from './stage'

const BATCH = 100
const CUSTOMERS = 50
const BATCHED_CALLERS = 64
/** At how many callers an event a statement is tried: more of them share a flush, and wait for each other's counters. */
const AUTOCOMMITTING = [16, 32, 64]
const GROUPED_CALLERS = 1_024
const HTTP_CALLERS = 256
const KEYS = ['production', 'staging', 'batch', 'mobile']
/** One call in so many failed, and is kept, and not billable by the meter's filter. */
const FAILING = 5

/**
 * `POST /usage` over HTTP, with its exact ids, filters, rollups and alerts, against the statement that writes the same rows and does nothing
 * else, and against one transaction an event, as fast as that goes.
 */
export async function benchIngest(stage: Stage, { seconds }: { seconds: number }): Promise<Figure[]> {
  const customers = await stage.customers(CUSTOMERS)
  // The statement has customers of its own: it tells of no alert.
  const segments = await Promise.all((await stage.customers(CUSTOMERS)).map((customer) => segmentOf(stage.sql, customer)))
  let sent = 0
  const [told, written]: [Told, Told] = [new Map(), new Map()]
  const post = posting(stage.post, customers, filtered, told)
  const writeBatch = async () => {
    await writeRows(stage.sql, segments, sent++, BATCH, written)
    return BATCH
  }
  const inProcess = async () => {
    const { id: organization } = pick(customers, sent)
    const outcome = await recording.do([{ ...filtered(Math.floor(sent++ / CUSTOMERS)), timestamp: systemClock.now(), organization }])
    if (!outcome.ok) throw new Error(outcome.error.code)
    tell(told, uuidOf('org', organization), 1)
    return 1
  }
  const batched: Terms = { concurrency: BATCHED_CALLERS, seconds }
  const anEvent = await fastestTransactionAnEvent(stage.sql, segments, seconds / 2, written)
  const [bare, batches, perEventRate] = await inTurn(
    () => saturate(batched, writeBatch),
    () => saturate(batched, () => post(BATCH)),
    () => saturate({ concurrency: anEvent.concurrency, seconds }, anEvent.write),
  )
  const perEvent: Peer = { what: anEvent.what, rate: perEventRate }
  const singles = await saturate({ concurrency: GROUPED_CALLERS, seconds }, inProcess)
  const one: Terms = { concurrency: HTTP_CALLERS, seconds }
  const overHttp = await saturate(one, () => post(1))
  const bareServer = await withBareServer((bare) => {
    const postBare = posting(bare, customers, filtered, new Map())
    return saturate(one, () => postBare(1))
  })
  await expectExact(stage, written)
  await expectExact(stage, told)
  await expectAlerts(stage, [...told.keys()])
  const figure = (what: string, value: number) => ({ section: 'Ingest', what, value, unit: 'events a second' })
  const than = (value: number, peer: Peer, floor: number, smallFloor: number) => ({
    ...{ what: peer.what, value: peer.rate, ratio: value / peer.rate },
    ...{ floor, smallFloor },
  })
  return [
    {
      ...figure('batches of 100 over HTTP', batches),
      than: than(batches, { what: 'the bare statement', rate: bare }, 0.5, 0.2),
      bound: { type: 'at least', value: 15_000 },
    },
    { ...figure('batches of 100 over HTTP', batches), than: than(batches, perEvent, 10, 3) },
    { ...figure('single events, 1,024 callers in process', singles), than: than(singles, perEvent, 3, 2) },
    {
      ...figure(`single events, ${HTTP_CALLERS} callers over HTTP`, overHttp),
      than: { what: 'a server that does nothing with them', value: bareServer, ratio: overHttp / bareServer },
      bound: { type: 'at least', value: 2_500 },
    },
  ]
}

type Peer = { what: string; rate: number }

/** Events of each customer that were told recorded. */
type Told = Map<string, number>

function tell(told: Told, organization: string, events: number): void {
  told.set(organization, (told.get(organization) ?? 0) + events)
}

type Way = { what: string; concurrency: number; write: () => Promise<number> }

/**
 * The fastest way to have a transaction for each event: a statement by itself, at several numbers of callers, or with BEGIN and COMMIT around it. Only
 * which one it is: of four rates that vary the best is more than its way does on average.
 */
async function fastestTransactionAnEvent(sql: Pool, segments: readonly Segment[], seconds: number, written: Told): Promise<Way> {
  let sent = 0
  const write = async () => {
    await writeRows(sql, segments, sent++, 1, written)
    return 1
  }
  const writeBetween = async () => {
    await inTransaction(sql, (client) => writeRows(client, segments, sent++, 1, written))
    return 1
  }
  const ways: Way[] = [
    ...AUTOCOMMITTING.map((concurrency) => ({ what: `a transaction an event (${concurrency} callers, each statement its own)`, concurrency, write })),
    { what: 'a transaction an event (BEGIN and COMMIT)', concurrency: GROUPED_CALLERS, write: writeBetween },
  ]
  const tried: { way: Way; rate: number }[] = []
  for (const way of ways) tried.push({ way, rate: await saturate({ concurrency: way.concurrency, seconds }, way.write) })
  return tried.reduce((fastest, one) => (one.rate > fastest.rate ? one : fastest)).way
}

function pick<One>(of: readonly One[], turn: number): One {
  return of[turn % of.length] as One
}

type Event = { id: string; meter: string; quantity: number; key: string; properties?: { status: string } }

/** Of a meter with a filter. */
function filtered(turn: number): Event {
  return { id: newEventId(), meter: FILTERED.meter, quantity: 1, key: pick(KEYS, turn), properties: { status: statusOf(turn) } }
}

function statusOf(turn: number): 'ok' | 'failed' {
  return turn % FAILING === 0 ? 'failed' : 'ok'
}

/** Sends a body of so many events over HTTP, each of the next customer; each event has a time, as those of the client have. */
function posting(post: Post, customers: readonly Customer[], event: (turn: number) => Event, told: Told): (size: number) => Promise<number> {
  let sent = 0
  return async (size) => {
    const { id: organization } = pick(customers, sent)
    const round = Math.floor(sent++ / customers.length)
    const timestamp = systemClock.now().toString()
    const events = Array.from({ length: size }, (_, index) => ({ ...event(round + index), timestamp, organization }))
    const { status, body } = await post('/usage', JSON.stringify({ events }))
    if (status !== 200) throw new Error(`usage: ${status} ${body}`)
    tell(told, uuidOf('org', organization), size)
    return size
  }
}

/** Batches over HTTP, with ids in the order of time, as the client makes them, or random ones. */
export function ingestRate(stage: Stage, customers: readonly Customer[], { seconds, ids }: { seconds: number; ids: 'ordered' | 'random' }): Promise<number> {
  const newId = ids === 'ordered' ? newEventId : () => crypto.randomUUID()
  const post = posting(stage.post, customers, (turn) => ({ id: newId(), meter: 'requests', quantity: 1, key: pick(KEYS, turn) }), new Map())
  return saturate({ concurrency: BATCHED_CALLERS, seconds }, () => post(BATCH))
}

type Segment = { organization: string; subscription: string; periodStart: unknown; position: number }

async function segmentOf(sql: Pool, { id, subscription }: Customer): Promise<Segment> {
  const of = [uuidOf('sub', subscription), FILTERED.meter]
  const { rows } = await sql.query('SELECT period_start, position FROM usage_segments WHERE subscription_id = $1 AND meter = $2', of)
  return { organization: uuidOf('org', id), subscription: uuidOf('sub', subscription), periodStart: rows[0].period_start, position: rows[0].position }
}

const BARE = `
  WITH v AS (SELECT * FROM unnest($5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::bigint[], $10::text[], $11::boolean[])
      AS v (id, id_hash, content_hash, key, quantity, properties, billable)),
    ids AS (INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on)
      SELECT $1::uuid, id_hash, content_hash, now() AT TIME ZONE 'UTC' FROM v ORDER BY id_hash ON CONFLICT DO NOTHING),
    events AS (INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, properties, "timestamp", period_start, segment, received_at, billable)
      SELECT $1::uuid, id, $2::uuid, '${FILTERED.meter}', quantity, key, properties::jsonb, now(), $3, $4, now(), billable FROM v),
    counters AS (UPDATE usage_segments SET units = units + (SELECT coalesce(sum(quantity), 0) FROM v WHERE billable)
      WHERE organization_id = $1::uuid AND subscription_id = $2::uuid AND meter = '${FILTERED.meter}' AND period_start = $3 AND position = $4
        AND EXISTS (SELECT FROM v WHERE billable))
  INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
  SELECT $1::uuid, $2::uuid, '${FILTERED.meter}', $3, date_trunc('month', now(), 'UTC') AT TIME ZONE 'UTC', key, sum(quantity),
    format('[%1$s:%1$s]={%2$s}', extract(day FROM now() AT TIME ZONE 'UTC'), sum(quantity))::bigint[]
  FROM v WHERE billable GROUP BY key ORDER BY key
  ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
  DO UPDATE SET quantity = usage_rollups.quantity + excluded.quantity, days = add_days(usage_rollups.days, excluded.days)`

/** An id's bytes are what the product keeps of it; what it keeps of the content is in no index, and is spared here. */
async function writeRows(sql: Pool | PoolClient, segments: readonly Segment[], turn: number, size: number, written: Told): Promise<void> {
  const { organization, subscription, periodStart, position } = pick(segments, turn)
  const round = Math.floor(turn / segments.length)
  const ids = Array.from({ length: size }, newEventId)
  const bytes = ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'))
  const statuses = ids.map((_, index) => statusOf(round + index))
  const rows = [
    ...[ids, bytes, bytes, ids.map((_, index) => pick(KEYS, round + index)), ids.map(() => '1')],
    ...[statuses.map((status) => JSON.stringify({ status })), statuses.map((status) => status === 'ok')],
  ]
  await sql.query({ name: 'bare', text: BARE, values: [organization, subscription, periodStart, position, ...rows] })
  tell(written, organization, size)
}

async function inTransaction(sql: Pool, work: (client: PoolClient) => Promise<void>): Promise<void> {
  const client = await sql.connect()
  try {
    await client.query('BEGIN')
    await work(client)
    await client.query('COMMIT')
  } finally {
    client.release()
  }
}

/**
 * The figures would mean nothing if anything were lost, counted twice, or counted though it is not billable: of each customer there is what they
 * were told, each event has its id, once, and the billable ones are the counter, by key the rollups, and their days.
 *
 * @throws Error that names the customers of whom that is not so
 */
async function expectExact({ sql }: Stage, told: Told): Promise<void> {
  const { rows } = await sql.query<{ organization_id: string; is_exact: boolean | null }>(
    `WITH events AS (
         SELECT organization_id, key, count(*) AS events, count(DISTINCT id) AS ids, coalesce(sum(quantity) FILTER (WHERE billable), 0) AS units,
           bool_and(billable = (properties ->> 'status' = 'ok')) AS is_judged
         FROM usage_events WHERE organization_id = ANY ($1::uuid[]) GROUP BY organization_id, key),
       rollups AS (
         SELECT organization_id, key, sum(quantity) AS units, sum((SELECT sum(day) FROM unnest(days) AS day)) AS in_days
         FROM usage_rollups WHERE organization_id = ANY ($1::uuid[]) GROUP BY organization_id, key),
       keys AS (
         SELECT *, e.is_judged AND e.ids = e.events AND e.units = coalesce(r.units, 0) AND e.units = coalesce(r.in_days, 0) AS is_exact, e.units AS counted
         FROM events e FULL JOIN rollups r USING (organization_id, key))
     SELECT s.organization_id, (SELECT bool_and(k.is_exact IS TRUE) AND sum(k.counted) = s.units AND sum(k.counted) < sum(k.events)
         AND sum(k.events) = (SELECT count(*) FROM usage_event_ids i WHERE i.organization_id = s.organization_id) AND sum(k.events) = t.events
       FROM keys k WHERE k.organization_id = s.organization_id) AS is_exact
     FROM usage_segments s JOIN unnest($1::uuid[], $3::bigint[]) AS t (organization_id, events) USING (organization_id) WHERE s.meter = $2`,
    [[...told.keys()], FILTERED.meter, [...told.values()]],
  )
  if (rows.length !== CUSTOMERS || told.size !== CUSTOMERS) throw new Error(`${rows.length} counters of ${told.size} customers`)
  refuseAny('what is counted, rolled up and kept drifted', rows)
}

/** Each alert that a customer has come past is told, or passed over by a jump to a higher one: once, and none that they have not reached. */
async function expectAlerts({ sql }: Stage, organizations: readonly string[]): Promise<void> {
  const { rows } = await sql.query<{ organization_id: string; is_exact: boolean; told: string }>(
    `SELECT s.organization_id, a.told,
       a.reached = ARRAY(SELECT t FROM unnest($3::int[]) AS t WHERE s.units * 100 >= s.limit_units * t ORDER BY t)
         AND a.mailed = (SELECT count(*) FROM messages m WHERE m.organization_id = s.organization_id AND m.kind LIKE 'usage_alert_%') AS is_exact
     FROM usage_segments s, LATERAL (SELECT coalesce(array_agg(threshold::int ORDER BY threshold), '{}') AS reached, count(*) FILTER (WHERE NOT passed_over) AS told,
         count(*) FILTER (WHERE NOT passed_over AND threshold IN (80, 100)) AS mailed
       FROM usage_alerts u WHERE u.organization_id = s.organization_id AND u.meter = s.meter) a
     WHERE s.organization_id = ANY ($1::uuid[]) AND s.meter = $2`,
    [organizations, FILTERED.meter, FILTERED.alerts],
  )
  refuseAny('alerts were lost, or told twice or too early', rows)
  if (rows.some(({ told }) => told === '0')) throw new Error('a customer has come past no alert: none was measured')
}

function refuseAny(what: string, rows: readonly { organization_id: string; is_exact: boolean | null }[]): void {
  const wrong = rows.filter(({ is_exact }) => is_exact !== true)
  if (wrong.length > 0) throw new Error(`${what}: ${wrong.map((row) => idOf('org', row.organization_id)).join(', ')}`)
}
