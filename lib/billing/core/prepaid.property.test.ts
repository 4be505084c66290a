import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { newId } from '../../ids'
import type { ExactAmount } from '../../money'
import { addDays, instant, isBefore } from '../../time'
import { propertyRuns } from '../testing/arbitraries'
import { drawDown, type Lot, liveLots, payDebt, prepaidBalance } from './prepaid'

const start = instant('2026-01-31T00:00:00Z')
const amount = fc.bigInt({ min: 0n, max: 10n ** 16n }).map((value) => value as ExactAmount)
const lots = fc.array(
  fc
    .record({ remaining: amount, day: fc.integer({ min: 0, max: 400 }) })
    .map(({ remaining, day }): Lot => ({ id: newId('grant'), remaining, expiresAt: addDays(start, day) })),
  { maxLength: 6 },
)
const day = fc.integer({ min: 0, max: 400 })

/** The lots after a draw. */
function leftOf(held: readonly Lot[], draws: readonly { lot: string; amount: ExactAmount }[]): Lot[] {
  return held.map((lot) => ({ ...lot, remaining: (lot.remaining - (draws.find((draw) => draw.lot === lot.id)?.amount ?? 0n)) as ExactAmount }))
}

describe('whatever was bought and whenever it is used', () => {
  it('P5, P7: draws and debt add up to the price, no lot is overdrawn, and the balance falls by exactly the price', () => {
    fc.assert(
      fc.property(lots, amount, amount, day, (held, debt, price, at) => {
        const now = addDays(start, at)
        const { draws, shortfall } = drawDown(held, price, now)
        expect(draws.reduce<bigint>((total, draw) => total + draw.amount, shortfall)).toBe(price)
        const left = leftOf(held, draws)
        expect(left.every(({ remaining }) => remaining >= 0n)).toBe(true)
        const owed = (debt + shortfall) as ExactAmount
        expect(prepaidBalance({ lots: left, debt: owed }, now)).toBe(prepaidBalance({ lots: held, debt }, now) - price)
        // While something of an earlier lot is left, no later one is touched; what has ended never is.
        const live = liveLots(held, now).map(({ id }) => id)
        expect(draws.map(({ lot }) => lot)).toEqual(live.slice(0, draws.length))
        expect(draws.every(({ lot }) => isBefore(now, held.find(({ id }) => id === lot)?.expiresAt ?? now))).toBe(true)
      }),
      propertyRuns,
    )
  })

  it('one event of a price is many that add up to it', () => {
    fc.assert(
      fc.property(lots, fc.array(amount, { maxLength: 8 }), day, (held, prices, at) => {
        const now = addDays(start, at)
        let left: Lot[] = [...held]
        let owed = 0n
        for (const price of prices) {
          const { draws, shortfall } = drawDown(left, price, now)
          left = leftOf(left, draws)
          owed += shortfall
        }
        const whole = drawDown(held, prices.reduce<bigint>((total, price) => total + price, 0n) as ExactAmount, now)
        expect(left).toEqual(leftOf(held, whole.draws))
        expect(owed).toBe(whole.shortfall)
      }),
      propertyRuns,
    )
  })

  it('G73: a purchase raises the balance by its amount, whatever was owed', () => {
    fc.assert(
      fc.property(amount, amount, (debt, bought) => {
        const settled = payDebt(debt, bought)
        expect(settled.remaining - settled.debt).toBe(bought - debt)
        expect(settled.remaining >= 0n && settled.debt >= 0n && (settled.remaining === 0n || settled.debt === 0n)).toBe(true)
      }),
      propertyRuns,
    )
  })
})
