import type { z } from '@hono/zod-openapi'
import type { SubscriptionDetail, SubscriptionView } from '../../billing/views/subscriptions'
import type { subscription } from '../schemas/subscription'
import { at, atOrNull, whole, wholeOrNull } from './values'

export function presentSubscription(view: SubscriptionView | SubscriptionDetail): z.output<typeof subscription> {
  const { pendingChange, period, waitingAction: waiting } = view
  const { concurrency } = view.entitlements
  return {
    id: view.id,
    organization: view.organizationId,
    product: view.product.id,
    plan: view.plan.id,
    interval: view.interval,
    status: view.status,
    seats: view.seats,
    period: { start: at(period.start), end: at(period.end), cycle_days: period.cycleDays },
    anchor: at(view.anchor),
    trial_end: atOrNull(view.trialEnd),
    cancel_at: atOrNull(view.cancelAt),
    pending_change: pendingChange && {
      plan: pendingChange.plan.id,
      interval: pendingChange.interval,
      effective_at: at(pendingChange.effectiveAt),
      kind: pendingChange.kind,
    },
    downgraded_at: atOrNull(view.downgradedAt),
    limits: presentLimits(view),
    concurrency: typeof concurrency === 'number' ? concurrency : null,
    catalog_version: view.catalogVersion,
    waiting: waiting && { kind: waiting.kind, invoice: waiting.documentId, url: waiting.url, expires_at: at(waiting.expiresAt) },
    started_at: atOrNull(view.startedAt),
    ended_at: atOrNull(view.endedAt),
    ...('nextCharge' in view ? { next_charge: presentNextCharge(view.nextCharge) } : {}),
  }
}

/** Without extra charging the hard limit is the plan's own (S1, G103). */
function presentLimits({ settings, planLimit }: SubscriptionView) {
  const { enabled, cap } = settings.payAsYouGo
  return {
    hard_limit: wholeOrNull(settings.hardLimit ?? planLimit),
    pay_as_you_go: { enabled, cap: wholeOrNull(cap) },
    auto_upgrade: settings.autoUpgrade,
    auto_renew: settings.autoRenew,
  }
}

function presentNextCharge(charge: SubscriptionDetail['nextCharge']) {
  if (!charge) return null
  const { base, usage, seats, credit, carriedForward, total, title } = charge
  return {
    at: at(charge.at),
    base: whole(base),
    usage: whole(usage),
    seats: whole(seats),
    credit: whole(credit),
    carried_forward: whole(carriedForward),
    total: whole(total),
    title,
  }
}
