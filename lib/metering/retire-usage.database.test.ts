import { sql } from 'drizzle-orm'
import pg from 'pg'
import { afterEach, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { addDays } from '../time'
import { retireUsage } from './retire-usage'
import { event, organization, record, renew, segmentsOf, totalsOf, travel, withMeteringDatabase } from './testing/stage'

const database = withMeteringDatabase()
const never = () => false
/** Both periods of them end after 30 days; late usage comes for 35 more. */
const SEALABLE_AFTER_DAYS = 30 + 35 + 1

afterEach(() => {
  delete process.env.HEADROOM_USAGE_EVENT_DAYS
})

async function asOwner(statement: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: database.ownerUrl })
  await client.connect()
  try {
    return (await client.query(statement)).rows
  } finally {
    await client.end()
  }
}

/** As if what is stored had been received so many days ago: by real time, which is what partitions go by. */
async function receivedDaysAgo(days: number): Promise<string> {
  const [{ day = '', next = '' } = {}] = (await asOwner(
    `SELECT (now() AT TIME ZONE 'UTC')::date - ${days} || '' AS day, (now() AT TIME ZONE 'UTC')::date - ${days - 1} || '' AS next`,
  )) as { day: string; next: string }[]
  const partition = `usage_events_${day.replaceAll('-', '')}`
  await asOwner(`CREATE TABLE IF NOT EXISTS ${partition} PARTITION OF usage_events FOR VALUES FROM ('${day} 00:00+00') TO ('${next} 00:00+00')`)
  await asOwner(`UPDATE usage_events SET received_at = received_at - interval '${days} days'; UPDATE usage_event_ids SET received_on = received_on - ${days}`)
  return partition
}

const isThere = async (partition: string) => (await asOwner(`SELECT to_regclass('${partition}') IS NOT NULL AS there`))[0]?.there

describe('usage that is kept no longer (G60, G87)', () => {
  it('goes day by day once its period takes no more, and the counters stand for it', async () => {
    const acme = await organization()
    await record(event(acme.organizationId, { quantity: 40n }), event(acme.organizationId, { quantity: 2n }))
    await travel(acme, acme.period.end)
    await renew(acme)
    const partition = await receivedDaysAgo(70)
    process.env.HEADROOM_USAGE_EVENT_DAYS = '60'

    await travel(acme, addDays(acme.period.start, SEALABLE_AFTER_DAYS))
    expect(await retireUsage(never), 'to the very hour it may still come').toMatchObject({ sealed: 0, days: 0 })
    expect(await isThere(partition)).toBe(true)

    await travel(acme, addDays(acme.period.start, SEALABLE_AFTER_DAYS).add({ milliseconds: 1 }))
    expect(await retireUsage(never)).toEqual({ sealed: 1, days: 1, ids: 0 })
    expect(await isThere(partition)).toBe(false)
    expect((await segmentsOf(acme)).map(({ units, sealedUnits }) => [units, sealedUnits])).toEqual([
      [42n, 42n],
      [0n, null],
    ])
    expect(await totalsOf(acme)).toEqual({ events: '0', counters: '42', byKey: '42', byDay: '42' })
    expect(await retireUsage(never), 'again, there is nothing').toEqual({ sealed: 0, days: 0, ids: 0 })
  })

  it('stays while it is younger than it is to be kept', async () => {
    const acme = await organization()
    await record(event(acme.organizationId))
    await travel(acme, acme.period.end)
    await renew(acme)
    const partition = await receivedDaysAgo(80)
    await travel(acme, addDays(acme.period.start, 100))
    process.env.HEADROOM_USAGE_EVENT_DAYS = '81'
    expect(await retireUsage(never)).toMatchObject({ sealed: 1, days: 0 })
    process.env.HEADROOM_USAGE_EVENT_DAYS = '80'
    expect(await retireUsage(never), 'from the next day on').toMatchObject({ days: 0 })
    process.env.HEADROOM_USAGE_EVENT_DAYS = '79'
    expect(await retireUsage(never)).toMatchObject({ days: 1 })
    expect(await isThere(partition)).toBe(false)
  })

  it('stays where anybody’s period of that day is still open, or does not add up', async () => {
    const [closed, open, broken] = [await organization(), await organization(), await organization()]
    for (const acme of [closed, open, broken]) await record(event(acme.organizationId, { quantity: 5n }))
    for (const acme of [closed, broken]) {
      await travel(acme, acme.period.end)
      await renew(acme)
      await travel(acme, addDays(acme.period.start, 100))
    }
    const partition = await receivedDaysAgo(90)
    await asOwner(`UPDATE usage_segments SET units = 6 WHERE units = 5 AND subscription_id = (SELECT id FROM subscriptions ORDER BY id DESC LIMIT 1)`)
    process.env.HEADROOM_USAGE_EVENT_DAYS = '60'
    expect(await retireUsage(never)).toMatchObject({ sealed: 1, days: 0 })
    expect(await isThere(partition)).toBe(true)
    expect((await segmentsOf(broken)).map(({ sealedUnits }) => sealedUnits)).toEqual([null, null])
  })

  it('stays where late usage is not billed yet (C8)', async () => {
    const acme = await organization()
    await travel(acme, acme.period.end)
    await renew(acme)
    await record(event(acme.organizationId, { quantity: 5n, timestamp: acme.period.end.subtract({ milliseconds: 1 }) }))
    expect((await segmentsOf(acme)).map(({ hasLateUsage }) => hasLateUsage)).toEqual([true, false])
    await receivedDaysAgo(70)
    await travel(acme, addDays(acme.period.start, SEALABLE_AFTER_DAYS).add({ milliseconds: 1 }))
    expect(await retireUsage(never)).toMatchObject({ sealed: 0 })
    await asOwner('UPDATE usage_segments SET has_late_usage = false') // As the renewal that bills it does.
    expect(await retireUsage(never)).toMatchObject({ sealed: 1 })
  })

  it('stays where the period is over and not renewed, however long ago', async () => {
    const acme = await organization()
    await record(event(acme.organizationId))
    await receivedDaysAgo(100)
    await travel(acme, addDays(acme.period.start, 100))
    expect(await retireUsage(never)).toMatchObject({ sealed: 0 })
    await renew(acme)
    expect(await retireUsage(never)).toMatchObject({ sealed: 1 })
  })

  it('leaves ids behind for 410 days', async () => {
    const acme = await organization()
    await record(event(acme.organizationId, { id: 'old' }))
    await asOwner(`UPDATE usage_event_ids SET received_on = (now() AT TIME ZONE 'UTC')::date - 410`)
    await retireUsage(never)
    expect(await record(event(acme.organizationId, { id: 'old' }))).toMatchObject({ value: { duplicates: 1 } })
    await asOwner(`UPDATE usage_event_ids SET received_on = (now() AT TIME ZONE 'UTC')::date - 411`)
    expect((await retireUsage(never)).ids).toBeGreaterThan(0)
    expect(await inEngine((tx) => tx.execute(sql`SELECT FROM usage_event_ids`))).toMatchObject({ rowCount: 0 })
  })
})
