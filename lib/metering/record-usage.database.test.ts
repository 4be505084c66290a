import { and, eq, sql } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '../../db/client'
import { subscriptions, usageSegments } from '../../db/schema'
import { beginSegments } from '../billing/commands/store/subscription'
import { freshSegments } from '../billing/core/change'
import { apiCallsProduct, MAY, termsOf } from '../billing/testing/holdings'
import { publishForTest } from '../billing/testing/metered-organization'
import { newId } from '../ids'
import { addDays } from '../time'
import { MAX_QUANTITY } from './event'
import { recordTogether, recordUsage } from './record-usage'
import { expectRepeats } from './seen-events'
import { allTotals, DAY_10, event, organization, record, renew, totalsOf, travel, unitsOf, withMeteringDatabase } from './testing/stage'

withMeteringDatabase()

describe('recording usage', () => {
  it('counts events of many organizations in one body, each in its own', async () => {
    const [acme, globex] = [await organization(), await organization({ name: 'Globex' })]
    const recorded = await record(
      event(acme.organizationId, { quantity: 3n }),
      event(globex.organizationId, { quantity: 5n }),
      event(acme.organizationId, { quantity: 4n }),
    )
    expect(recorded).toEqual({ ok: true, value: { accepted: 3, duplicates: 0, ignored: 0 } })
    expect(await unitsOf(acme)).toEqual([7n])
    expect(await unitsOf(globex)).toEqual([5n])
  })

  it('never refuses usage for being over a blocking limit: it happened', async () => {
    const acme = await organization({ plan: 'free' })
    expect(await record(event(acme.organizationId, { quantity: 1_500n }))).toMatchObject({ ok: true })
    expect(await unitsOf(acme)).toEqual([1_500n])
  })

  it('counts nothing for a quantity of 0, but remembers the event', async () => {
    const acme = await organization()
    const nothing = event(acme.organizationId, { quantity: 0n })
    expect(await record(nothing)).toMatchObject({ value: { accepted: 1, duplicates: 0 } })
    expect(await record(nothing)).toMatchObject({ value: { accepted: 0, duplicates: 1 } })
    expect(await totalsOf(acme)).toEqual(allTotals('0'))
  })

  it('keeps events, counters and rollups in agreement over days, months and keys', async () => {
    const acme = await organization({ now: addDays(MAY, 29).add({ hours: 23 }), start: addDays(MAY, 15) })
    await travel(acme, addDays(MAY, 44))
    const spread = Array.from({ length: 200 }, (_, index) =>
      event(acme.organizationId, {
        quantity: BigInt(index),
        timestamp: addDays(MAY, 15).add({ hours: (index * 7) % 690 }),
        key: index % 3 === 0 ? null : `key-${index % 3}`,
      }),
    )
    expect(await record(...spread)).toMatchObject({ value: { accepted: 200 } })
    expect(await record(event(acme.organizationId, { quantity: 100n }))).toMatchObject({ ok: true })
    expect(await totalsOf(acme)).toEqual(allTotals('20000'))
  })

  it('records a body of 10,000 events over 50 organizations in a constant number of statements', async () => {
    const crowd = await Promise.all(Array.from({ length: 50 }, () => organization()))
    const events = Array.from({ length: 10_000 }, (_, index) =>
      event(crowd[index % 50]?.organizationId ?? null, { key: `key-${index % 7}`, properties: { status: 'success', size: index } }),
    )
    for (const { organizationId } of crowd) await record(event(organizationId, { quantity: 0n })) // Their subscriptions are known from here on.
    const statements: string[] = []
    const recorded = await inEngine((tx) => {
      const session = (tx as unknown as { session: { prepareQuery: (query: { sql: string }, ...rest: unknown[]) => unknown } }).session
      const prepare = session.prepareQuery.bind(session)
      session.prepareQuery = (query, ...rest) => {
        statements.push(query.sql)
        return prepare(query, ...rest)
      }
      return recordUsage({ tx, actor: 'system' }, events)
    })
    expect(recorded).toMatchObject({ value: { recorded: { accepted: 10_000, duplicates: 0 } } })
    expect(statements.length).toBeGreaterThan(0)
    expect(statements.length).toBeLessThanOrEqual(5)
    for (const one of crowd.slice(0, 3)) expect(await totalsOf(one)).toEqual(allTotals('200'))
  })
})

/** Ids are looked up before they are written where repeats have come lately; where not, the key itself tells. */
const minuteLater = () => vi.advanceTimersByTime(60_001)

