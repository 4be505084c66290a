/** What an endpoint can hear (G86), by what it is about, in the order in which a page offers it. */
export const EVENT_TYPES = [
  'organization.created',
  'organization.updated',
  'organization.deleted',
  'member.added',
  'member.removed',
  'member.role_changed',
  'subscription.created',
  'subscription.changed',
  'subscription.renewed',
  'subscription.cancel_scheduled',
  'subscription.reactivated',
  'subscription.past_due',
  'subscription.unpaid',
  'subscription.ended',
  'usage.threshold_reached',
  'usage.blocked',
  'usage.unblocked',
  'limits.updated',
  'invoice.issued',
  'invoice.paid',
  'invoice.payment_failed',
  'invoice.action_required',
  'invoice.voided',
  'invoice.refunded',
  'credit.granted',
  'credit.low',
  'credit.expiring',
  'credit.expired',
  'auto_recharge.succeeded',
  'auto_recharge.failed',
  'auto_recharge.turned_off',
] as const

export type EventType = (typeof EVENT_TYPES)[number]

/** Hears all of them, and those that are still to come. */
export const EVERY_EVENT = '*'

/** Sent on demand to one endpoint alone; nobody subscribes to it. */
export const TEST_EVENT = 'webhook_endpoint.test'

export function isEventType(type: string): type is EventType {
  return EVENT_TYPES.some((known) => known === type)
}
