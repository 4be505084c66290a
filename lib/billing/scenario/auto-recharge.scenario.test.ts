import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { payments } from '@/db/schema'
import { balanceOf, buy, consumeOnly, prepaidOf, recharge, recordOnly } from '../testing/prepaid'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** P4, G72, G101, G111: the balance is refilled once per fall, never twice at once, under a ceiling, and not for ever. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
const CENT = 1_000
const OUTPUT = { meter: 'output_tokens' }

const life = (facts: { plan?: string | null; from?: string } = {}) => scenario(stage, { product: 'model-tokens', plan: 'prepaid', ...facts })
const purchases = async (acme: Scenario) => (await acme.documents()).filter(({ kind }) => kind === 'purchase').map(({ status, total }) => `${status} ${total}`)
const recharges = async (acme: Scenario) => (await prepaidOf(acme)).lots.filter(({ source }) => source === 'auto_recharge').length

describe('auto-recharge', () => {
  it('buys at once on saving where the balance is below, and once per fall after that', async () => {
    const acme = await life()
    expect(await recharge(acme, { threshold: 10_00, amount: 20_00 })).toMatchObject({ ok: true })
    expect(await balanceOf(acme)).toBe('20.00')
    expect(await acme.consume(1_000 * CENT, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
    expect(await balanceOf(acme), 'exactly at the threshold').toBe('10.00')
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
    expect(await balanceOf(acme)).toBe('29.99999')
    expect(await recharges(acme)).toBe(2)
    expect((await acme.told()).filter((kind) => kind === 'auto_recharge_done')).toHaveLength(2)
  })

  it('of a recorded fall far below zero buys again with the next event, one at a time', async () => {
    const acme = await life()
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    await acme.use(5_000 * CENT, OUTPUT)
    expect(await balanceOf(acme)).toBe('-10.00')
    await acme.use(1, OUTPUT)
    expect(await balanceOf(acme)).toBe('9.99999')
    await acme.use(1, OUTPUT)
    expect(await balanceOf(acme)).toBe('29.99998')
    await acme.use(1, OUTPUT)
    expect(await recharges(acme)).toBe(4)
  })

  it('is bought once, however many callers make it fall at the same moment', async () => {
    const acme = await life()
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    const meters = ['input_tokens', 'output_tokens']
    // From $20.00 below $10.00 in sixteen steps on two meters, whichever is last.
    await Promise.all(Array.from({ length: 16 }, (_, index) => consumeOnly(acme, index % 2 === 0 ? 560_000 : 70_000, meters[index % 2] ?? '')))
    await acme.expectBalanced()
    expect(await recharges(acme)).toBe(2)
    expect(await balanceOf(acme)).toBe('28.80')
  })

  it('turns itself off after three failures in a row, one an event, and tells of it', async () => {
    const acme = await life()
    await buy(acme, 20_00)
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.use(1_100 * CENT, OUTPUT)
    expect((await prepaidOf(acme)).account).toMatchObject({ recharge: true, armed: true, failuresInARow: 1 })
    await acme.use(1, OUTPUT)
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: true } })
    expect((await prepaidOf(acme)).account).toMatchObject({ recharge: false, armed: false, failuresInARow: 3 })
    await acme.use(1, OUTPUT)
    expect(await purchases(acme)).toEqual(['paid 2000', 'void 2000', 'void 2000', 'void 2000'])
    const told = await acme.told()
    expect(told.filter((kind) => kind === 'auto_recharge_failed')).toHaveLength(3)
    expect(told.filter((kind) => kind === 'auto_recharge_off')).toHaveLength(1)

    await acme.payWith('pm_card_visa')
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    expect((await prepaidOf(acme)).account).toMatchObject({ recharge: true, armed: true, failuresInARow: 0 })
    expect(await balanceOf(acme)).toBe('28.99997')
  })

  it('G111: that the bank wants confirmed has failed, and its invoice is void', async () => {
    const acme = await life()
    await buy(acme, 20_00)
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    await acme.payWith('pm_card_authenticationRequired')
    await acme.use(1_100 * CENT, OUTPUT)
    expect((await prepaidOf(acme)).account).toMatchObject({ failuresInARow: 1 })
    expect(await purchases(acme)).toEqual(['paid 2000', 'void 2000'])
    expect((await acme.told()).at(-1)).toBe('auto_recharge_failed')
  })

  it('passes no month’s ceiling, says so once, and buys again in the next calendar month', async () => {
    const acme = await life({ from: '2026-01-15T00:00:00Z' })
    await recharge(acme, { threshold: 10_00, amount: 20_00, monthlyLimit: 40_00 })
    await acme.use(1_100 * CENT, OUTPUT)
    expect(await recharges(acme)).toBe(2)
    await acme.use(2_000 * CENT, OUTPUT)
    await acme.use(1, OUTPUT)
    expect(await balanceOf(acme)).toBe('8.99999')
    expect((await acme.told()).filter((kind) => kind === 'auto_recharge_ceiling')).toHaveLength(1)
    await acme.walkTo('2026-01-31T23:59:59Z')
    await acme.use(1, OUTPUT)
    expect(await recharges(acme)).toBe(2)
    await acme.walkTo('2026-02-01T00:00:00Z')
    await acme.use(1, OUTPUT)
    expect(await recharges(acme)).toBe(3)
  })

  it('G101: sleeps without a prepaid plan, and wakes with one', async () => {
    const acme = await life({ plan: 'monthly' })
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    await acme.use(100 * CENT, OUTPUT)
    expect(await purchases(acme)).toEqual([])
    await acme.cancel()
    await acme.walkDays(31)
    expect(await acme.subscribe('prepaid')).toMatchObject(done)
    expect(await balanceOf(acme)).toBe('20.00')
  })

  it('expiry can be a fall (G72)', async () => {
    const acme = await life({ from: '2026-01-31T00:00:00Z' })
    await buy(acme, 20_00)
    await acme.walkTo('2026-06-30T00:00:00Z')
    await buy(acme, 5_00)
    await recharge(acme, { threshold: 10_00, amount: 30_00 })
    await acme.walkTo('2027-01-30T23:59:59Z')
    expect(await balanceOf(acme)).toBe('25.00')
    await acme.walkTo('2027-01-31T00:00:00Z')
    expect(await balanceOf(acme)).toBe('35.00')
    expect(await recharges(acme)).toBe(1)
  })

  it('G80: buys nothing while a payment is disputed', async () => {
    const acme = await life()
    await buy(acme, 20_00)
    await recharge(acme, { threshold: 10_00, amount: 20_00 })
    await inEngine((tx) => tx.update(payments).set({ state: 'disputed' }).where(eq(payments.organizationId, acme.organizationId)))
    await recordOnly(acme, 1_100 * CENT, 'output_tokens')
    expect(await recharges(acme)).toBe(0)
  })
})
