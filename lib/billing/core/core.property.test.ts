import fc from 'fast-check'
import { describe, expect, it, vi } from 'vitest'
import { LOCALES } from '../../locale'
import { allocate, minor, sum } from '../../money'
import { wordSentence } from '../../sentences/word-sentence'
import { addDays } from '../../time'
import { actions, choices, guardedDowngrade, instants, ladders, products, propertyRuns, seatProducts } from '../testing/arbitraries'
import { recompute } from '../testing/formula'
import { SimulatedCustomer } from '../testing/simulated-customer'
import { act, checkDocument, chosen, customer } from '../testing/simulated-life'
import { sameCharge } from './change'
import { periodAt } from './period'
import { countedUnits } from './rating'

const TRANSLATED = LOCALES.filter((locale) => locale !== 'en')
const minimums = fc.constantFrom(0n, 50n)

function holds<Case>(cases: fc.Arbitrary<Case>, check: (one: Case) => void): void {
  fc.assert(
    fc.property(cases, (one) => {
      check(one)
    }),
    propertyRuns,
  )
}

/** Enough of a document to tell it from another: when, what for, how much. */
function issuedFacts({ at, draft }: SimulatedCustomer['issued'][number]): string {
  return [at, draft.total, draft.amountDue, ...draft.lines.map((line) => `${line.kind} ${line.formula} ${line.inputs.period_start}`)].join(' · ')
}

// 20,000 cases of a customer's life take minutes on two cores.
vi.setConfig({ testTimeout: 3_600_000 })

describe('whatever a customer does', () => {
  const lives = fc.tuple(fc.oneof(products(), seatProducts()), choices, instants, minimums, fc.array(actions, { maxLength: 25 }))

  it('they never hold more in cash and credit than they paid in', () => {
    holds(lives, ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) {
        act(who, step)
        expect(who.netPaid).toBeGreaterThanOrEqual(0n)
        expect(who.cashIn).toBeGreaterThanOrEqual(who.cashOut)
      }
    })
  })

  it('every document is the sum of its lines, and every formula gives its line’s amount', () => {
    holds(lives, ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) act(who, step)
      for (const { draft } of who.issued) {
        checkDocument(draft, minimum)
        for (const line of draft.lines) {
          const { stated, recomputed } = recompute(line.formula)
          expect(recomputed, line.formula).toBe(stated)
          expect(BigInt(stated.split('e')[0] ?? ''), line.formula).toBe(line.amount)
        }
      }
    })
  })

  it('every line and every reason has words of its own in each language', () => {
    holds(lives, ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) act(who, step)
      const said = who.issued.flatMap(({ draft }) => [...draft.lines.map(({ description }) => description), ...draft.differsBecause.map(({ text }) => text)])
      for (const english of said) {
        for (const locale of TRANSLATED)
          expect(wordSentence(english, { language: locale, currency: product.currency }), `${english} in ${locale}`).not.toBe(english)
      }
    })
  })

  it('nothing beyond the largest limit that they held in a period is free: it is extra, and billed once', () => {
    holds(lives, ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) {
        act(who, step)
        const { units, extra, largestLimit } = who.current
        if (largestLimit !== null) expect(units - extra).toBeLessThanOrEqual(largestLimit)
        for (const segment of who.holding.segments) expect(segment.billedUnits).toBeLessThanOrEqual(countedUnits(segment))
      }
    })
  })

  it('G105: no chain of changes and refunds leaves them with a plan that nobody has paid for', () => {
    const chains = {
      upgrade: { type: 'new_period', unused: 'time' },
      downgrade: { type: 'now', oncePerCycle: false, usageRatio: null, settlesExtra: 'never' },
    } as const
    const refunds = { refund: { windowHours: 9_000, requiresNoUsage: true, mandatory: null } }
    const kinds = fc.oneof(products({ ...chains, ...refunds }), products(refunds), products())
    holds(fc.tuple(kinds, choices, instants, minimums, fc.array(actions, { maxLength: 25 })), ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) {
        // A part that was refunded stays held by rule, and is taken off the next credit (G67).
        act(who, step.do === 'refund' ? { ...step, percent: null } : step)
        const lines = who.issued.reduce((count, { draft }) => count + draft.lines.length, 0)
        expect(who.netPaid + BigInt(lines)).toBeGreaterThanOrEqual(who.valueHeld) // Each line is rounded by itself.
      }
    })
  })

  it('the balance falls below zero only by what is too small to charge', () => {
    holds(lives, ([product, choice, start, minimum, steps]) => {
      const who = customer(product, choice, start, minimum)
      for (const step of steps) {
        act(who, step.do === 'refund' ? { do: 'wait', hours: 1 } : step)
        expect(who.balance > -minimum || who.balance >= 0n).toBe(true)
      }
    })
  })
})

