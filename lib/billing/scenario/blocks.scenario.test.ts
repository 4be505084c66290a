import { describe, expect, it } from 'vitest'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
const meter = 'screenshots'

/** On Growth: 10,000 screenshots for $79, extra ones at $0.004. */
async function onGrowth(hardLimit: bigint | null = 15_000n, facts: { card?: string; from?: string } = {}): Promise<Scenario> {
  const acme = await scenario(stage, { product: 'screenshots', plan: 'growth', ...facts })
  if (hardLimit !== null) expect(await acme.setLimits({ hardLimit })).toEqual({ ok: true, value: null })
  return acme
}

/** What each invoice for extra usage says: quantity and amount. */
async function extraInvoices(acme: Scenario): Promise<[quantity: bigint, amount: bigint, status: string][]> {
  const extra = (await acme.documents()).filter(({ kind }) => kind === 'extra_usage')
  return extra.flatMap(({ status, lines }) => lines.map(({ quantity, amount }): [bigint, bigint, string] => [quantity, amount, status]))
}

describe('S3: extra screenshots in blocks of 1,000, as in the vendor’s examples', () => {
  it.each([
    { rendered: 12_000, quantity: 2_000n, amount: 8_00n },
    { rendered: 12_500, quantity: 3_000n, amount: 12_00n },
    { rendered: 10_001, quantity: 1_000n, amount: 4_00n },
    { rendered: 10_999, quantity: 1_000n, amount: 4_00n },
    { rendered: 11_001, quantity: 2_000n, amount: 8_00n },
  ])('S3: $rendered rendered are $quantity extra', async ({ rendered, quantity, amount }) => {
    const acme = await onGrowth()
    await acme.use(rendered, { meter })
    expect(await extraInvoices(acme)).toEqual([[quantity, amount, 'paid']])
  })

  it('S1: without a hard limit above the plan’s, the plan’s limit blocks', async () => {
    const acme = await onGrowth(null)
    expect(await acme.consume(10_000, { meter })).toMatchObject({ value: { allowed: true, remaining: 0n } })
    expect(await acme.consume(1, { meter })).toMatchObject({ value: { allowed: false, reason: 'limit_reached', limit: 10_000n } })
    await acme.use(500, { meter })
    expect(await extraInvoices(acme)).toEqual([])
  })

  it('S7: each block is charged as it begins, and the sum is always that of whole blocks', async () => {
    const acme = await onGrowth()
    await acme.use(10_000, { meter })
    expect(await extraInvoices(acme)).toEqual([])
    for (const [more, blocks] of [
      [1, 1],
      [998, 1],
      [1, 1],
      [1, 2],
      [2_500, 4],
    ] as const) {
      expect(await acme.consume(more, { meter })).toMatchObject({ value: { allowed: true } })
      const extra = await extraInvoices(acme)
      expect(extra.reduce((sum, [, amount]) => sum + amount, 0n)).toBe(BigInt(blocks) * 4_00n)
    }
    expect(await extraInvoices(acme)).toEqual([
      [1_000n, 4_00n, 'paid'],
      [1_000n, 4_00n, 'paid'],
      [2_000n, 8_00n, 'paid'],
    ])
  })
})
