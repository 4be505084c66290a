import type { Instant } from '../../time'
import { findPlan, type Interval, isFree, limitOf, type Plan, type Product, priceOf, type UpgradePolicy } from './catalog'
import { mayLeaveTerm } from './exhausted'
import { isIntroduced } from './introduction'
import type { Line } from './line'
import { firstPeriod, unusedDays } from './period'
import { feeLine, fullCharge, prorationCharge, prorationCredit, type UnusedShare } from './proration'
import { usedOf } from './rating'
import { seatsOf } from './seats'
import type { Holding, Period, Terms } from './state'

export type ChangeKind = 'upgrade' | 'downgrade' | 'switch'

/** `product`: the newest version in effect (G13); what is held keeps the version that it was sold under. */
export type ChangeTarget = { product: Product; plan: Plan; interval: Interval }

/** How a change goes, before anything is known of usage or money. */
export type ChangeRoute =
  /** The current plan and interval, chosen to drop a pending change (G93). */
  | { type: 'keep' }
  | { type: 'wait' }
  | { type: 'upgrade'; policy: UpgradePolicy }
  | { type: 'downgrade' }
  /** A yearly term that is used up, left for a higher monthly plan (B4, G42). */
  | { type: 'leave_term' }
  /** Month to year: a term of its own at once, with a fresh allowance (C16, T8). */
  | { type: 'new_term'; policy: UpgradePolicy }

/** By rank; `switch` where ranks are equal, or where plan and interval change between paid plans (G43, G96). */
export function kindOf(held: Terms, target: ChangeTarget): ChangeKind {
  const bothPaid = !isFree(held.plan) && !isFree(target.plan)
  if (target.interval !== held.interval && bothPaid) return 'switch'
  const heldRank = rankOf(held, target.product)
  if (target.plan.rank === heldRank) return 'switch'
  return target.plan.rank > heldRank ? 'upgrade' : 'downgrade'
}

/** The held plan's rank among the plans that are on offer now, for a newer version may have numbered them anew. */
function rankOf(held: Terms, newest: Product): number {
  return (findPlan(newest, held.plan.id) ?? held.plan).rank
}

function isSamePlan(held: Terms, target: ChangeTarget): boolean {
  return held.plan.id === target.plan.id && held.interval === target.interval
}

/** The policies that lead out of a plan are those that it was sold under. */
export function routeOf(holding: Holding, target: ChangeTarget, now: Instant): ChangeRoute {
  const held = holding.terms
  const { upgrade, downgrade } = held.product.policies
  const goDown: ChangeRoute = downgrade.type === 'now' ? { type: 'downgrade' } : { type: 'wait' }
  if (isSamePlan(held, target)) return { type: 'keep' }
  if (target.interval !== held.interval) {
    if (isFree(held.plan)) return { type: 'new_term', policy: upgrade }
    if (isFree(target.plan)) return goDown // C15: a free plan is reached by the downgrade policy, whatever the interval.
    if (target.interval === 'year') return { type: 'new_term', policy: upgrade }
    return target.plan.rank > rankOf(held, target.product) && mayLeaveTerm(holding, now) ? { type: 'leave_term' } : { type: 'wait' }
  }
  const kind = kindOf(held, target)
  const costsMore = (target.plan.prices[target.interval] ?? 0n) > priceOf(held.plan, held.interval) // Not sold so: refused later.
  if (kind === 'upgrade' || (kind === 'switch' && costsMore)) return { type: 'upgrade', policy: upgrade }
  return goDown
}

/** What a change that takes effect at once costs, and the period that it leads to. */
export type ImmediateChange = {
  terms: Terms
  anchor: Instant
  period: Period
  newPeriod: boolean
  /** C5's two lines, or the one of a plan that is charged in full without credit for what was held (B4, B7). */
  lines: readonly [credit: Line, charge: Line] | readonly [fee: Line]
  countsAsDowngrade: boolean
  /** Extra units so far are settled on its document; otherwise they stay on the period's tab (C13). */
  settlesExtra: boolean
}

export function immediateChange(route: Exclude<ChangeRoute, { type: 'keep' | 'wait' }>, holding: Holding, terms: Terms, now: Instant): ImmediateChange {
  switch (route.type) {
    case 'upgrade':
      return upgradeBy(route.policy, holding, terms, now)
    case 'downgrade':
      return downgradeNow(holding, terms, now)
    case 'leave_term':
      return freshPeriod('B4', holding, terms, now)
    case 'new_term':
      return ownPeriod('T8', unusedBy(route.policy, holding, now), holding, terms, now)
  }
}

function upgradeBy(policy: UpgradePolicy, holding: Holding, terms: Terms, now: Instant): ImmediateChange {
  // Its days are no period that anything could be prorated by: the first paid one begins, and what was used of it does not count (G34).
  if (isIntroduced(holding)) return ownPeriod('G34', unusedTime(holding.period, now), holding, terms, now)
  switch (policy.type) {
    case 'prorated_difference':
      return inPeriod('A6', unusedForUpgrade(holding, terms, now), holding, terms)
    case 'full_new_minus_unused':
      return isFree(holding.terms.plan)
        ? ownPeriod('G35', unusedTime(holding.period, now), holding, terms, now) // From a free plan the first paid period begins (G35).
        : fullPriceInPeriod(unusedTime(holding.period, now), holding, terms)
    case 'new_period':
      return ownPeriod(policy.unused === 'time' ? 'C17' : 'G104', unusedBy(policy, holding, now), holding, terms, now)
  }
}