describe('back and forth within a day', () => {
  it('never earns anything, on no day, under no policy', () => {
    const hoursOrLastDay = fc.option(fc.integer({ min: 0, max: 24 * 31 }), { freq: 1 })
    // A month of nominally 30 days has a 31st, where G28 bends the lines: half of the cases are of that kind.
    const monthly = products({ cycle: { months: 1 }, dayCount: 'nominal', upgrade: { type: 'prorated_difference' } })
    const trips = fc.tuple(fc.oneof(products(), seatProducts(), monthly), choices, instants, hoursOrLastDay, fc.array(choices, { minLength: 1, maxLength: 8 }))
    holds(trips, ([product, home, start, hours, stops]) => {
      const who = customer(product, home, start)
      act(who, hours === null ? { do: 'wait_for_last_day' } : { do: 'wait', hours })
      const before = who.netPaid
      for (const stop of [...stops, home]) who.change(...chosen(product, stop))
      const [plan, interval] = chosen(product, home)
      const cameBack = who.holding.terms.plan.id === plan.id && who.holding.terms.interval === interval
      if (cameBack) expect(who.netPaid).toBeGreaterThanOrEqual(before)
    })
  })

  it('costs nothing or something, and leaves no more used for free than the plan includes that they come back to', () => {
    const use = fc.record({ do: fc.constant('use' as const), quantity: fc.bigInt({ min: 0n, max: 3_000n }) })
    const change = fc.record({ do: fc.constant('change' as const), plan: fc.nat(3), interval: fc.constant('month' as const) })
    const catalog = ladders({ upgrade: { type: 'prorated_difference' }, downgrade: guardedDowngrade, cycle: { days: 30 } })
    const trips = fc.tuple(catalog, fc.nat(3), instants, fc.integer({ min: 0, max: 29 }), fc.array(fc.oneof(use, change), { maxLength: 12 }))
    holds(trips, ([product, plan, start, days, steps]) => {
      const home = { plan, interval: 'month' as const }
      const who = customer(product, home, start)
      who.waitUntil(addDays(start, days).add({ hours: 1 }))
      const before = who.netPaid
      for (const step of [...steps, { do: 'change' as const, ...home }]) act(who, step)
      const { plan: where } = who.holding.terms
      const { units, extra } = who.current
      expect(units - extra).toBeLessThanOrEqual(where.included.calls ?? 0n)
      if (where.id === chosen(product, home)[0].id) expect(who.netPaid).toBeGreaterThanOrEqual(before)
    })
  })
})

