import fc from 'fast-check'
import { expect, it } from 'vitest'
import { actions, choices, instants, products, seatProducts } from '../testing/arbitraries'
import { isDeep, seed } from '../testing/depth'
import type { SimulatedCustomer } from '../testing/simulated-customer'
import { act, checkDocument, customer } from '../testing/simulated-life'
import { countedUnits } from './rating'

const STEPS = isDeep ? 1_000_000 : 4_000
const LIVES_A_ROUND = 50
const WITHIN_MS = 1_800_000
const MINIMUM = 50n

const lives = fc.tuple(fc.oneof(products(), seatProducts()), choices, instants, fc.array(actions, { minLength: 10, maxLength: 60, size: 'max' }))

/** What holds after every step, whatever it was; `seen` documents were held against it before. */
function expectInvariants(who: SimulatedCustomer, seen: number): void {
  for (const { draft } of who.issued.slice(seen)) {
    checkDocument(draft, MINIMUM)
    expect(draft.creditIssued, 'credit is given, never taken').toBeGreaterThanOrEqual(0n)
    expect(draft.creditApplied, 'credit is used; what was too small to charge is collected with it').toBeGreaterThan(-MINIMUM)
  }
  expect(who.netPaid, 'never more in cash and credit than was paid in').toBeGreaterThanOrEqual(0n)
  expect(who.cashIn).toBeGreaterThanOrEqual(who.cashOut)
  const { units, extra, largestLimit } = who.current
  if (largestLimit !== null) expect(units - extra, 'what is beyond every limit is extra').toBeLessThanOrEqual(largestLimit)
  const { segments, period } = who.holding
  for (const segment of segments) {
    expect(segment.billedUnits, 'nothing is billed twice').toBeLessThanOrEqual(countedUnits(segment))
    if (segment.overLimit.type === 'block' && segment.limit !== null && segment.units > 0n)
      expect(countedUnits(segment), 'a limit that blocks is not passed').toBeLessThanOrEqual(segment.limit)
  }
  expect(period.start.epochMilliseconds, 'they live in the period that runs').toBeLessThanOrEqual(who.now.epochMilliseconds)
  expect(period.end.epochMilliseconds).toBeGreaterThan(who.now.epochMilliseconds)
}

/** A period begins where the one before it ended, or at once where a change has ended that one. */
function expectAdjacent(who: SimulatedCustomer, before: SimulatedCustomer['holding']['period']): void {
  const { start } = who.holding.period
  if (start.equals(before.start)) return
  expect(start.epochMilliseconds).toBeGreaterThan(before.start.epochMilliseconds)
  // Of several that were lived through at once, the first is out of sight.
  if (start.epochMilliseconds < before.end.epochMilliseconds) expect(start.equals(who.now), 'a period that began before its time began now').toBe(true)
}

/** Renewals are asked for again at the same instant, as a worker does that was killed before it could tell. */
function expectIdle(who: SimulatedCustomer): void {
  const facts = () => [who.issued.length, who.balance, who.cashIn, who.cashOut, who.holding.period.start.epochMilliseconds]
  const before = facts()
  who.wait(0)
  expect(facts(), 'a second renewal at the same instant does nothing').toEqual(before)
}

it(`holds through ${STEPS.toLocaleString('en')} random steps of the engine (seed ${seed})`, { timeout: WITHIN_MS }, () => {
  let steps = 0
  for (let round = 0; steps < STEPS; round++) {
    const life = fc.property(lives, ([product, choice, start, taken]) => {
      const who = customer(product, choice, start, MINIMUM)
      let [seen, hasRefunds] = [0, false]
      for (const step of taken) {
        const { period } = who.holding
        act(who, step)
        expectAdjacent(who, period)
        expectIdle(who)
        expectInvariants(who, seen)
        hasRefunds ||= step.do === 'refund'
        if (!hasRefunds) expect(who.balance, 'credit falls below zero only by what is too small to charge').toBeGreaterThan(-MINIMUM)
        seen = who.issued.length
        steps += 1
      }
    })
    fc.assert(life, { seed: (Number(seed) + round) | 0, numRuns: LIVES_A_ROUND })
  }
})
