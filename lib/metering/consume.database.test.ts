import { eq } from 'drizzle-orm'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { inEngine } from '../../db/client'
import { subscriptions } from '../../db/schema'
import { newId } from '../ids'
import { addDays } from '../time'
import { consumeTogether } from './consume'
import { expectRepeats } from './seen-events'
import { allTotals, changePlan, event, organization, record, renew, totalsOf, travel, unitsOf, use, withMeteringDatabase } from './testing/stage'

withMeteringDatabase()

describe('consuming against a blocking limit (A2, G47)', () => {
  it('serves the 1,000th of 1,000 and refuses the 1,001st, with the rule and its numbers', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 999n }))
    expect(await use(acme)).toEqual({ ok: true, value: { allowed: true, reason: null, used: 1_000n, limit: 1_000n, remaining: 0n } })
    expect(await use(acme)).toEqual({
      ok: true,
      value: {
        allowed: false,
        reason: 'limit_reached',
        used: 1_000n,
        limit: 1_000n,
        remaining: 0n,
        rule: 'A2',
        formula: '1,000 + 1 > 1,000',
        inputs: { used: 1_000, quantity: 1, limit: 1_000 },
      },
    })
    expect(await totalsOf(acme)).toEqual(allTotals('1000'))
  })

  it('is all or nothing: 2 do not fit where 1 is left, and 1 still does', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 999n }))
    expect(await use(acme, { quantity: 2n })).toMatchObject({ value: { allowed: false, remaining: 1n } })
    expect(await use(acme, { quantity: 1n })).toMatchObject({ value: { allowed: true, remaining: 0n } })
  })

  it('always allows 0, at the limit too', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    expect(await use(acme, { quantity: 0n })).toMatchObject({ value: { allowed: true, used: 1_000n, remaining: 0n } })
  })

  it('leaves no trace of what it refused: the same id is asked again after an upgrade', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    const id = newId('evt')
    expect(await use(acme, { id })).toMatchObject({ value: { allowed: false } })
    await changePlan(acme, 'basic', { countedAtStart: 1_000n })
    expect(await use(acme, { id })).toMatchObject({ value: { allowed: true, used: 1_001n, limit: 30_000n, remaining: 28_999n } })
  })

  it('never lets one unit over the limit through, whatever the number of callers at once', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 970n }))
    const answers = await Promise.all(Array.from({ length: 50 }, () => use(acme)))
    const allowed = answers.filter((answer) => answer.ok && answer.value.allowed)
    expect(allowed).toHaveLength(30)
    expect(new Set(allowed.map((answer) => answer.ok && answer.value.used)).size).toBe(30)
    expect(await totalsOf(acme)).toEqual(allTotals('1000'))
  })

  it('holds the limit among callers that take several units each', async () => {
    const acme = await organization({ plan: 'free' })
    const answers = await Promise.all(Array.from({ length: 50 }, (_, index) => use(acme, { quantity: BigInt(30 + (index % 7)) })))
    const allowed = answers.map((answer, index) => (answer.ok && answer.value.allowed ? 30 + (index % 7) : 0)).reduce((sum, one) => sum + one, 0)
    expect(allowed).toBeLessThanOrEqual(1_000)
    expect(allowed).toBeGreaterThan(1_000 - 37)
    expect(await totalsOf(acme)).toEqual(allTotals(allowed.toString()))
  })
})

describe('consuming over an overage limit (A3, G48)', () => {
  it('is allowed beyond it, and nothing bounds what remains', async () => {
    const acme = await organization({ plan: 'enterprise' })
    await record(event(acme.organizationId, { quantity: 1_000_000n }))
    expect(await use(acme)).toEqual({ ok: true, value: { allowed: true, reason: null, used: 1_000_001n, limit: 1_000_000n, remaining: null } })
  })
})

/** Ids are looked up before they are written where repeats have come lately; where not, the key itself tells. */
const minuteLater = () => vi.advanceTimersByTime(60_001)