describe('a quote', () => {
  const lives = fc.tuple(fc.oneof(products(), seatProducts()), choices, instants, fc.array(actions, { maxLength: 12 }), choices)

  it('is what the execution decides, until it expires, whatever traffic there is', () => {
    holds(fc.tuple(lives, fc.bigInt({ min: 0n, max: 5_000n }), fc.nat(100)), ([[product, choice, start, steps, target], used, percent]) => {
      const who = customer(product, choice, start, 50n)
      for (const step of steps) act(who, step)
      const [plan, interval] = chosen(product, target)
      const quoted = who.quote(plan, interval)
      expect(quoted.expiresAt.epochMilliseconds).toBeGreaterThan(who.now.epochMilliseconds)
      expect(quoted.expiresAt.epochMilliseconds - who.now.epochMilliseconds).toBeLessThanOrEqual(15 * 60_000)
      const wait = Math.floor(((quoted.expiresAt.epochMilliseconds - who.now.epochMilliseconds - 1) * percent) / 100)
      who.use(used)
      who.now = who.now.add({ milliseconds: wait })
      const decided = who.quote(plan, interval)
      const isRefused = quoted.rejection !== null || decided.rejection !== null
      expect(sameCharge(quoted, decided)).toBe(!isRefused)
      // Usage may turn a rule: then, and only then, what was quoted is refused.
      if (!quoted.rejection && decided.rejection) expect(decided.rejection.code).toBe('downgrade_usage_exceeded')
      if (!isRefused) expect(decided.outcome?.type).toBe(quoted.outcome?.type)
    })
  })

  it('that is refused has no lines, and one that is allowed on a retry day is allowed then', () => {
    holds(lives, ([product, choice, start, steps, target]) => {
      const who = customer(product, choice, start)
      for (const step of steps) act(who, step)
      const quoted = who.quote(...chosen(product, target))
      const { rejection } = quoted
      if (!rejection) return
      expect(quoted).toMatchObject({ outcome: null, document: { lines: [], amountDue: 0n } })
      if (rejection.code !== 'downgrade_usage_exceeded' || rejection.retryAt === null) return
      who.waitUntil(rejection.retryAt)
      const retried = who.quote(...chosen(product, target)).rejection
      if (!rejection.retryAt.equals(rejection.renewalAt)) expect(retried).toBeNull()
    })
  })
})

describe('time', () => {
  it('in one step or in many gives the same documents, periods and balance', () => {
    const walks = fc.tuple(
      fc.oneof(products(), seatProducts()),
      choices,
      instants,
      fc.array(fc.integer({ min: 0, max: 24 * 40 }), { maxLength: 8 }),
      fc.bigInt({ min: 0n, max: 9_000n }),
    )
    holds(walks, ([product, choice, start, hours, used]) => {
      const leap = customer(product, choice, start)
      const walk = customer(product, choice, start)
      for (const who of [leap, walk]) who.use(used)
      leap.wait(hours.reduce((total, some) => total + some, 0))
      for (const some of hours) walk.wait(some)
      expect(walk.issued.map(issuedFacts)).toEqual(leap.issued.map(issuedFacts))
      expect(walk.holding.period).toEqual(leap.holding.period)
      expect([walk.balance, walk.cashIn]).toEqual([leap.balance, leap.cashIn])
    })
  })

  it('periods follow one another without a gap, each computed from the anchor (C2)', () => {
    holds(fc.tuple(fc.oneof(products(), seatProducts()), choices, instants, fc.integer({ min: 1, max: 30 })), ([product, choice, start, periods]) => {
      const [plan, interval] = chosen(product, choice)
      const who = new SimulatedCustomer(product, plan, interval, start, 0n)
      for (let index = 0; index < periods; index++) {
        expect(who.holding.period).toEqual(periodAt(start, product.policies.cycle, interval, index, product.policies.dayCount))
        who.waitUntil(who.holding.period.end)
      }
    })
  })
})

describe('allocate', () => {
  it('splits into parts that add up, none on the wrong side of zero', () => {
    const splits = fc.tuple(
      fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n }),
      fc.array(fc.bigInt({ min: 0n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 }),
    )
    holds(splits, ([total, weights]) => {
      const parts = allocate(minor(total), weights)
      const isSplit = weights.some((weight) => weight > 0n)
      expect(sum(parts)).toBe(isSplit ? total : 0n)
      for (const part of parts) expect(total < 0n ? part <= 0n : part >= 0n).toBe(true)
    })
  })
})
