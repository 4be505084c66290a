import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { minor, sum } from '../../money'
import { addDays, type Instant, instant } from '../../time'
import { teamSeats } from '../catalog/team-seats'
import { propertyRuns } from '../testing/arbitraries'
import { change, newTerms } from '../testing/changes'
import { recompute } from '../testing/formula'
import { afterDays, holdingOf, MAY, noCredit, productFrom } from '../testing/holdings'
import type { Interval } from './catalog'
import { sameCharge } from './change'
import { decideRenewal, nextCharge } from './renewal'
import { decideReview } from './review'
import { presentAt, refundedLine, seatsOf, settleSeats } from './seats'
import type { Holding, SeatChange } from './state'
import { decideSubscribe } from './subscribe'
import { isInTrial, trialFrom, trialRefusal } from './trial'

const product = productFrom(teamSeats)

let moved = 0
const move = (type: SeatChange['type'], days: number, member = `mem_${++moved}`, start: Instant = MAY): SeatChange => ({
  id: `change_${++moved}`,
  member,
  type,
  at: afterDays(days, start),
})

/** Ten seats are paid for on Basic from 1 May; `present` follows from the tab. */
function team(tab: SeatChange[] = [], facts: { interval?: Interval; start?: Instant; plan?: string; paid?: number } = {}): Holding {
  const { plan = 'basic', paid = 10, ...rest } = facts
  const present = paid + tab.reduce((net, { type }) => net + (type === 'joined' ? 1 : -1), 0)
  return holdingOf(plan, { product, ...rest, seats: { present, paid, tab } })
}

const settle = (tab: SeatChange[], facts: Parameters<typeof team>[1] = {}) => {
  const { additions, removals } = settleSeats({ holding: team(tab, facts), until: 'period', before: null })
  return { additions: additions.map(({ amount }) => amount), removals: removals.map(({ amount }) => amount) }
}

describe('T1, T3: the month', () => {
  it.each([
    { days: 0, amount: 12_00n, why: 'the first day: all 30' },
    { days: 1, amount: 11_60n, why: 'one day is completed' },
    { days: 5, amount: 10_00n, why: 'the document’s own: 25 of 30' },
    { days: 29, amount: 40n, why: 'the 30th day is one' },
    { days: 30, amount: 0n, why: 'the 31st day of a nominal 30: nothing is left' },
  ])('after $days completed days one seat is $amount: $why', ({ days, amount }) => {
    expect(settle([move('joined', days)])).toEqual({ additions: [amount], removals: [] })
    expect(settle([move('left', days)])).toEqual({ additions: [], removals: [-amount] })
  })

  it('nobody came or went: no line', () => {
    expect(settle([])).toEqual({ additions: [], removals: [] })
  })

  it('a line is rounded once on all its members: 7 × $12.00 × 11/30 = $30.80, and not 7 × $4.40', () => {
    expect(settle(Array.from({ length: 7 }, () => move('joined', 19)))).toEqual({ additions: [30_80n], removals: [] })
    const odd = productFrom({ ...teamSeats, plans: teamSeats.plans.map((plan) => (plan.id === 'basic' ? { ...plan, prices: { month: 1_01 } } : plan)) })
    const holding = holdingOf('basic', { product: odd, seats: { present: 3, paid: 0, tab: [move('joined', 15), move('joined', 15), move('joined', 15)] } })
    expect(
      settleSeats({ holding, until: 'period', before: null }).additions.map(({ amount }) => amount),
      '3 × $1.01 / 2 = $1.515',
    ).toEqual([1_52n])
  })
})

describe('T2, T4, G39: the year', () => {
  it.each([
    { days: 0, amount: 108_00n },
    { days: 5, amount: 106_52n },
    { days: 364, amount: 30n },
    { days: 365, amount: 0n },
  ])('after $days days of the term one seat at $108.00 is $amount', ({ days, amount }) => {
    const start = instant('2027-06-01T00:00:00Z') // 29 February 2028 makes it 366 days.
    const facts = { interval: 'year' as const, start }
    expect(settle([move('joined', days, undefined, start)], facts).additions).toEqual([amount])
    expect(settle([move('left', days, undefined, start)], facts).removals).toEqual([-amount])
  })
})

