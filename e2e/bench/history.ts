import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool } from 'pg'
import { idOf, type OrganizationId, uuidOf } from '../../lib/ids'
import { cookieOf } from '../sign-in'
import { ingestRate } from './ingest'
import type { Figure } from './measure'
import { PageTimes } from './page-times'
import { type Stage, settle } from './stage'

const SLUG = 'acme-robotics'
const PAGES = { Overview: '', Usage: '/api-calls/usage', Invoices: '/invoices' } as const
const INVOICES = 10_000
const A_STEP = 1_000_000
/** A page may cost so much more after a long life: by a factor, or by so little that nobody sees it. */
const MAY_COST = 1.2
const MAY_ADD_MS = 0.2
const PAGE = 3
const FAR_PAGE = 3_000
const DEEP_MAY_COST = 1.5
const EXPORT_MAY_HOLD_MB = 64

type Terms = { seconds: number; isSmall: boolean }

/** Pages, lists, an export and ingest, before and after a long life: 20 million events and their ids, a year of sums by hour, 10,000 invoices. */
export async function benchHistory(stage: Stage, { seconds, isSmall }: Terms): Promise<Figure[]> {
  const events = isSmall ? A_STEP : 20 * A_STEP
  const customers = await stage.customers(50)
  const rates = async () => ({
    ordered: await ingestRate(stage, customers, { seconds, ids: 'ordered' }),
    random: await ingestRate(stage, customers, { seconds, ids: 'random' }),
  })
  const young = await timesOf(stage)
  const empty = await rates()
  await liveLong(
    stage.sql,
    customers.map(({ id }) => id),
    events,
  )
  const full = await rates()
  const old = await timesOf(stage)
  const lived = `${events / A_STEP} million events`
  return [
    ...Object.keys(PAGES).map((name) => pageFigure(name, lived, young[name] ?? Number.NaN, old[name] ?? Number.NaN)),
    await deepPage(stage),
    await exportMemory(stage),
    ...(['ordered', 'random'] as const).map((ids) => ({
      section: 'History',
      what: `batches of 100, ${ids} ids, at ${lived}`,
      value: full[ids],
      unit: 'events a second',
      than: { what: 'at none', value: empty[ids], ratio: full[ids] / empty[ids], floor: ids === 'ordered' ? 0.8 : 0.6 },
    })),
  ]
}

async function timesOf(stage: Stage): Promise<Record<string, number>> {
  const times = await PageTimes.open(stage)
  const found: Record<string, number> = {}
  for (const [name, path] of Object.entries(PAGES)) found[name] = await times.page(`/${SLUG}${path}`)
  await times.close()
  return found
}

function pageFigure(name: string, lived: string, before: number, after: number): Figure {
  return {
    section: 'History',
    what: `${name}: the database’s time with ${lived} and ${INVOICES.toLocaleString('en')} invoices`,
    value: after,
    unit: 'ms',
    than: { what: 'with the demo’s', value: before, ratio: after / before },
    bound: { type: 'at most', value: Math.max(before * MAY_COST, before + MAY_ADD_MS) },
  }
}

/** By key, so that what was read before costs nothing. */
async function deepPage(stage: Stage): Promise<Figure> {
  const list = `/organizations/${await organizationOf(stage)}/invoices`
  let cursor: string | null = null
  for (let read = 0; read < PAGE * (FAR_PAGE - 1); read += 99)
    cursor = (await readList(stage, `${list}?limit=99${cursor ? `&cursor=${cursor}` : ''}`)).next_cursor
  const times = await PageTimes.open(stage)
  const first = await times.call(`${list}?limit=${PAGE}`)
  const far = await times.call(`${list}?limit=${PAGE}&cursor=${cursor}`)
  await times.close()
  const what = `page ${FAR_PAGE.toLocaleString('en')} of the list of invoices: the database’s time`
  return {
    ...{ section: 'History', what, value: far, unit: 'ms' },
    than: { what: 'page 1', value: first, ratio: far / first },
    bound: { type: 'at most', value: first * DEEP_MAY_COST },
  }
}

