import type { Pool, PoolClient } from 'pg'
import { recording } from '../../lib/api/usage-groups'
import { newEventId } from '../../lib/client/event-id'
import { idOf, uuidOf } from '../../lib/ids'
import { type Figure, saturate, type Terms } from './measure'
import type { Customer, Stage } from './stage'

const BATCH = 100
const CUSTOMERS = 50
const BATCHED_CALLERS = 64
/** At how many callers an event a statement is tried: more of them share a flush, and wait for each other's counters. */
const AUTOCOMMITTING = [16, 32, 64]
const GROUPED_CALLERS = 1_024
const KEYS = ['production', 'staging', 'batch', 'mobile']

/**
 * `POST /usage` over HTTP, with its exact ids, filters, rollups and alerts, against the statement that writes the same rows and does nothing
 * else, and against one transaction an event, as fast as that goes.
 */
export async function benchIngest(stage: Stage, { seconds }: { seconds: number }): Promise<Figure[]> {
  const customers = await stage.customers(CUSTOMERS)
  const segments = await Promise.all(customers.map((customer) => segmentOf(stage.sql, customer)))
  let sent = 0
  const post = posting(stage, customers, newEventId)
  const writeBatch = async () => {
    await writeRows(stage.sql, segments, sent++, BATCH)
    return BATCH
  }
  const inProcess = async () => {
    const outcome = await recording.do([one(newEventId(), pick(customers, sent++).id, sent)])
    if (!outcome.ok) throw new Error(outcome.error.code)
    return 1
  }
  const batched: Terms = { concurrency: BATCHED_CALLERS, seconds }
  const bare = await saturate(batched, writeBatch)
  const batches = await saturate(batched, () => post(BATCH))
  const perEvent = await transactionAnEvent(stage.sql, segments, seconds)
  const singles = await saturate({ concurrency: GROUPED_CALLERS, seconds }, inProcess)
  const overHttp = await saturate({ concurrency: 256, seconds }, () => post(1))
  await expectExact(stage, customers)
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
    { ...figure('single events, 256 callers over HTTP', overHttp), bound: { type: 'at least', value: 2_500 } },
  ]
}

type Peer = { what: string; rate: number }

/** The fastest way to have a transaction for each event: a statement by itself, at several numbers of callers, or with BEGIN and COMMIT around it. */
async function transactionAnEvent(sql: Pool, segments: readonly Segment[], seconds: number): Promise<Peer> {
  let sent = 0
  const tried: Peer[] = []
  for (const callers of AUTOCOMMITTING) {
    const write = async () => {
      await writeRows(sql, segments, sent++, 1)
      return 1
    }
    tried.push({ what: `a transaction an event (${callers} callers, each statement its own)`, rate: await saturate({ concurrency: callers, seconds }, write) })
  }
  const writeBetween = async () => {
    await inTransaction(sql, (client) => writeRows(client, segments, sent++, 1))
    return 1
  }
  tried.push({ what: 'a transaction an event (BEGIN and COMMIT)', rate: await saturate({ concurrency: GROUPED_CALLERS, seconds }, writeBetween) })
  return tried.reduce((fastest, one) => (one.rate > fastest.rate ? one : fastest))
}

function pick<One>(of: readonly One[], turn: number): One {
  return of[turn % of.length] as One
}

function one(id: string, organization: string, turn: number) {
  return { id, organization, meter: 'requests', quantity: 1, key: pick(KEYS, turn) }
}

/** Sends a body of so many events over HTTP, each of the next customer. */
function posting(stage: Stage, customers: readonly Customer[], newId: () => string): (size: number) => Promise<number> {
  let sent = 0
  return async (size) => {
    const { id } = pick(customers, sent++)
    const events = Array.from({ length: size }, (_, index) => one(newId(), id, index))
    const { status, body } = await stage.post('/usage', JSON.stringify({ events }))
    if (status !== 200) throw new Error(`usage: ${status} ${body}`)
    return size
  }
}