describe('T5b, G40: joined and left', () => {
  it.each([
    { joined: 5, left: 15, amount: 4_00n },
    { joined: 5, left: 6, amount: 40n },
    { joined: 5, left: 5, amount: 0n },
    { joined: 0, left: 30, amount: 12_00n },
  ])('from day $joined to day $left: $amount, and no credit', ({ joined, left, amount }) => {
    expect(settle([move('joined', joined, 'guest'), move('left', left, 'guest')])).toEqual({ additions: [amount], removals: [] })
  })

  it('who was there before, left, came again and left again: a removal, and a stay', () => {
    const tab = [move('left', 5, 'ada'), move('joined', 10, 'ada'), move('left', 20, 'ada')]
    expect(settle(tab)).toEqual({ additions: [4_00n], removals: [-10_00n] })
  })

  it('a stay that a review cuts in two is an addition in one and a removal in the next', () => {
    const tab = [move('joined', 5, 'guest'), move('left', 40, 'guest')]
    const holding = team(tab, { interval: 'year' })
    const review = instant('2026-06-01T00:00:00Z')
    const first = settleSeats({ holding, until: 'period', before: review })
    expect(first).toMatchObject({ ids: [tab[0]?.id], additions: [{ rule: 'T2' }], removals: [], joined: 1, left: 0 })
    const rest = { ...holding, seats: { present: 10, paid: 11, tab: tab.slice(1) } }
    expect(settleSeats({ holding: rest, until: 'period', before: null })).toMatchObject({ additions: [], removals: [{ rule: 'T4' }] })
  })
})

describe('G37: one line per kind and day', () => {
  it('in the order of days, additions before stays', () => {
    const tab = [move('joined', 9), move('joined', 5), move('joined', 5, 'guest'), move('left', 7), move('left', 8, 'guest'), move('joined', 5)]
    const { additions, removals } = settleSeats({ holding: team(tab), until: 'period', before: null })
    expect(additions.map(({ quantity, inputs }) => [quantity, inputs.elapsed_days, inputs.days])).toEqual([
      [2n, 5, 25],
      [1n, 9, 21],
      [1n, 5, 3],
    ])
    expect(removals.map(({ quantity }) => quantity)).toEqual([1n])
  })

  it('C9: says who they are, and its formula gives its amount', () => {
    const { additions, removals } = settleSeats({
      holding: team([move('joined', 5, 'mem_a'), move('joined', 5, 'mem_b'), move('left', 6)]),
      until: 'period',
      before: null,
    })
    expect(additions).toMatchObject([
      { description: '2 members added on Basic: 25 of 30 days', inputs: { member_ids: 'mem_a, mem_b', members: 2, price: '12.00' } },
    ])
    for (const line of [...additions, ...removals]) {
      const { stated, recomputed } = recompute(line.formula)
      expect(recomputed).toBe(stated)
    }
  })
})

describe('G36, G91: a change', () => {
  it('charges to its own day, credits the seats that were paid for, and charges those who are there: $4.00 − $60.00 + $264.00 = $208.00', () => {
    const decision = change(team([move('joined', 5)]), 'professional', { now: afterDays(15) })
    expect(decision.document).toMatchObject({
      total: 208_00n,
      lines: [{ amount: 4_00n }, { amount: -60_00n, quantity: 10n }, { amount: 264_00n, quantity: 11n }],
    })
    expect(newTerms(decision)).toMatchObject({ seatsPaid: 11, settledSeats: [expect.any(String)] })
  })

  it('G28, T5: on a 31st day the old plan is worth nothing any more, and the new one is charged in full', () => {
    expect(change(team(), 'professional', { now: afterDays(30) }).document.lines.map(({ amount }) => amount)).toEqual([0n, 240_00n])
  })

  it('G6: below zero in sum it is a credit note', () => {
    const cheaper = productFrom({
      ...teamSeats,
      plans: teamSeats.plans.map((plan) => (plan.id === 'professional' ? { ...plan, prices: { month: 1_00 } } : plan)),
    })
    const decision = change({ ...team(), terms: { ...team().terms, product: cheaper } }, 'professional', { product: cheaper, now: afterDays(10) })
    expect(decision.document).toMatchObject({ total: -70_00n, creditIssued: 70_00n, amountDue: 0n })
  })

  it('C10: a quote is out of date once anybody came or went, and only then', () => {
    const now = afterDays(10)
    const quoted = change(team(), 'professional', { now })
    expect(sameCharge(quoted, change(team(), 'professional', { now }))).toBe(true)
    expect(sameCharge(quoted, change(team([move('joined', 10)]), 'professional', { now }))).toBe(false)
    expect(sameCharge(quoted, change(team([move('left', 10), move('joined', 10)]), 'professional', { now })), 'as many, and others').toBe(false)
    const waits = change(team(), 'free', { now })
    expect(sameCharge(waits, change(team([move('joined', 10)]), 'free', { now })), 'one that waits for the end too').toBe(false)
  })

  it('G75: the renewal after it is for those who are there, and what is on the tab', () => {
    expect(change(team([move('joined', 5)]), 'free', { now: afterDays(10) }).nextRenewal.amount, 'Free costs nothing, and one has come').toBe(10_00n)
    expect(change(team([move('joined', 5)]), 'professional', { now: afterDays(15) }).nextRenewal.amount).toBe(264_00n)
  })
})

