/** What messages are about, as one chooses which to get. */
export const MESSAGE_TOPICS = ['usage', 'payments', 'plan', 'credit', 'team'] as const
export type MessageTopic = (typeof MESSAGE_TOPICS)[number]

/**
 * Every kind of message (G16), and who decides whether it is sent.
 *
 * `optional`: an organization routes it, and everybody may switch it off for themselves. `essential`: it concerns money that is
 * taken or access that ends, so everybody in charge of bills gets its mail. `person`: one asked for it as themselves, so it
 * is nobody else's to read. `operator`: no customer's.
 */
export const MESSAGE_KINDS = {
  usage_alert_80: { topic: 'usage', sent: 'optional' },
  usage_alert_100: { topic: 'usage', sent: 'optional' },
  limit_request_decided: { topic: 'usage', sent: 'optional' },
  payment_failed: { topic: 'payments', sent: 'essential' },
  payment_action_required: { topic: 'payments', sent: 'essential' },
  renewal_paid: { topic: 'payments', sent: 'optional' },
  receipt: { topic: 'payments', sent: 'optional' },
  refund_issued: { topic: 'payments', sent: 'optional' },
  refund_returned: { topic: 'payments', sent: 'optional' },
  kept_as_credit: { topic: 'payments', sent: 'essential' },
  kept_payment_refunded: { topic: 'payments', sent: 'optional' },
  pro_forma_issued: { topic: 'payments', sent: 'optional' },
  moved_to_free: { topic: 'plan', sent: 'essential' },
  plan_changed: { topic: 'plan', sent: 'optional' },
  plan_change_scheduled: { topic: 'plan', sent: 'optional' },
  auto_upgraded: { topic: 'plan', sent: 'essential' },
  auto_upgrade_failed: { topic: 'plan', sent: 'essential' },
  cancellation_scheduled: { topic: 'plan', sent: 'essential' },
  reactivated: { topic: 'plan', sent: 'optional' },
  trial_ending: { topic: 'plan', sent: 'essential' },
  renewal_upcoming: { topic: 'plan', sent: 'essential' },
  auto_recharge_done: { topic: 'credit', sent: 'optional' },
  auto_recharge_failed: { topic: 'credit', sent: 'essential' },
  auto_recharge_off: { topic: 'credit', sent: 'essential' },
  auto_recharge_ceiling: { topic: 'credit', sent: 'optional' },
  credit_expiring: { topic: 'credit', sent: 'optional' },
  credit_low: { topic: 'credit', sent: 'optional' },
  seats_changed: { topic: 'team', sent: 'optional' },
  seats_reviewed: { topic: 'team', sent: 'optional' },
  channel_paused: { topic: 'team', sent: 'essential' },
  webhook_disabled: { topic: 'team', sent: 'essential' },
  channel_test: { topic: 'team', sent: 'person' },
  invitation: { topic: 'team', sent: 'person' },
  password_reset: { topic: 'team', sent: 'person' },
  magic_link: { topic: 'team', sent: 'person' },
  second_step_changed: { topic: 'team', sent: 'person' },
  payment_disputed: { topic: 'payments', sent: 'operator' },
} as const satisfies Record<string, { topic: MessageTopic; sent: 'optional' | 'essential' | 'person' | 'operator' }>

export type MessageKind = keyof typeof MESSAGE_KINDS

/** What is not an organization's to read: what a person asked for as themselves, and what the operator is told. An invitation is its own. */
const HIDDEN = ['password_reset', 'magic_link', 'second_step_changed', 'payment_disputed'] as const
export const HIDDEN_KINDS: readonly MessageKind[] = HIDDEN
export type OrganizationKind = Exclude<MessageKind, (typeof HIDDEN)[number]>

/** Those that an organization may read of, in the order of the list. */
export const ORGANIZATION_KINDS = (Object.keys(MESSAGE_KINDS) as MessageKind[]).filter((kind): kind is OrganizationKind => !HIDDEN_KINDS.includes(kind))

export function isOrganizationKind(kind: string): kind is OrganizationKind {
  return isMessageKind(kind) && !HIDDEN_KINDS.includes(kind)
}

export function isMessageKind(kind: string): kind is MessageKind {
  return Object.hasOwn(MESSAGE_KINDS, kind)
}
