import { minor } from '../../money'
import type { Instant } from '../../time'
import { priceOf } from './catalog'
import { type ChangeDecision, type ChangeInput, commonAnswer, decideChange, done, renewalAfter } from './change'
import { plainRejection, standsStill } from './change-refusals'
import { freshPeriod } from './change-route'
import { type EarlyRenewalBar, earlyRenewalBar, exhaustedMeter, fullestMeter, hasBegun } from './exhausted'
import { count, iso, spoken } from './explain'
import { nextReview } from './period'
import { countedUnits } from './rating'
import type { Rejection } from './rejection'
import { seatsOf } from './seats'
import type { Holding, PendingChange } from './state'

/** What a quote is asked for: another plan or interval, the yearly term begun anew (B4), or a new period at once (B7). */
export const QUOTE_ACTIONS = ['change', 'resubscribe', 'renew_now'] as const
export type QuoteAction = (typeof QUOTE_ACTIONS)[number]

export type ActionInput = ChangeInput & {
  action: QuoteAction
  /** When the organization registered: what it may still do depends on it (B7). */
  registeredAt: Instant
}

/** Decides what was asked for. Of `resubscribe` and `renew_now` the target is the held plan, in the version that a renewal would sell it under. */
export function decideAction({ action, registeredAt, ...input }: ActionInput): ChangeDecision {
  switch (action) {
    case 'change':
      return decideChange(input)
    case 'resubscribe':
      return decideResubscribe(input)
    case 'renew_now':
      return decideRenewNow(input, registeredAt)
  }
}

/** Which action a kept decision answers, so that its execution asks the same again (C10). */
export function actionOf({ kind }: Pick<ChangeDecision, 'kind'>): QuoteAction {
  switch (kind) {
    case 'resubscribe':
      return 'resubscribe'
    case 'renew':
      return 'renew_now'
    case 'upgrade':
    case 'downgrade':
    case 'switch':
      return 'change'
  }
}

/**
 * A yearly term that is used up begins anew on the next monthly anniversary of its anchor, for the year's price and with fresh
 * units; until then requests are refused, and it can be undone (B4, G42). Nothing is due now.
 */
function decideResubscribe(input: ChangeInput): ChangeDecision {
  const { holding, request, now } = input
  const { plan, interval } = request.target
  const effectiveAt = nextReview(holding.anchor, holding.period, now) ?? holding.period.end
  const waits = { kind: 'resubscribe', effective: 'period_end', effectiveAt } as const
  const rejection = standsStill(holding) ?? notResubscribable(holding, now)
  if (rejection) return refusedAs(input, waits, rejection)
  const pendingChange: PendingChange = { plan, interval, effectiveAt, kind: 'resubscribe' }
  return {
    ...commonAnswer(input),
    ...waits,
    nextRenewal: { at: effectiveAt, amount: minor(priceOf(plan, interval) * seatsOf(plan, holding.seats?.present)) },
    dropsPendingChange: holding.pendingChange !== null && holding.pendingChange.kind !== 'resubscribe',
    outcome: { type: 'pending', pendingChange, downgrade: false },
  }
}

/** A new period at once at the full price, with fresh units; those that are left are lost (B7, G64). */
function decideRenewNow(input: ChangeInput, registeredAt: Instant): ChangeDecision {
  const { holding, request, now } = input
  const rejection = standsStill(holding) ?? notRenewable(holding, registeredAt, now)
  if (rejection) return refusedAs(input, { kind: 'renew', effective: 'now', effectiveAt: now }, rejection)
  return { ...done(input, freshPeriod('B7', holding, { ...request.target }, now)), kind: 'renew' }
}

function refusedAs(input: ChangeInput, as: Pick<ChangeDecision, 'kind' | 'effective' | 'effectiveAt'>, rejection: Rejection): ChangeDecision {
  const { holding } = input
  const nextRenewal = renewalAfter(input, holding.pendingChange ?? holding.terms)
  return { ...commonAnswer(input), ...as, nextRenewal, rejection, dropsPendingChange: false, outcome: null }
}

function notEligible(holding: Holding, facts: Pick<Rejection, 'message' | 'rule' | 'formula' | 'inputs'> & { retryAt?: Instant }): Rejection {
  const { retryAt = null, ...rest } = facts
  return { ...plainRejection(holding, { code: 'not_eligible', ...rest }), retryAt }
}

