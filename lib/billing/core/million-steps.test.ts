import fc from 'fast-check'
import { expect, it } from 'vitest'
import { exact, minor } from '../../money'
import { isBefore } from '../../time'
import { type Action, actions, choices, instants, products, type Spending, seatProducts, spendingProducts, spendings } from '../testing/arbitraries'
import { isDeep, seed } from '../testing/depth'
import type { SimulatedCustomer } from '../testing/simulated-customer'
import { act, checkDocument, chosen } from '../testing/simulated-life'
import { HAPPENINGS, type Happening, SpendingCustomer } from '../testing/spending-customer'
import type { DunningDecision, decideAfterFailedCollection } from './dunning'
import type { decideConsume } from './limits'
import { countedUnits } from './rating'
import type { RenewalDecision, RenewalInput } from './renewal'

const STEPS = isDeep ? 1_000_000 : 4_000
const LIVES_A_ROUND = 50
const WITHIN_MS = 1_800_000
const MINIMUM = 50n

/** Of whatever beside the plans can happen, in a run; one that has not seen all of it goes on, for so long. */
const AT_LEAST = isDeep ? 100 : 1
const STEPS_AT_MOST = STEPS * 5
/** Within so many lives what is wrong is found out. */
const LIVES_AT_MOST = 2_000

const lives = fc.record({
  product: fc.oneof(products(), seatProducts(), { weight: 2, arbitrary: spendingProducts() }),
  choice: choices,
  start: instants,
  wantsTrial: fc.boolean(),
  taken: fc.array(fc.oneof({ weight: 3, arbitrary: actions }, { weight: 2, arbitrary: spendings }), { minLength: 10, maxLength: 60, size: 'max' }),
})

/** An `expect` of a million, several times each, would take longer than the engine does. */
function hold(isSo: boolean, what: string): void {
  if (!isSo) throw new Error(`it no longer holds: ${what}`)
}

/** What holds after every step, whatever it was; `seen` documents were held against it before. */
function holdInvariants(who: SpendingCustomer, seen: number): void {
  who.holdMoney()
  hold(who.broken.length === 0, who.broken.join())
  for (const { draft } of who.issued.slice(seen)) {
    checkDocument(draft, MINIMUM)
    hold(draft.creditIssued >= 0n, 'credit is given, never taken')
    hold(draft.creditApplied > -MINIMUM, 'credit is used; what was too small to charge is collected with it')
  }
  hold(who.netPaid + who.owedInAll >= 0n, 'never more in cash and credit than was paid in or is owed')
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

/** A period begins where the one before it ended, or at once where a change has ended that one, or the last failure of its payment. */
function holdAdjacent(who: SpendingCustomer, before: SimulatedCustomer['holding']['period']): void {
  const { start } = who.holding.period
  const { gaveUpAt } = who
  const isGivenUp = gaveUpAt !== null && isBefore(before.start, gaveUpAt) && !isBefore(start, gaveUpAt)
  if (start.equals(before.start) || isGivenUp) return
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

type Life = typeof lives extends fc.Arbitrary<infer One> ? One : never
type Begin = new (...begun: ConstructorParameters<typeof SpendingCustomer>) => SpendingCustomer

function beginLife(Customer: Begin, { product, choice, start, wantsTrial }: Life): SpendingCustomer {
  const who = new Customer(product, ...chosen(product, choice), start, MINIMUM, wantsTrial)
  if (who.holding.status === 'trialing') who.note('trial_begun')
  return who
}

function take(who: SpendingCustomer, step: Action | Spending): void {
  switch (step.do) {
    case 'card':
      who.takeCard(step.card)
      break
    case 'bank':
      who.card = step.card
      break
    case 'bank_yields':
      who.waitForTry()
      break
    case 'buy':
      who.buy(minor(step.amount))
      break
    case 'draw':
      who.draw(exact(step.amount))
      break
    case 'cap':
      who.setCap(step.enabled, step.cap === null ? null : minor(step.cap))
      break
    case 'late':
      who.recordLate(step.quantity)
      break
    case 'automatic':
      who.setAutomatic(step.upgrade, step.renew)
      break
    default:
      act(who, step)
  }
}

/** @throws Error with the first rule that no longer holds. */
function live(Customer: Begin, life: Life, happened = new Map<Happening, number>()): number {
  const who = beginLife(Customer, life)
  let [seen, hasRefunds] = [0, false]
  for (const step of life.taken) {
    const { period } = who.holding
    take(who, step)
    holdAdjacent(who, period)
    holdIdle(who)
    holdInvariants(who, seen)
    hasRefunds ||= step.do === 'refund'
    hold(hasRefunds || who.balance > -MINIMUM, 'credit falls below zero only by what is too small to charge')
    seen = who.issued.length
  }
  for (const [happening, times] of who.happened) happened.set(happening, (happened.get(happening) ?? 0) + times)
  return life.taken.length
}

it(`holds through ${STEPS.toLocaleString('en')} random steps of the engine (seed ${seed})`, { timeout: WITHIN_MS }, () => {
  let steps = 0
  const happened = new Map<Happening, number>()
  const seldom = () => HAPPENINGS.filter((happening) => (happened.get(happening) ?? 0) < AT_LEAST)
  for (let round = 0; steps < STEPS || (steps < STEPS_AT_MOST && seldom().length > 0); round++) {
    const property = fc.property(lives, (life) => {
      steps += live(SpendingCustomer, life, happened)
    })
    fc.assert(property, { seed: (Number(seed) + round) | 0, numRuns: LIVES_A_ROUND })
  }
  expect(seldom(), `what happened less than ${AT_LEAST} times`).toEqual([])
})

/** Each gets one rule wrong, so that it is known that the steps above would find it. */
const PLANTED: { wrong: string; Customer: Begin }[] = [
  {
    wrong: 'a renewal forgets what it has billed of late usage',
    Customer: class extends SpendingCustomer {
      protected override decideRenewal(input: RenewalInput): RenewalDecision {
        return { ...super.decideRenewal(input), billed: [] }
      }
    },
  },
  {
    wrong: 'a try is counted from the one before it',
    Customer: class extends SpendingCustomer {
      protected override decideAfterFailure(failed: Parameters<typeof decideAfterFailedCollection>[0]): DunningDecision {
        return super.decideAfterFailure({ ...failed, firstFailedAt: failed.attemptsAt.at(-1) ?? failed.firstFailedAt })
      }
    },
  },
  {
    wrong: 'a limit is asked about half of what is used',
    Customer: class extends SpendingCustomer {
      protected override decideConsume(asked: Parameters<typeof decideConsume>[0]): ReturnType<typeof decideConsume> {
        return super.decideConsume({ ...asked, quantity: asked.quantity / 2n })
      }
    },
  },
]

it.each(PLANTED)('finds out where $wrong', ({ Customer }) => {
  const run = () => {
    for (const life of fc.sample(lives, { seed: Number(seed) | 0, numRuns: LIVES_AT_MOST })) live(Customer, life)
  }
  expect(run).toThrow('it no longer holds')
})
