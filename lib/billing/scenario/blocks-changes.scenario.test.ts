import { describe, expect, it } from 'vitest'
import { newId } from '../../ids'
import { recordUsage } from '../../metering/record-usage'
import type { PaymentProvider } from '../../payments/port'
import { consumeAndCharge, recordAndCharge } from '../flows/use'
import { first, lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const meter = 'screenshots'

async function onGrowth(hardLimit = 15_000n, from = '2026-01-01T00:00:00Z'): Promise<Scenario> {
  const acme = await scenario(stage, { product: 'screenshots', plan: 'growth', from })
  expect(await acme.setLimits({ hardLimit })).toMatchObject({ ok: true })
  return acme
}

async function extraInvoices(acme: Scenario): Promise<[quantity: bigint, amount: bigint, status: string][]> {
  const extra = (await acme.documents()).filter(({ kind }) => kind === 'extra_usage')
  return extra.flatMap(({ status, lines }) => lines.map(({ quantity, amount }): [bigint, bigint, string] => [quantity, amount, status]))
}

const event = (acme: Scenario, quantity: bigint) => {
  return { id: newId('evt'), organizationId: acme.organizationId, meter, quantity, timestamp: null, key: null, properties: null }
}

/** An event whose process dies before it has charged what the event set off. */
async function useAndDie(acme: Scenario, quantity: bigint): Promise<void> {
  const one = event(acme, quantity)
  expect(await first((context) => recordUsage(context, [one]))).toEqual({ ok: false, error: { code: 'sets_off', organizationIds: [acme.organizationId] } })
  expect((await acme.held()).segmentRows[0]?.billedUnits).toBe(0n)
  const terms = { owning: [acme.organizationId], asksAgain: true }
  expect(await acme.step(() => first((context) => recordUsage(context, [one], terms)))).toMatchObject({ ok: true, value: { setOff: [{}] } })
}

describe('S4, S6: a change of plan', () => {
  it('S4: an upgrade resets the hard limit, and what was paid for as extra does not count against the new one', async () => {
    const acme = await onGrowth()
    await acme.use(12_500, { meter })
    await acme.change('scale')
    expect((await acme.held()).holding.settings.hardLimit).toBeNull()
    expect(await acme.consume(40_000, { meter })).toMatchObject({ value: { allowed: true, used: 50_000n, limit: 50_000n } })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'limit_reached' } })
    await acme.setLimits({ hardLimit: 60_000n })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: true } })
    expect(await extraInvoices(acme)).toEqual([
      [3_000n, 12_00n, 'paid'],
      [1_000n, 3_50n, 'paid'],
    ])
  })

  it('S6: a downgrade to another paid plan charges no extra usage again, and resets the hard limit', async () => {
    const acme = await onGrowth()
    await acme.use(12_500, { meter })
    await acme.walkDays(15)
    await acme.change('basic')
    const credit = await acme.latestDocument()
    expect(lineAmounts(credit)).toEqual([
      ['proration_credit', -39_50n],
      ['proration_charge', 8_50n],
    ])
    expect((await acme.held()).holding.settings.hardLimit).toBeNull()
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'limit_reached', used: 10_000n, limit: 2_000n } })
    await acme.setLimits({ hardLimit: 11_000n })
    expect(await acme.consume(1_000, { meter })).toMatchObject({ value: { allowed: true, used: 11_000n, remaining: 0n } })
    expect(await extraInvoices(acme)).toEqual([
      [3_000n, 12_00n, 'paid'],
      // What credit is left from the downgrade pays it (C6).
      [1_000n, 9_00n, 'paid'],
    ])
  })

  it('S6, G54: a downgrade to free charges what is unpaid first', async () => {
    const acme = await onGrowth()
    await useAndDie(acme, 12_500n)
    expect(await extraInvoices(acme)).toEqual([[3_000n, 12_00n, 'open']])
    expect(await acme.change('free')).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', hardLimit: null })
    expect(await extraInvoices(acme)).toEqual([[3_000n, 12_00n, 'paid']])
  })

  it('S6: and stays as it is where that charge fails', async () => {
    const acme = await onGrowth()
    await acme.payWith('pm_card_chargeCustomerFail')
    await useAndDie(acme, 12_500n)
    expect(await acme.change('free')).toMatchObject({ ok: false, error: { code: 'past_due' } })
    expect((await acme.held()).row).toMatchObject({ plan: 'growth', status: 'past_due' })
  })
})