describe.each([
  { when: 'while none has come', recently: minuteLater },
  { when: 'while others come', recently: expectRepeats },
])('repeats $when (G60)', ({ recently }) => {
  const send = (...body: Parameters<typeof record>) => {
    recently()
    return record(...body)
  }

  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('counts an event once that stands twice in one body', async () => {
    const acme = await organization()
    const twice = event(acme.organizationId, { quantity: 2n })
    expect(await send(twice, { ...twice })).toMatchObject({ value: { accepted: 1, duplicates: 1 } })
    expect(await totalsOf(acme)).toEqual(allTotals('2'))
  })

  it('counts an event once that comes in two bodies, whatever the order of its properties', async () => {
    const acme = await organization()
    const first = event(acme.organizationId, { properties: { a: 1, b: 'x' }, key: 'k' })
    await send(first)
    expect(await send({ ...first, properties: { b: 'x', a: 1 } }, event(acme.organizationId))).toMatchObject({ value: { accepted: 1, duplicates: 1 } })
    expect(await totalsOf(acme)).toEqual(allTotals('2'))
  })

  it('counts an event once that 20 callers send at the same time', async () => {
    const acme = await organization()
    const body = Array.from({ length: 10 }, () => event(acme.organizationId))
    const answers = await Promise.all(Array.from({ length: 20 }, () => send(...body)))
    const accepted = answers.map((answer) => (answer.ok ? answer.value.accepted : Number.NaN))
    expect(accepted.reduce((sum, one) => sum + one, 0)).toBe(10)
    expect(await totalsOf(acme)).toEqual(allTotals('10'))
  })

  it('takes the same id in two organizations as two events', async () => {
    const [acme, globex] = [await organization(), await organization()]
    const shared = event(acme.organizationId)
    expect(await send(shared, { ...shared, organizationId: globex.organizationId })).toMatchObject({ value: { accepted: 2, duplicates: 0 } })
  })

  it.each([
    { what: 'quantity', other: { quantity: 2n } },
    { what: 'key', other: { key: 'another' } },
    { what: 'timestamp', other: { timestamp: DAY_10 } },
    { what: 'properties', other: { properties: { status: 'failed' } } },
  ])('refuses an id that comes again with another $what, and counts nothing of the body', async ({ other }) => {
    const acme = await organization()
    const first = event(acme.organizationId)
    await send(first)
    const fresh = event(acme.organizationId)
    const refused = await send(fresh, { ...first, ...other })
    expect(refused).toMatchObject({ ok: false, error: { code: 'event_mismatch', errors: [{ index: 1, id: first.id, code: 'event_mismatch' }] } })
    expect(await totalsOf(acme)).toEqual(allTotals('1'))
    expect(await send(fresh, { ...fresh, ...other })).toMatchObject({ error: { errors: [{ index: 1, code: 'event_mismatch' }] } })
  })

  it('knows a repeat of an event whose period takes no more usage', async () => {
    const acme = await organization()
    const old = event(acme.organizationId, { timestamp: MAY })
    await send(old)
    await renew(acme)
    await inEngine((tx) =>
      tx
        .update(subscriptions)
        .set({ periodEnd: addDays(MAY, 300) })
        .where(eq(subscriptions.id, acme.subscriptionId)),
    )
    await travel(acme, addDays(MAY, 200))
    expect(await send(old)).toMatchObject({ value: { accepted: 0, duplicates: 1 } })
  })

  it('records new bodies beside repeated ones of the same transaction, and refuses a mismatch alone', async () => {
    const acme = await organization()
    const [first, fresh] = [event(acme.organizationId), event(acme.organizationId)]
    await send(first)
    recently()
    const bodies = [[fresh], [first], [{ ...first, quantity: 2n }], [fresh]]
    const outcomes = await inEngine((tx) => recordTogether({ tx, actor: 'system' }, bodies))
    expect(outcomes).toMatchObject([
      { value: { recorded: { accepted: 1, duplicates: 0 } } },
      { value: { recorded: { accepted: 0, duplicates: 1 } } },
      { error: { code: 'event_mismatch' } },
      { value: { recorded: { accepted: 0, duplicates: 1 } } },
    ])
    expect(await totalsOf(acme)).toEqual(allTotals('2'))
  })
})