describe('a renewal', () => {
  const renew = (holding: Holding) => decideRenewal({ holding, nextProduct: product, late: [], account: noCredit })

  it('T1: bills who came and the next month for all', () => {
    expect(renew(team([move('joined', 5)]))).toMatchObject({
      document: { total: 142_00n },
      seatCredit: null,
      seatsPaid: 11,
      settledSeats: [expect.any(String)],
    })
  })

  it('T3: its credit does not meet its own invoice', () => {
    expect(renew(team([move('left', 5)]))).toMatchObject({
      document: { total: 108_00n, creditApplied: 0n },
      seatCredit: { total: -10_00n, creditIssued: 10_00n },
      seatsPaid: 9,
    })
  })

  it('C14: who comes after its end stays on the tab of the next period', () => {
    const late = move('joined', 31)
    expect(renew(team([move('joined', 5), late]))).toMatchObject({
      document: { total: 142_00n },
      seatsPaid: 11,
      settledSeats: [expect.not.stringMatching(late.id)],
    })
    expect(presentAt({ present: 12, paid: 10, tab: [move('joined', 5), late] }, instant('2026-06-01T00:00:00Z'))).toBe(11)
  })

  it('G65: nothing is cut while it is unpaid, and who came is counted from the next period on', () => {
    expect(renew({ ...team([move('joined', 5)]), status: 'unpaid' })).toMatchObject({
      document: null,
      seatCredit: null,
      settledSeats: [expect.any(String)],
      seatsPaid: 11,
    })
  })

  it('G75: the next charge names the part that is for members', () => {
    expect(nextCharge({ holding: team([move('joined', 5)]), account: noCredit, product })).toMatchObject({
      base: 132_00n,
      seats: 10_00n,
      usage: 0n,
      total: 142_00n,
    })
  })
})

describe('G38: a review', () => {
  const at = instant('2026-06-01T00:00:00Z')
  const review = (holding: Holding, account = noCredit) => decideReview({ holding, account, at })

  it('without a change makes no document', () => {
    expect(review(team([], { interval: 'year' }))).toMatchObject({ documents: [], seatsPaid: 10, settledSeats: [] })
    expect(review(team([], { interval: 'year' })).nextReviewAt?.toString()).toBe('2026-07-01T00:00:00Z')
  })

  it('is an invoice of additions, and then the credit of removals, which that invoice does not meet', () => {
    const decision = review(team([move('joined', 5), move('left', 5)], { interval: 'year' }))
    expect(decision).toMatchObject({
      seatsPaid: 10,
      documents: [
        { kind: 'adjustment', draft: { total: 106_52n, amountDue: 106_52n } },
        { kind: 'adjustment', draft: { total: -106_52n, creditIssued: 106_52n } },
      ],
    })
  })

  it('G67: takes off what was refunded, once', () => {
    const holding = { ...team([move('left', 5)], { interval: 'year' }), refunded: minor(100_00n) }
    expect(review(holding)).toMatchObject({ refundedTaken: 100_00n, documents: [{ draft: { total: -6_52n } }] })
    expect(review({ ...holding, refunded: minor(200_00n) })).toMatchObject({ refundedTaken: 106_52n, documents: [] })
    expect(refundedLine([], minor(5n), product)).toEqual([])
  })

  it('of a trial tells that it ends, unless it was cancelled, and bills nothing', () => {
    const trial = { ...team([move('joined', 5)]), status: 'trialing' as const, trialEnd: at }
    expect(review(trial)).toMatchObject({ tellsTrialEnding: true, documents: [], settledSeats: [], nextReviewAt: null })
    expect(review({ ...trial, cancelAt: at })).toMatchObject({ tellsTrialEnding: false })
  })
})