describe('S5: cancelling', () => {
  it('S5, G54: charges extra usage first, and goes on charging it until the period’s end', async () => {
    const acme = await onGrowth()
    await useAndDie(acme, 10_500n)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'paid']])
    expect(await acme.consume(501, { meter })).toMatchObject({ value: { allowed: true } })
    expect(await extraInvoices(acme)).toHaveLength(2)
    await acme.walkDays(31)
    expect((await acme.held()).row).toMatchObject({ plan: 'free', hardLimit: null })
    expect((await acme.documents()).map(({ kind }) => kind)).toEqual(['renewal', 'extra_usage', 'extra_usage'])
  })

  it('S5: goes through where that charge fails, and the invoice stays open', async () => {
    const acme = await onGrowth()
    await acme.payWith('pm_card_chargeCustomerFail')
    await useAndDie(acme, 10_500n)
    expect(await acme.cancel()).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ status: 'past_due', plan: 'growth' })
    expect((await acme.held()).row.cancelAt?.toString()).toBe('2026-02-01T00:00:00Z')
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'open']])
    await acme.walkDays(31)
    expect((await acme.held()).row).toMatchObject({ status: 'active', plan: 'free' })
    await acme.payWith('pm_card_visa')
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'paid']])
  })
})

describe('G5: what an event sets off', () => {
  it('G5: is charged once by the worker where the process dies, and every block is on one invoice', async () => {
    const acme = await onGrowth()
    await useAndDie(acme, 12_500n)
    await acme.recover()
    await acme.recover()
    expect(await extraInvoices(acme)).toEqual([[3_000n, 12_00n, 'paid']])
    expect(await acme.charges()).toHaveLength(2)
  })

  it('G5, S7: many callers at once never pass the hard limit, and each block is charged once', async () => {
    const acme = await onGrowth()
    await acme.use(9_900, { meter })
    const calls = Array.from({ length: 40 }, () => consumeAndCharge(acme.flow, { ...event(acme, 170n), id: newId('evt') }))
    const allowed = (await acme.step(() => Promise.all(calls))).filter((one) => one.ok && one.value.allowed).length
    expect(allowed).toBe(30)
    const extra = await extraInvoices(acme)
    expect(extra.reduce((sum, [quantity]) => sum + quantity, 0n)).toBe(5_000n)
    expect(extra.every(([, , status]) => status === 'paid')).toBe(true)
  })

  it('G5: waits no longer than it may, and what is not known by then goes on by itself', async () => {
    const acme = await onGrowth()
    let answer = () => {}
    const heard = new Promise<void>((resolve) => {
      answer = resolve
    })
    const slow: PaymentProvider = Object.assign(Object.create(stage.provider), {
      attempt: async (...request: Parameters<PaymentProvider['attempt']>) => {
        await heard
        return stage.provider.attempt(...request)
      },
    })
    const began = performance.now()
    expect(await recordAndCharge({ ...acme.flow, provider: slow, wait: 300 }, [event(acme, 10_001n)])).toMatchObject({ ok: true, value: { accepted: 1 } })
    expect(performance.now() - began).toBeLessThan(5_000)
    expect(await extraInvoices(acme)).toEqual([[1_000n, 4_00n, 'open']])
    answer()
    await expect.poll(() => extraInvoices(acme), { timeout: 10_000 }).toEqual([[1_000n, 4_00n, 'paid']])
    await acme.expectBalanced()
  })
})

describe('S7, C2: fifteen months from 31 January, over a leap day and a year’s end', () => {
  it('bill each month the blocks that it began, and each begins anew', async () => {
    const acme = await onGrowth(15_000n, '2027-01-31T00:00:00Z')
    let months = 0
    let billed = 0n
    for (const extra of [0, 1, 999, 1_000, 1_001, 2_500, 0, 4_999, 5_000, 1, 3_000, 0, 12, 2_001, 4_000]) {
      const { periodStart, periodEnd } = (await acme.held()).row
      await acme.walkDays(3)
      await acme.use(10_000 + Math.floor(extra / 2), { meter })
      await acme.use(extra - Math.floor(extra / 2), { meter })
      billed += BigInt(Math.ceil(extra / 1_000)) * 4_00n
      const paid = (await extraInvoices(acme)).reduce((sum, [, amount]) => sum + amount, 0n)
      expect({ start: periodStart.toString(), paid }).toEqual({ start: periodStart.toString(), paid: billed })
      await acme.walkTo(periodEnd)
      months += 1
      expect((await acme.held()).row.hardLimit, 'kept over a renewal').toBe(15_000n)
    }
    expect(months).toBe(15)
    const starts = (await acme.periods()).map(({ periodStart }) => periodStart.toString().slice(0, 10))
    expect(starts.slice(0, 2)).toEqual(['2027-01-31', '2027-02-28'])
    expect(starts.slice(10, 14)).toEqual(['2027-11-30', '2027-12-31', '2028-01-31', '2028-02-29'])
    expect((await acme.documents()).filter(({ kind }) => kind === 'renewal').every(({ total }) => total === 79_00n)).toBe(true)
  })
})