describe.each([
  { when: 'while none has come', recently: minuteLater },
  { when: 'while others come', recently: expectRepeats },
])('repeats $when (G60)', ({ recently }) => {
  beforeEach(() => {
    vi.useFakeTimers({ toFake: ['performance'] })
    recently()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it.each([{ plan: 'basic' }, { plan: 'enterprise' }])('answers an allowed one on $plan as before, and counts nothing', async ({ plan }) => {
    const acme = await organization({ plan })
    const id = newId('evt')
    const first = await use(acme, { id, quantity: 5n })
    await use(acme, { quantity: 10n })
    expect(await use(acme, { id, quantity: 5n })).toEqual(first)
    expect(await unitsOf(acme)).toEqual([15n])
  })

  it('answers an allowed one as before where nothing is left for a new one', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 999n }))
    const id = newId('evt')
    const last = await use(acme, { id })
    recently()
    expect(await use(acme, { id })).toEqual(last)
    recently()
    expect(await use(acme)).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    recently()
    expect(await use(acme, { id, quantity: 2n })).toMatchObject({ ok: false, error: { code: 'event_mismatch' } })
    expect(await totalsOf(acme)).toEqual(allTotals('1000'))
  })

  it('answers an allowed one as before when the subscription has ended', async () => {
    const acme = await organization()
    const id = newId('evt')
    const first = await use(acme, { id })
    await inEngine((tx) => tx.update(subscriptions).set({ endedAt: acme.period.start, status: 'canceled' }).where(eq(subscriptions.id, acme.subscriptionId)))
    recently()
    expect(await use(acme, { id })).toMatchObject({ ok: true, value: { allowed: true, used: first.ok && first.value.used } })
    expect(await unitsOf(acme)).toEqual([1n])
  })

  it('counts new ones beside repeated ones of the same transaction, and denies none that was allowed', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 997n }))
    const ids = Array.from({ length: 5 }, () => newId('evt'))
    const wish = (id: string) => ({ id, organizationId: acme.organizationId, meter: 'calls', quantity: 1n, key: null, properties: null })
    const together = (asked: readonly string[]) => inEngine((tx) => consumeTogether({ tx, actor: 'system' }, asked.map(wish)))
    const usedOf = (outcomes: Awaited<ReturnType<typeof together>>) => outcomes.map((one) => one.ok && one.value.answer.allowed && one.value.answer.used)
    expect(usedOf(await together(ids.slice(0, 2)))).toEqual([998n, 999n])
    recently()
    expect(usedOf(await together([...ids, ids[2] as string]))).toEqual([998n, 999n, 1_000n, false, false, 1_000n])
    expect(await totalsOf(acme)).toEqual(allTotals('1000'))
  })

  it('counts one of 20 callers with the same id', async () => {
    const acme = await organization()
    const id = newId('evt')
    const answers = await Promise.all(Array.from({ length: 20 }, () => use(acme, { id })))
    expect(answers).toEqual(answers.map(() => ({ ok: true, value: { allowed: true, reason: null, used: 1n, limit: 30_000n, remaining: 29_999n } })))
    expect(await totalsOf(acme)).toEqual(allTotals('1'))
  })

  it('refuses an id that was used with other content', async () => {
    const acme = await organization()
    const id = newId('evt')
    await use(acme, { id })
    expect(await use(acme, { id, quantity: 2n })).toMatchObject({ ok: false, error: { code: 'event_mismatch', errors: [{ index: 0, id }] } })
  })

  it('shares its ids with recorded events', async () => {
    const acme = await organization()
    const recorded = event(acme.organizationId)
    await record(recorded)
    expect(await use(acme, { id: recorded.id })).toMatchObject({ value: { allowed: true, used: 1n } })
    const id = newId('evt')
    await use(acme, { id })
    expect(await record(event(acme.organizationId, { id }))).toMatchObject({ value: { accepted: 0, duplicates: 1 } })
    expect(await unitsOf(acme)).toEqual([2n])
  })
})

describe('who may not consume', () => {
  it('answers no_subscription without a live one (G3), and unknown_meter for a meter that no product has', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.update(subscriptions).set({ endedAt: acme.period.start, status: 'canceled' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await use(acme)).toMatchObject({ ok: true, value: { allowed: false, reason: 'no_subscription', limit: 0n, remaining: 0n, rule: 'G3' } })
    expect(await use(acme, { meter: 'tokens' })).toMatchObject({ ok: false, error: { code: 'unknown_meter' } })
    expect(await use({ organizationId: newId('org') })).toMatchObject({ ok: false, error: { code: 'unknown_organization' } })
  })

  it('answers subscription_unpaid while it is unpaid', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.update(subscriptions).set({ status: 'unpaid' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await use(acme)).toMatchObject({ value: { allowed: false, reason: 'subscription_unpaid', rule: 'C12' } })
    expect(await unitsOf(acme)).toEqual([0n])
  })

  it('goes on while a payment is past due (C12)', async () => {
    const acme = await organization()
    await inEngine((tx) => tx.update(subscriptions).set({ status: 'past_due' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await use(acme)).toMatchObject({ value: { allowed: true } })
  })
})

describe('periods', () => {
  it('asks for the renewal at the period’s end, then counts in the new period', async () => {
    const acme = await organization({ plan: 'free' })
    await record(event(acme.organizationId, { quantity: 1_000n }))
    await travel(acme, acme.period.end.subtract({ milliseconds: 1 }))
    expect(await use(acme)).toMatchObject({ value: { allowed: false } })
    await travel(acme, acme.period.end)
    expect(await use(acme)).toEqual({ ok: false, error: { code: 'behind', organizationIds: [acme.organizationId] } })
    await renew(acme, 'free')
    expect(await use(acme)).toMatchObject({ value: { allowed: true, used: 1n } })
    expect(await unitsOf(acme)).toEqual([1_000n, 1n])
  })

  it('holds the limit of a period whose renewal was set aside for the operator', async () => {
    const acme = await organization({ plan: 'free' })
    await travel(acme, addDays(acme.period.end, 1))
    await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'broken' }).where(eq(subscriptions.id, acme.subscriptionId)))
    expect(await use(acme, { quantity: 999n })).toMatchObject({ value: { allowed: true, used: 999n } })
    expect(await use(acme, { quantity: 2n })).toMatchObject({ value: { allowed: false, used: 999n } })
    expect(await use(acme, { quantity: 1n })).toMatchObject({ value: { allowed: true, used: 1_000n } })
    expect(await unitsOf(acme)).toEqual([0n, 1_000n])
  })

  it('keeps organizations apart', async () => {
    const [acme, globex] = [await organization({ plan: 'free' }), await organization({ plan: 'free' })]
    const id = newId('evt')
    await use(acme, { id, quantity: 1_000n })
    expect(await use(globex, { id, quantity: 1_000n })).toMatchObject({ value: { allowed: true, used: 1_000n } })
  })
})