describe('T9: a trial', () => {
  const now = MAY
  const terms = { product, plan: team().terms.plan, interval: 'month' as const, account: noCredit, now }

  it('is 14 days that cost nothing, and the anchor is its end', () => {
    const begun = decideSubscribe({ ...terms, seats: 10, trial: true })
    expect(begun).toMatchObject({ document: { lines: [] }, seatsPaid: 0, period: { totalDays: 14 }, nextRenewal: { amount: 120_00n } })
    expect([begun.anchor, begun.trialEnd, begun.reviewAt].map(String)).toEqual(['2026-05-15T00:00:00Z', '2026-05-15T00:00:00Z', '2026-05-12T00:00:00Z'])
    expect(decideSubscribe({ ...terms, seats: 10 })).toMatchObject({ trialEnd: null, seatsPaid: 10, document: { total: 120_00n } })
  })

  it.each([
    { days: 4, noticed: true },
    { days: 3, noticed: false },
    { days: 1, noticed: false },
  ])('of $days days is told of beforehand: $noticed', ({ days, noticed }) => {
    const short = { ...product, policies: { ...product.policies, trial: { days } } }
    expect(trialFrom(now, short)?.noticeAt !== null).toBe(noticed)
  })

  it('runs to its end, and not at it', () => {
    const trialEnd = addDays(now, 14)
    expect(isInTrial({ trialEnd }, trialEnd.subtract({ milliseconds: 1 }))).toBe(true)
    expect(isInTrial({ trialEnd }, trialEnd)).toBe(false)
    expect(isInTrial({ trialEnd: null }, now)).toBe(false)
  })

  it('G69: is refused where there is none, of a free plan, and the second time', () => {
    const { plan } = terms
    expect(trialRefusal({ product, plan, wasUsed: false })).toBeNull()
    expect(trialRefusal({ product, plan, wasUsed: true })).toMatchObject({ code: 'not_eligible', rule: 'G69' })
    expect(trialRefusal({ product: { ...product, policies: { ...product.policies, trial: null } }, plan, wasUsed: false })).toMatchObject({
      code: 'not_eligible',
    })
    const [free] = product.plans
    if (free) expect(trialRefusal({ product, plan: free, wasUsed: false })).toMatchObject({ code: 'not_eligible' })
  })
})

describe('whoever comes and goes', () => {
  it('pays for the days that they are there and for no others, within the rounding of each line', () => {
    const moves = fc.array(fc.record({ joins: fc.boolean(), days: fc.nat(30), who: fc.nat(5) }), { maxLength: 30 })
    fc.assert(
      fc.property(moves, fc.constantFrom<Interval>('month', 'year'), (wanted, interval) => {
        const there = new Set(['mem_0', 'mem_1', 'mem_2'])
        const tab: SeatChange[] = []
        for (const { days, who, joins } of wanted.toSorted((a, b) => a.days - b.days)) {
          const member = `mem_${who}`
          if (joins === there.has(member)) continue
          joins ? there.add(member) : there.delete(member)
          tab.push(move(joins ? 'joined' : 'left', days, member))
        }
        const holding = team(tab, { interval, paid: 3 })
        const { additions, removals } = settleSeats({ holding, until: 'period', before: null })
        const total = BigInt(holding.period.totalDays)
        const price = holding.terms.plan.prices[interval] ?? minor(0n)
        // Seat by seat: each pays from the day of coming to that of going, or to the end.
        const seatDays = tab.reduce(
          (days, { type, at }) => days + (type === 'joined' ? 1n : -1n) * (total - BigInt(Math.floor(at.since(MAY).total('days')))),
          0n,
        )
        const billed = sum([...additions, ...removals].map(({ amount }) => amount))
        const off = billed * total - price * seatDays
        expect((off < 0n ? -off : off) * 2n).toBeLessThanOrEqual(BigInt(additions.length + removals.length) * total)
        expect(seatsOf(holding.terms.plan, there.size)).toBe(BigInt(presentAt(holding.seats ?? { present: 0, paid: 0, tab: [] }, holding.period.end)))
      }),
      propertyRuns,
    )
  })
})