/** Batches over HTTP, with ids in the order of time, as the client makes them, or random ones. */
export function ingestRate(stage: Stage, customers: readonly Customer[], { seconds, ids }: { seconds: number; ids: 'ordered' | 'random' }): Promise<number> {
  const post = posting(stage, customers, ids === 'ordered' ? newEventId : () => crypto.randomUUID())
  return saturate({ concurrency: BATCHED_CALLERS, seconds }, () => post(BATCH))
}

type Segment = { organization: string; subscription: string; periodStart: unknown; position: number }

async function segmentOf(sql: Pool, { id, subscription }: Customer): Promise<Segment> {
  const { rows } = await sql.query('SELECT period_start, position FROM usage_segments WHERE subscription_id = $1', [uuidOf('sub', subscription)])
  return { organization: uuidOf('org', id), subscription: uuidOf('sub', subscription), periodStart: rows[0].period_start, position: rows[0].position }
}

const BARE = `
  WITH v AS (SELECT * FROM unnest($5::text[], $6::bytea[], $7::bytea[], $8::text[], $9::bigint[]) AS v (id, id_hash, content_hash, key, quantity)),
    ids AS (INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on)
      SELECT $1::uuid, id_hash, content_hash, now() AT TIME ZONE 'UTC' FROM v ORDER BY id_hash ON CONFLICT DO NOTHING),
    events AS (INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, "timestamp", period_start, segment, received_at, billable)
      SELECT $1::uuid, id, $2::uuid, 'requests', quantity, key, now(), $3, $4, now(), true FROM v),
    counters AS (UPDATE usage_segments SET units = units + (SELECT sum(quantity) FROM v)
      WHERE organization_id = $1::uuid AND subscription_id = $2::uuid AND meter = 'requests' AND period_start = $3 AND position = $4)
  INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
  SELECT $1::uuid, $2::uuid, 'requests', $3, date_trunc('month', now(), 'UTC') AT TIME ZONE 'UTC', key, sum(quantity),
    format('[%1$s:%1$s]={%2$s}', extract(day FROM now() AT TIME ZONE 'UTC'), sum(quantity))::bigint[]
  FROM v GROUP BY key ORDER BY key
  ON CONFLICT (organization_id, subscription_id, meter, period_start, month, key)
  DO UPDATE SET quantity = usage_rollups.quantity + excluded.quantity, days = add_days(usage_rollups.days, excluded.days)`

/** An id's bytes are what the product keeps of it; what it keeps of the content is in no index, and is spared here. */
async function writeRows(sql: Pool | PoolClient, segments: readonly Segment[], turn: number, size: number): Promise<void> {
  const { organization, subscription, periodStart, position } = pick(segments, turn)
  const ids = Array.from({ length: size }, newEventId)
  const bytes = ids.map((id) => Buffer.from(id.replaceAll('-', ''), 'hex'))
  const rows = [ids, bytes, bytes, ids.map((_, index) => pick(KEYS, turn + index)), ids.map(() => '1')]
  await sql.query({ name: 'bare', text: BARE, values: [organization, subscription, periodStart, position, ...rows] })
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

/** The figures would mean nothing if anything were lost or counted twice. */
async function expectExact({ sql }: Stage, customers: readonly Customer[]): Promise<void> {
  const ids = customers.map(({ id }) => uuidOf('org', id))
  const { rows } = await sql.query<{ organization_id: string; drift: string }>(
    `SELECT s.organization_id, s.units - coalesce((SELECT sum(e.quantity) FROM usage_events e WHERE e.organization_id = s.organization_id), 0) AS drift
     FROM usage_segments s WHERE s.organization_id = ANY($1::uuid[])`,
    [ids],
  )
  const drifted = rows.filter(({ drift }) => drift !== '0')
  if (rows.length !== customers.length || drifted.length > 0)
    throw new Error(`counters drifted: ${drifted.map((row) => idOf('org', row.organization_id)).join(', ')}`)
}
