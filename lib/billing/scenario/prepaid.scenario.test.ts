import { describe, expect, it } from 'vitest'
import { decimalString } from '../../money'
import { balanceOf, buy, prepaidOf } from '../testing/prepaid'
import { lineAmounts, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

/** Credit that is bought and drawn down (P1–P8), and usage that is billed at the month's end. */

const stage = setStage()
const done = { ok: true, value: { outcome: { type: 'done' } } }
/** $1.00 of it. */
const INPUT_TOKENS_A_DOLLAR = 800_000
const OUTPUT = { meter: 'output_tokens' }
/** One cent's worth. */
const OUTPUT_TOKENS_A_CENT = 1_000

function life(facts: { plan?: string | null; from?: string; card?: string | null } = {}): Promise<Scenario> {
  return scenario(stage, { product: 'model-tokens', plan: 'prepaid', ...facts })
}

describe('credit that is bought', () => {
  it('P1, P2: is there when it is paid, and every unit draws it down exactly', async () => {
    const acme = await life()
    expect(await acme.consume(1, OUTPUT)).toMatchObject({ ok: true, value: { allowed: false, reason: 'quota_exhausted', remaining: 0n, rule: 'P6' } })
    expect(await buy(acme, 20_00)).toMatchObject(done)
    const invoice = await acme.latestDocument()
    expect(invoice).toMatchObject({ kind: 'purchase', status: 'paid', amountPaid: 20_00n, subscriptionId: null, periodStart: null })
    expect(lineAmounts(invoice)).toEqual([['prepaid_purchase', 20_00n]])
    expect(await acme.consume(7, { meter: 'input_tokens' })).toMatchObject({ ok: true, value: { allowed: true, used: 7n, limit: null } })
    expect(await balanceOf(acme)).toBe('19.99999125')
    await acme.use(3, OUTPUT)
    expect(await balanceOf(acme)).toBe('19.99996125')
  })

  it('P7: a balance of −$3.00 and a purchase of $20.00 are $17.00', async () => {
    const acme = await life()
    await acme.use(300 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    expect(await balanceOf(acme)).toBe('-3.00')
    expect(await buy(acme, 20_00)).toMatchObject(done)
    expect(await balanceOf(acme)).toBe('17.00')
    const { lots } = await prepaidOf(acme)
    expect(lots.map(({ amount, remaining }) => [decimalString(amount, 'usd'), decimalString(remaining, 'usd')])).toEqual([['20.00', '17.00']])
  })
})

describe('the monthly plan', () => {
  it('P1, G70: is billed at the month’s end, a line a meter, bought credit first', async () => {
    const acme = await life({ plan: 'monthly', from: '2026-01-31T00:00:00Z' })
    expect(await buy(acme, 5_00)).toMatchObject(done)
    await acme.use(4 * INPUT_TOKENS_A_DOLLAR, { meter: 'input_tokens' })
    await acme.use(400 * OUTPUT_TOKENS_A_CENT, OUTPUT)
    await acme.walkTo('2026-02-28T00:00:00Z')
    const invoice = await acme.latestDocument()
    expect(lineAmounts(invoice)).toEqual([
      ['usage', 4_00n],
      ['usage', 4_00n],
    ])
    expect(invoice).toMatchObject({ kind: 'renewal', total: 8_00n, creditApplied: 5_00n, prepaidApplied: 5_00n, amountDue: 3_00n, status: 'paid' })
    expect(await balanceOf(acme)).toBe('0.00')
  })
})