/** The file of all invoices, read by somebody who is slow at it: what the server holds of it meanwhile. */
async function exportMemory(stage: Stage): Promise<Figure> {
  const headers = { cookie: await cookieOf(stage) }
  const readFile = async (pauseMs: number) => {
    const answer = await fetch(`${stage.url}/${SLUG}/invoices/export`, { headers, redirect: 'error' })
    let lines = 0
    let most = 0
    for await (const chunk of answer.body as unknown as AsyncIterable<Uint8Array>) {
      lines += chunk.reduce((sum, byte) => sum + (byte === 10 ? 1 : 0), 0)
      most = Math.max(most, stage.megabytes().server)
      await sleep(pauseMs)
    }
    if (lines < INVOICES) throw new Error(`the file has ${lines} lines`)
    return most
  }
  await readFile(0) // Loads what the first one loads.
  const before = stage.megabytes().server
  const most = await readFile(5)
  const what = `the file of ${INVOICES.toLocaleString('en')} invoices, read slowly: what the server grows by`
  return { section: 'History', what, value: Math.max(0, most - before), unit: 'MB', bound: { type: 'at most', value: EXPORT_MAY_HOLD_MB } }
}

async function organizationOf({ sql }: Stage): Promise<string> {
  const { rows } = await sql.query<{ id: string }>('SELECT id FROM organizations WHERE slug = $1', [SLUG])
  return idOf('org', rows[0]?.id ?? '')
}

async function readList({ url, apiKey }: Stage, path: string): Promise<{ next_cursor: string | null }> {
  const answer = await fetch(`${url}/api/v1${path}`, { headers: { authorization: `Bearer ${apiKey}` } })
  if (answer.status !== 200) throw new Error(`${path} answered ${answer.status}`)
  return (await answer.json()) as { next_cursor: string | null }
}

/** As rows, at the speed of the disk: what these years would have left behind. Ids are as the client makes them, of the last year. */
async function liveLong(sql: Pool, customers: readonly OrganizationId[], events: number): Promise<void> {
  const uuids = customers.map((id) => uuidOf('org', id))
  for (let from = 0; from < events; from += A_STEP) {
    const to = from + A_STEP - 1
    await sql.query(
      `INSERT INTO usage_events (organization_id, id, subscription_id, meter, quantity, key, "timestamp", period_start, segment, received_at, billable)
       SELECT acme.organization_id, 'past-' || n, acme.id, 'calls', 1, 'key-' || n % 4, now(), acme.period_start - interval '30 days', 0, now() - interval '1 second' * (n % 3600), true
       FROM (${ACME}) AS acme, generate_series(${from}, ${to}) AS n`,
    )
    await sql.query(
      `INSERT INTO usage_event_ids (organization_id, id_hash, content_hash, received_on)
       SELECT ($1::uuid[])[n % $2 + 1], uuid_send(uuidv7(interval '1 second' * ((n - ${events}) * 31536000.0 / ${events}))), '\\x00112233445566778899aabbccddeeff', now() AT TIME ZONE 'UTC'
       FROM generate_series(${from}, ${to}) AS n`,
      [uuids, uuids.length],
    )
  }
  await sql.query(
    `INSERT INTO usage_rollups (organization_id, subscription_id, meter, period_start, month, key, quantity, days)
     SELECT acme.organization_id, acme.id, 'calls', acme.period_start - interval '30 days' * past, (date_trunc('month', now(), 'UTC') - interval '1 month' * past) AT TIME ZONE 'UTC', 'key-' || key, 6720, array_fill(240::bigint, ARRAY[28])
     FROM (${ACME}) AS acme, generate_series(1, 12) AS past, generate_series(1, 4) AS key
     ON CONFLICT DO NOTHING`,
  )
  await sql.query(
    `INSERT INTO documents SELECT (jsonb_populate_record(NULL::documents, to_jsonb(d) || jsonb_build_object('id', uuidv7(interval '-1 hour' * n), 'number', 1000000 + n))).*
     FROM (SELECT d.* FROM documents d JOIN organizations o ON o.id = d.organization_id WHERE o.slug = '${SLUG}' AND d.number IS NOT NULL ORDER BY d.id LIMIT 1) AS d,
       generate_series(1, ${INVOICES}) AS n`,
  )
  await settle({ sql })
}

const ACME = `SELECT s.organization_id, s.id, s.period_start FROM subscriptions s JOIN organizations o ON o.id = s.organization_id WHERE o.slug = '${SLUG}' AND s.product = 'api-calls'`