/** Only of a yearly plan that is sold so, once its units are used up, and from when on the product has this. */
function notResubscribable(holding: Holding, now: Instant): Rejection | null {
  const { plan, interval, product } = holding.terms
  const { exhausted } = product.policies
  if (interval !== 'year' || !plan.resubscribe || holding.status !== 'active') {
    return notEligible(holding, {
      message: `Only a running yearly plan that can be re-subscribed to begins anew early; this is ${plan.name} by the ${interval}.`,
      rule: 'G42',
      formula: `${plan.id} by the ${interval}: re-subscribe = ${interval === 'year' && plan.resubscribe ? 'yes' : 'no'}, status = ${holding.status}`,
      inputs: { plan: plan.id, interval, resubscribe: plan.resubscribe ? 'yes' : 'no', status: holding.status },
    })
  }
  if (!hasBegun(exhausted, now) && exhausted?.from) {
    return notEligible(holding, {
      message: `A term can be begun anew from ${spoken(exhausted.from)} on.`,
      rule: 'B7',
      formula: `${iso(now)} < ${iso(exhausted.from)}`,
      inputs: { now: iso(now), from: iso(exhausted.from) },
      retryAt: exhausted.from,
    })
  }
  if (exhaustedMeter(holding)) return null
  const fullest = fullestMeter(holding)
  const limit = fullest?.limit ?? null
  const used = fullest ? countedUnits(fullest) : 0n
  const left = limit === null ? null : limit - used
  return {
    ...notEligible(holding, {
      message:
        left === null
          ? `${plan.name} is not limited, so that its term is never used up.`
          : `The term can be begun anew once everything included is used: ${count(left)} of ${count(limit ?? 0n)} are left.`,
      rule: 'G42',
      formula: limit === null ? 'limit = none' : `${count(used)} < ${count(limit)}`,
      inputs: limit === null ? { plan: plan.id } : { used: Number(used), limit: Number(limit) },
    }),
    currentUsage: fullest ? used : null,
    meter: fullest?.meter ?? null,
    targetLimit: limit,
  }
}

function notRenewable(holding: Holding, registeredAt: Instant, now: Instant): Rejection | null {
  const bar = earlyRenewalBar(holding, { registeredAt, now })
  if (bar) return notEligible(holding, wordBar(bar, holding, registeredAt, now))
  if (holding.status === 'active') return null
  const { status } = holding
  return notEligible(holding, {
    message: `Only an active subscription renews early; this one is ${status}.`,
    rule: 'B7',
    formula: `status = ${status}`,
    inputs: { status },
  })
}

function wordBar(
  bar: EarlyRenewalBar,
  { terms: { plan, product } }: Holding,
  registeredAt: Instant,
  now: Instant,
): Pick<Rejection, 'message' | 'rule' | 'formula' | 'inputs'> {
  const early = product.policies.exhausted?.earlyRenewal
  switch (bar) {
    case 'no_policy':
      return {
        message: `${product.name} renews at the end of its period, not before.`,
        rule: 'B7',
        formula: 'early renewal = none',
        inputs: { product: product.id },
      }
    case 'free_plan':
      return {
        message: `${plan.name} costs nothing and renews by itself; choose a paid plan.`,
        rule: 'G64',
        formula: `price of ${plan.id} = 0`,
        inputs: { plan: plan.id },
      }
    case 'registered_since': {
      const before = early?.registeredBefore ?? registeredAt
      return {
        message: `Renewing early is for those who registered before ${spoken(before)}.`,
        rule: 'G64',
        formula: `${iso(registeredAt)} ≥ ${iso(before)}`,
        inputs: { registered_at: iso(registeredAt), registered_before: iso(before) },
      }
    }
    case 'over': {
      const until = early?.until ?? now
      return {
        message: `Renewing early ended on ${spoken(until)}.`,
        rule: 'G64',
        formula: `${iso(now)} ≥ ${iso(until)}`,
        inputs: { now: iso(now), until: iso(until) },
      }
    }
  }
}

/** The explanation of a bar, for a setting that asks for the same right (G64). */
export function explainEarlyRenewalBar(holding: Holding, facts: { registeredAt: Instant; now: Instant }): ReturnType<typeof wordBar> | null {
  const bar = earlyRenewalBar(holding, facts)
  return bar ? wordBar(bar, holding, facts.registeredAt, facts.now) : null
}
