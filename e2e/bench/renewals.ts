import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { closeDatabase, inEngine } from '../../db/client'
import { migrateDatabase } from '../../db/migrate'
import { prepareRoles } from '../../db/roles'
import { closePeriods } from '../../lib/billing/commands/close-periods'
import { copyOrganization } from '../../lib/billing/testing/copies'
import { createMeteredOrganization } from '../../lib/billing/testing/metered-organization'
import { type OrganizationId, uuidOf } from '../../lib/ids'
import { startEmbeddedPostgres } from '../../lib/platform/embedded-postgres'
import type { Figure } from './measure'

/** As the worker takes them. */
const CHUNK = 200
const FULL = { alone: 500, few: 20_000, many: 200_000 }
const SMALL: typeof FULL = { alone: 40, few: 400, many: 1_600 }

/**
 * The command that renews, in real time, each with an invoice of the fee, usage over the limit and credit, on a database of their own with nothing
 * else to do, neither queues nor payments: one by one, and in the worker's chunks, with few due and with many. Few before the many and after them,
 * because a database grows, and what a machine does changes.
 */
export async function benchRenewals({ isSmall }: { isSmall: boolean }): Promise<Figure[]> {
  const { alone, few, many } = isSmall ? SMALL : FULL
  const directory = mkdtempSync(join(tmpdir(), 'headroom-bench-'))
  chmodSync(directory, 0o711) // Root's server runs as another user, who must get in.
  const postgres = await startEmbeddedPostgres({ directory, port: 0 })
  const sql = new pg.Pool({ connectionString: postgres.url })
  try {
    const { engineUrl, webUrl } = await prepareRoles(postgres.url)
    await migrateDatabase(postgres.url)
    Object.assign(process.env, { DATABASE_ENGINE_URL: engineUrl, DATABASE_WEB_URL: webUrl })
    const { organizationId } = await inEngine((tx) => createMeteredOrganization(tx, { plan: 'enterprise' }))
    await makeDue(sql, organizationId)
    const renew = async (count: number, chunk: number) => rate(await copyOrganization(sql, organizationId, count), chunk)
    const oneByOne = await renew(alone, 1)
    const before = await renew(few, CHUNK)
    const ofMany = await renew(many, CHUNK)
    const ofFew = (before + (await renew(few, CHUNK))) / 2
    return figures({ few, many }, { oneByOne, ofFew, ofMany })
  } finally {
    await closeDatabase()
    await sql.end()
    await postgres.stop()
    rmSync(directory, { recursive: true, force: true })
  }
}

function figures({ few, many }: Record<'few' | 'many', number>, { oneByOne, ofFew, ofMany }: Record<'oneByOne' | 'ofFew' | 'ofMany', number>): Figure[] {
  const due = (count: number) => `${count.toLocaleString('en')} due`
  const ofFewTwice = `${due(few)}, mean of before and after`
  const figure = (what: string, value: number) => ({ section: 'Renewals', what: `the command alone: ${what}`, value, unit: 'renewals a second' })
  return [
    { ...figure(ofFewTwice, ofFew), than: { what: 'one by one', value: oneByOne, ratio: ofFew / oneByOne, floor: 5 } },
    { ...figure(due(many), ofMany), than: { what: ofFewTwice, value: ofFew, ratio: ofMany / ofFew, floor: 0.9, smallFloor: 0.3 } },
  ]
}

/** Its period ended an hour ago, in real time, with 10,000 calls over the limit and a credit of $3.00. */
async function makeDue(sql: pg.Pool, organizationId: OrganizationId): Promise<void> {
  const id = uuidOf('org', organizationId)
  const shift = `(SELECT now() - interval '1 hour' - max(period_end) FROM subscriptions WHERE organization_id = $1)`
  await sql.query('UPDATE organizations SET test_clock_id = NULL WHERE id = $1', [id])
  await sql.query(
    `UPDATE usage_segments SET period_start = period_start + ${shift}, starts_at = starts_at + ${shift}, period_end = period_end + ${shift}, units = 1010000 WHERE organization_id = $1`,
    [id],
  )
  await sql.query(
    `UPDATE subscriptions SET anchor = anchor + shift, period_start = period_start + shift, period_end = period_end + shift, started_at = started_at + shift, billing_month_start = billing_month_start + shift
     FROM (SELECT now() - interval '1 hour' - max(period_end) AS shift FROM subscriptions WHERE organization_id = $1) AS s WHERE organization_id = $1`,
    [id],
  )
  await sql.query('ANALYZE')
}

async function rate(ids: readonly OrganizationId[], chunk: number): Promise<number> {
  const began = performance.now()
  let closed = 0
  for (let from = 0; from < ids.length; from += chunk) {
    const organizationIds = ids.slice(from, from + chunk)
    closed += (await inEngine((tx) => closePeriods({ tx, actor: 'system' }, { organizationIds }))).closed.length
  }
  if (closed !== ids.length) throw new Error(`${closed} of ${ids.length} were renewed`)
  return closed / ((performance.now() - began) / 1_000)
}
