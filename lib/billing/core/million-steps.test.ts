import fc from 'fast-check'
import { it } from 'vitest'
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

/** An `expect` of a million, several times each, would take longer than the engine does. */
function hold(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`it no longer holds: ${what}`)
}

/** What holds after every step, whatever it was; `seen` documents were held against it before. */
function holdInvariants(who: SimulatedCustomer, seen: number): void {
  for (const { draft } of who.issued.slice(seen)) {
    checkDocument(draft, MINIMUM)
    hold(draft.creditIssued >= 0n, 'credit is given, never taken')
    hold(draft.creditApplied > -MINIMUM, 'credit is used; what was too small to charge is collected with it')
  }
  hold(who.netPaid >= 0n, 'never more in cash and credit than was paid in')
  hold(who.cashIn >= who.cashOut, 'never more paid back than was paid')
  const { units, extra, largestLimit } = who.current
  hold(largestLimit === null || units - extra <= largestLimit, 'what is beyond every limit is extra')
  const { segments, period } = who.holding
  for (const segment of segments) {
    const { billedUnits, overLimit, limit } = segment
    const counted = countedUnits(segment)
    hold(billedUnits <= counted, 'nothing is billed twice')
    hold(overLimit.type !== 'block' || limit === null || segment.units === 0n || counted <= limit, 'a limit that blocks is not passed')
  }
  hold(period.start.epochMilliseconds <= who.now.epochMilliseconds, 'the period has begun')
  hold(period.end.epochMilliseconds > who.now.epochMilliseconds, 'the period has not ended')
}

/** A period begins where the one before it ended, or at once where a change has ended that one. */
function holdAdjacent(who: SimulatedCustomer, before: SimulatedCustomer['holding']['period']): void {
  const { start } = who.holding.period
  if (start.equals(before.start)) return
  // Of several that were lived through at once, the first is out of sight.
  hold(start.epochMilliseconds >= before.end.epochMilliseconds || start.equals(who.now), 'a period that began before its time began now')
}

/** Renewals are asked for again at the same instant, as a worker does that was killed before it could tell. */
function holdIdle(who: SimulatedCustomer): void {
  const facts = () => [who.issued.length, who.balance, who.cashIn, who.cashOut, who.holding.period.start.epochMilliseconds].join()
  const before = facts()
  who.wait(0)
  hold(facts() === before, 'a second renewal at the same instant does nothing')
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
        holdAdjacent(who, period)
        holdIdle(who)
        holdInvariants(who, seen)
        hasRefunds ||= step.do === 'refund'
        hold(hasRefunds || who.balance > -MINIMUM, 'credit falls below zero only by what is too small to charge')
        seen = who.issued.length
        steps += 1
      }
    })
    fc.assert(life, { seed: (Number(seed) + round) | 0, numRuns: LIVES_A_ROUND })
  }
})