/** A6: the period and its usage go on; both lines are for the same days of it. */
function inPeriod(rule: string, share: UnusedShare, holding: Holding, terms: Terms): ImmediateChange {
  const { period, anchor } = holding
  return {
    terms,
    anchor,
    period,
    newPeriod: false,
    lines: [creditFor(holding, share, rule), prorationCharge({ terms, seats: newSeats(holding, terms), period, share, rule })],
    countsAsDowngrade: false,
    settlesExtra: true,
  }
}

/** T5: the new plan's full price less what is unused of the old one; the period does not move. */
function fullPriceInPeriod(share: UnusedShare, holding: Holding, terms: Terms): ImmediateChange {
  const { period } = holding
  const charge = fullCharge({ terms, seats: newSeats(holding, terms), period, rule: 'T5' })
  return { ...inPeriod('T5', share, holding, terms), lines: [creditFor(holding, share, 'T5'), charge] }
}

/** C17's `new_period` and T8: a period of its own begins at once, with a new anchor and a fresh allowance. */
function ownPeriod(rule: string, share: UnusedShare, holding: Holding, terms: Terms, now: Instant): ImmediateChange {
  const period = firstPeriod(now, terms)
  return {
    terms,
    anchor: now,
    period,
    newPeriod: true,
    lines: [creditFor(holding, share, rule), fullCharge({ terms, seats: newSeats(holding, terms), period, rule })],
    countsAsDowngrade: false,
    settlesExtra: true,
  }
}

/** A period of its own at the full price; what is left of the one before is given up (B4, B7). */
export function freshPeriod(rule: string, holding: Holding, terms: Terms, now: Instant): ImmediateChange {
  const period = firstPeriod(now, terms)
  return {
    terms,
    anchor: now,
    period,
    newPeriod: true,
    lines: [{ ...feeLine({ terms, seats: newSeats(holding, terms), period }), rule }],
    countsAsDowngrade: false,
    settlesExtra: true,
  }
}

/** A7: as A6, but extra units stay on the tab, and on a 31st day there is nothing left to give back (G28). */
function downgradeNow(holding: Holding, terms: Terms, now: Instant): ImmediateChange {
  const share = unusedTime(holding.period, now)
  const change = terms.interval === holding.terms.interval ? inPeriod('A7', share, holding, terms) : ownPeriod('A7', share, holding, terms, now)
  return { ...change, countsAsDowngrade: true, settlesExtra: change.newPeriod } // A period that ends here has no later tab.
}

/** For the seats that the period is paid for; those who came since are on the tab, which the change settles first (G36). */
function creditFor({ terms, seats, period }: Holding, share: UnusedShare, rule: string): Line {
  return prorationCredit({ terms, seats: seatsOf(terms.plan, seats?.paid), period, share, rule })
}

/** The charge is for the members who are present (G36). */
function newSeats({ seats }: Holding, { plan }: Terms): bigint {
  return seatsOf(plan, seats?.present)
}

function unusedTime(period: Period, now: Instant): UnusedShare {
  return { type: 'time', unused: unusedDays(period, now), total: period.totalDays }
}

/**
 * On a 31st day of a nominal 30 both lines count one day, so that no upgrade is free (G28, G107). A step up that costs less
 * is a credit and counts none: going up and down on that day would earn it again and again.
 */
function unusedForUpgrade(holding: Holding, terms: Terms, now: Instant): UnusedShare {
  const share = unusedTime(holding.period, now)
  const before = priceOf(holding.terms.plan, holding.terms.interval) * seatsOf(holding.terms.plan, holding.seats?.paid)
  const costsMore = priceOf(terms.plan, terms.interval) * newSeats(holding, terms) > before
  return costsMore ? { ...share, unused: Math.max(share.unused, 1) } : share
}

/** A product that measures what is unused by its allowance too does so wherever a period is cut short (G104, G108). */
function unusedBy(policy: UpgradePolicy, holding: Holding, now: Instant): UnusedShare {
  const time = unusedTime(holding.period, now)
  if (policy.type !== 'new_period') return time
  switch (policy.unused) {
    case 'time':
      return time
    case 'time_and_allowance': {
      const tightest = smallestAllowanceLeft(holding)
      return tightest ? { ...time, type: 'time_and_allowance', ...tightest } : time
    }
  }
}

/** The meter with the smallest share of its allowance left; null where nothing is limited. */
function smallestAllowanceLeft(holding: Holding): { meter: string; left: bigint; limit: bigint } | null {
  let tightest: { meter: string; left: bigint; limit: bigint } | null = null
  for (const { id: meter } of holding.terms.product.meters) {
    const limit = limitOf(holding.terms, meter)
    if (limit === null || limit === 0n) continue
    const used = usedOf(holding, meter)
    const left = used < limit ? limit - used : 0n
    if (!tightest || left * tightest.limit < tightest.left * limit) tightest = { meter, left, limit }
  }
  return tightest
}
