import { ok, type Result, refuse } from '../../result'
import { type Instant, isBefore } from '../../time'
import { isFree, isPrepaid } from './catalog'
import { iso, spoken } from './explain'
import type { Explanation } from './line'
import type { Holding } from './state'

export type CancelRefusal = Explanation & { code: 'not_cancelable'; message: string }
export type ReactivateRefusal = Explanation & { code: 'not_scheduled'; message: string }

/**
 * Service goes on to the period's end (A8); a change that waits is dropped (G33). A past due subscription may be cancelled
 * (G65). Of a prepaid plan nothing is left to run: it ends at once, and the balance is kept (G68).
 */
export function decideCancel({ holding, now }: { holding: Holding; now: Instant }): Result<{ cancelAt: Instant; dropsPendingChange: boolean }, CancelRefusal> {
  const reason = notCancelableBecause(holding)
  if (reason) {
    const inputs = { plan: holding.terms.plan.id, status: holding.status, cancel_at: holding.cancelAt ? iso(holding.cancelAt) : 'none' }
    return refuse({ code: 'not_cancelable', rule: 'G68', ...reason, inputs })
  }
  return ok({ cancelAt: isPrepaid(holding.terms.plan) ? now : holding.period.end, dropsPendingChange: holding.pendingChange !== null })
}

/** Free, already scheduled, unpaid or over (G68). */
function notCancelableBecause({ terms, status, cancelAt }: Holding): { message: string; formula: string } | null {
  switch (status) {
    case 'unpaid':
    case 'awaiting_payment':
    case 'canceled':
      return { message: 'There is no running paid period to cancel.', formula: `status = ${status}` }
    case 'trialing':
    case 'active':
    case 'past_due':
      if (isFree(terms.plan)) return { message: `${terms.plan.name} costs nothing and has nothing to cancel.`, formula: `price of ${terms.plan.id} = 0` }
      if (cancelAt) return { message: `This subscription is set to end on ${spoken(cancelAt)} already.`, formula: `cancel_at = ${iso(cancelAt)}` }
      return null
  }
}

/** Undoes a scheduled cancellation, up to the instant at which it takes effect (A8). */
export function decideReactivate({ holding, now }: { holding: Holding; now: Instant }): Result<null, ReactivateRefusal> {
  const { cancelAt } = holding
  if (cancelAt && isBefore(now, cancelAt)) return ok(null)
  return refuse({
    code: 'not_scheduled',
    message: cancelAt ? 'The subscription has ended; subscribe again instead.' : 'No cancellation is scheduled.',
    rule: 'A8',
    formula: cancelAt ? `${iso(now)} ≥ ${iso(cancelAt)}` : 'cancel_at = none',
    inputs: { cancel_at: cancelAt ? iso(cancelAt) : 'none', now: iso(now) },
  })
}
