import type { Instant } from '../../time'
import type { ChangeTarget } from './change-route'
import { iso, spoken } from './explain'
import { NO_USAGE_FACTS, type Rejection } from './rejection'
import type { Holding } from './state'

/** Why a change is refused whatever is asked for, in G8's order: a payment has failed, or the subscription is set to end (A9). */
export function standsStill(holding: Holding): Rejection | null {
  if (holding.status === 'past_due' || holding.status === 'unpaid') return pastDue(holding)
  return holding.cancelAt ? cancellationScheduled(holding, holding.cancelAt) : null
}

export function plainRejection(holding: Holding, facts: Pick<Rejection, 'code' | 'message' | 'rule' | 'formula' | 'inputs'>): Rejection {
  return { retryAt: null, renewalAt: holding.period.end, ...NO_USAGE_FACTS, ...facts }
}

function pastDue(holding: Holding): Rejection {
  return plainRejection(holding, {
    code: 'past_due',
    message: 'A payment for this subscription has failed. Update the payment method first; then the plan can be changed.',
    rule: 'G65',
    formula: `status = ${holding.status}`,
    inputs: { status: holding.status },
  })
}

function cancellationScheduled(holding: Holding, cancelAt: Instant): Rejection {
  return plainRejection(holding, {
    code: 'cancellation_scheduled',
    message: `This subscription is set to end on ${spoken(cancelAt)}. Reactivate it first; then the plan can be changed.`,
    rule: 'A9',
    formula: `cancel_at = ${iso(cancelAt)}`,
    inputs: { cancel_at: iso(cancelAt) },
  })
}

export function samePlan(holding: Holding): Rejection {
  const { plan, interval } = holding.terms
  return plainRejection(holding, {
    code: 'same_plan',
    message: `You are on ${plan.name} by the ${interval} already.`,
    rule: 'G8',
    formula: `${plan.id} by the ${interval} = ${plan.id} by the ${interval}`,
    inputs: { plan: plan.id, interval },
  })
}

export function notOffered(holding: Holding, { plan, interval }: ChangeTarget): Rejection {
  return plainRejection(holding, {
    code: 'plan_not_offered',
    message: `${plan.name} is not sold by the ${interval} any more.`,
    rule: 'G8',
    formula: `${plan.id} by the ${interval}: not offered`,
    inputs: { plan: plan.id, interval },
  })
}

export function notEligible(holding: Holding, { plan, product }: ChangeTarget): Rejection {
  const held = holding.terms.product.currency
  return plainRejection(holding, {
    code: 'not_eligible',
    message: `${plan.name} cannot be chosen for this subscription: it is ${holding.status} and priced in ${held.toUpperCase()}.`,
    rule: 'G26',
    formula: `status = ${holding.status}, ${held} → ${product.currency}`,
    inputs: { status: holding.status, held_currency: held, target_currency: product.currency },
  })
}

/** A plan that is paid from a balance is begun and ended by itself: the one before it reaches its end first (P3). */
export function notFromBalance(holding: Holding, { plan }: ChangeTarget): Rejection {
  const held = holding.terms.plan
  return plainRejection(holding, {
    code: 'not_eligible',
    message: `Cancel ${held.name} first; ${plan.name} can be begun when it has ended.`,
    rule: 'P3',
    formula: `${held.id}: ${held.overLimit.type} ≠ ${plan.id}: ${plan.overLimit.type}`,
    inputs: { held: held.overLimit.type, target: plan.overLimit.type },
  })
}