describe('what is refused (G3, G58, G112)', () => {
  it('lists every offending event, 422 before 404 before 409, and one repeat without them succeeds', async () => {
    const [acme, none] = [await organization(), await organization()]
    await inEngine((tx) => tx.update(subscriptions).set({ endedAt: MAY, status: 'canceled', periodEnd: MAY }).where(eq(subscriptions.id, none.subscriptionId)))
    const body = [
      event(none.organizationId),
      event(null),
      event(acme.organizationId),
      event(newId('org')),
      event(acme.organizationId, { meter: 'tokens' }),
      event(acme.organizationId, { timestamp: addDays(MAY, -1) }),
      event(acme.organizationId, { timestamp: addDays(DAY_10, 1) }),
    ]
    const refused = await record(...body)
    expect(refused).toMatchObject({ ok: false, error: { code: 'unknown_meter' } })
    const errors = refused.ok || refused.error.code === 'behind' ? [] : refused.error.errors
    expect(errors.map(({ index, code }) => [index, code])).toEqual([
      [0, 'no_subscription'],
      [1, 'unknown_organization'],
      [3, 'unknown_organization'],
      [4, 'unknown_meter'],
      [5, 'event_too_old'],
      [6, 'timestamp_ahead'],
    ])
    expect(await unitsOf(acme)).toEqual([0n])
    const listed = new Set(errors.map(({ index }) => index))
    expect(await record(...body.filter((_, index) => !listed.has(index)))).toMatchObject({ value: { accepted: 1 } })
  })

  it('names an unknown organization before a rule that refuses', async () => {
    const acme = await organization()
    expect(await record(event(acme.organizationId, { timestamp: addDays(MAY, -40) }), event(null))).toMatchObject({ error: { code: 'unknown_organization' } })
  })

  it('refuses both copies of an event that is refused', async () => {
    const acme = await organization()
    const old = event(acme.organizationId, { timestamp: addDays(MAY, -1) })
    expect(await record(old, { ...old })).toMatchObject({ error: { code: 'event_too_old', errors: [{ index: 0 }, { index: 1 }] } })
  })

  it('knows a meter that only a product has which the organization does not hold', async () => {
    const acme = await organization()
    await inEngine((tx) =>
      publishForTest(tx, {
        ...apiCallsProduct,
        id: 'pages',
        meters: [{ id: 'pages', unit: 'pages', filter: null }],
        plans: [{ ...apiCallsProduct.plans[0], included: { pages: 1n } } as never],
      }),
    )
    expect(await record(event(acme.organizationId, { meter: 'pages' }))).toMatchObject({ error: { code: 'no_subscription' } })
  })

  it.each([
    { what: 'a negative quantity', facts: { quantity: -1n } },
    { what: 'a quantity above 2⁵³ − 1', facts: { quantity: MAX_QUANTITY + 1n } },
    { what: 'U+0000 in a key', facts: { key: 'a\u0000b' } },
    { what: 'half a surrogate pair in a property', facts: { properties: { name: '\ud800' } } },
  ])('refuses $what', async ({ facts }) => {
    const acme = await organization()
    expect(await record(event(acme.organizationId, facts))).toMatchObject({ error: { code: 'invalid_event' } })
  })

  it('never lets a counter run over: what it cannot hold is refused', async () => {
    const acme = await organization({ plan: 'enterprise' })
    const huge = () => event(acme.organizationId, { quantity: MAX_QUANTITY })
    const refused = await record(...Array.from({ length: 1_026 }, huge))
    expect(refused).toMatchObject({ error: { code: 'counter_full', errors: [{ index: 1_024 }, { index: 1_025 }] } })
    expect(await record(...Array.from({ length: 1_024 }, huge))).toMatchObject({ value: { accepted: 1_024 } })
    expect(await record(huge())).toMatchObject({ error: { code: 'counter_full' } })
    expect(await totalsOf(acme)).toEqual(allTotals((1_024n * MAX_QUANTITY).toString()))
  })

  it('writes nothing for an organization that was deleted', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.execute(sql`UPDATE organizations SET deleted_at = now() WHERE slug = ${acme.organizationId.replace('_', '-')}`))
    expect(await record(event(acme.organizationId))).toMatchObject({ error: { code: 'unknown_organization' } })
  })
})

describe('callers at the same time', () => {
  it('neither deadlocks nor loses a unit where bodies name the same organizations in other orders', async () => {
    const crowd = await Promise.all(Array.from({ length: 6 }, () => organization()))
    const bodies = Array.from({ length: 30 }, (_, index) => {
      const events = crowd.map(({ organizationId }) => event(organizationId, { key: `k${index % 4}` }))
      return index % 2 === 0 ? events : events.reverse()
    })
    const answers = await Promise.all(bodies.map((body) => record(...body)))
    expect(answers.every((answer) => answer.ok && answer.value.accepted === 6)).toBe(true)
    for (const one of crowd) expect(await totalsOf(one)).toEqual(allTotals('30'))
  })

  it('books on the segment that a change of plan began while the body waited for it', async () => {
    const acme = await organization()
    const pro = termsOf(apiCallsProduct, 'pro')
    const { organizationId, subscriptionId } = acme
    let recorded: ReturnType<typeof record> | null = null
    await inEngine(async (tx) => {
      await tx
        .select()
        .from(usageSegments)
        .where(and(eq(usageSegments.organizationId, organizationId), eq(usageSegments.subscriptionId, subscriptionId)))
        .for('update')
      recorded = record(event(organizationId))
      await tx.execute(sql`SELECT pg_sleep(0.3)`)
      await beginSegments(tx, [{ organizationId, subscriptionId, terms: pro, period: acme.period, startsAt: DAY_10, position: 1, starts: freshSegments(pro) }])
    })
    expect(await recorded).toMatchObject({ ok: true })
    expect(await unitsOf(acme)).toEqual([0n, 1n])
  })
})
