import { describe, expect, it } from 'vitest'
import { parseProduct } from '../catalog/document'
import { shippedProducts } from '../catalog/shipped'
import { adviseOn, leastOf } from './advice'
import { type Interval, type Product, planOf } from './catalog'

function product(id: string): Product {
  const parsed = parseProduct(
    shippedProducts.find((one) => one.id === id),
    1,
  )
  if (!parsed.ok) throw new Error(`product ${id} is not to be read`)
  return parsed.value
}

function advice(of: Product, planIds: readonly string[], units: readonly number[], interval: Interval = 'month') {
  const [meter] = of.meters
  const periods = units.map((used) => ({ interval, used: new Map(meter ? [[meter.id, BigInt(used)]] : []) }))
  return adviseOn(
    of,
    planIds.map((id) => planOf(of, id)),
    periods,
    4,
  )
}

describe('what each plan would have cost', () => {
  const calls = product('api-calls')

  it.each([
    { plan: 'free', used: 1_000, total: 0n, refused: 0n, why: 'exactly what Free includes' },
    { plan: 'free', used: 1_001, total: 0n, refused: 1n, why: 'one above it is refused (A2)' },
    { plan: 'basic', used: 0, total: 10_00n, refused: 0n, why: 'nothing used' },
    { plan: 'basic', used: 40_000, total: 10_00n, refused: 10_000n, why: 'above a blocking limit' },
    { plan: 'enterprise', used: 1_000_000, total: 100_00n, refused: 0n, why: 'exactly at the limit' },
    { plan: 'enterprise', used: 1_200_000, total: 200_00n, refused: 0n, why: '200,000 above it at $0.0005 (A3)' },
  ])('$used on $plan: $total, $refused refused ($why)', ({ plan, used, total, refused }) => {
    expect(advice(calls, [plan], [used])).toMatchObject([{ total, refused }])
  })

  it('adds up over periods', () => {
    expect(advice(calls, ['basic'], [0, 40_000, 30_000])).toMatchObject([{ total: 30_00n, refused: 10_000n }])
  })

  it('S7, S8: counts blocks whole as they begin, up to the hard limit that may be set', () => {
    const shots = product('screenshots')
    const { maximum } = shots.policies.hardLimit ?? { maximum: 0n }
    expect(advice(shots, ['growth'], [10_001])).toMatchObject([{ extra: 4_00n, total: 83_00n, refused: 0n }])
    expect(advice(shots, ['growth'], [Number(maximum) + 7])).toMatchObject([{ refused: 7n }])
  })

  it('G78: counts a year with a year’s price and allowance', () => {
    const scrape = product('scrape-credits')
    const [month] = advice(scrape, ['hobby'], [100_000])
    const [year] = advice(scrape, ['hobby'], [1_200_000], 'year')
    expect([month?.refused, year?.refused]).toEqual([0n, 0n])
    expect(year?.total).toBe(planOf(scrape, 'hobby').prices.year)
  })

  it('P1: counts every unit where there is no fee', () => {
    expect(advice(product('model-tokens'), ['monthly', 'prepaid'], [4_000_000])).toMatchObject([{ total: 5_00n }, { total: 5_00n }])
  })

  it('T1: counts the seats of now', () => {
    expect(advice(product('team-seats'), ['basic'], [0])).toMatchObject([{ total: 48_00n, refused: 0n }])
  })
})

describe('the plan that would have cost the least', () => {
  const calls = product('api-calls')
  const all = ['free', 'basic', 'pro', 'enterprise']

  it.each([
    { used: [1_000], least: 'free' },
    { used: [1_001], least: 'basic' },
    { used: [1_000, 300_000], least: 'pro' },
    { used: [300_001], least: 'enterprise' },
  ])('for $used is $least', ({ used, least }) => {
    expect(leastOf(advice(calls, all, used))?.id).toBe(least)
  })

  it('is none where each would have refused something', () => {
    expect(leastOf(advice(calls, ['free', 'basic'], [50_000]))).toBeNull()
  })

  it('is the lower one of two that cost the same', () => {
    const [low, high] = [planOf(calls, 'basic'), { ...planOf(calls, 'basic'), id: 'basic-two', rank: 9 }]
    expect(leastOf(adviseOn(calls, [high, low], [{ interval: 'month', used: new Map() }], null))?.id).toBe('basic')
  })
})
