/**
 * What each kind of message holds when it is queued: everything that its words need, so that the sender reads nothing
 * else. Amounts are whole minor units, counts of units too, and instants ISO 8601 in UTC: all as strings.
 * `lib/notify/payloads.ts` holds a schema of each; the compiler compares the two.
 */
type AboutOrganization = { organizationName: string; organizationSlug: string }
type AboutProduct = AboutOrganization & { productId: string; productName: string }
type AboutDocument = AboutOrganization & { documentId: string; documentNumber: string; amount: string; currency: string }
/** About a payment: `documentId` and `documentNumber` are null where it came in for no invoice. */
type AboutPayment = AboutOrganization & { documentId: string | null; documentNumber: string | null; amount: string; currency: string }

/** An invoice as its receipt lists it: the same lines and totals. Left out by messages that were queued before they had it. */
export type ReceiptPayload = {
  documentId: string
  documentNumber: string
  lines: { description: string; amount: string }[]
  /** Lines beyond those listed. */
  moreLines: number
  total: string
  creditApplied: string
  amountPaid: string
}
type WithReceipt = { receipt?: ReceiptPayload | undefined }

export type UsageAlertPayload = AboutProduct & {
  planName: string
  /** The meter's unit in the plural: `calls`. */
  unit: string
  used: string
  limit: string
  /** Whole per cent of the limit. */
  percent: number
  periodEnd: string
  /** What happens at 100 %: requests are refused, or go on and are billed. */
  whatHappens: 'block' | 'overage'
  /** A decimal in major units, where `whatHappens` is `overage`. */
  overageUnitPrice?: string
  currency: string
}

export type MessagePayloads = {
  usage_alert_80: UsageAlertPayload
  usage_alert_100: UsageAlertPayload
  payment_failed: AboutDocument & {
    /** The provider's code for it: `insufficient_funds`; the words are made when the mail is. */
    reason: string
    /** Null: it is not tried again by itself. */
    nextTryAt: string | null
    /** True where `nextTryAt` is null. */
    lastTry: boolean
    /** The plan that cannot be used from now on until this is paid, where the product has no free one to go on with (C12). */
    stopsPlan: string | null
  }
  payment_action_required: AboutDocument & { url: string }
  renewal_paid: AboutDocument & { planName: string; periodStart: string | null; periodEnd: string | null } & WithReceipt
  /** What else was paid. `pays`: a plan's first period, or one paid by invoice first; credit; any other invoice. */
  receipt: AboutDocument & { pays: 'plan' | 'purchase' | 'other'; planName: string | null } & { receipt: ReceiptPayload }
  /** `credit`: what was given back to the credit balance with it. `endedPlan`: the plan that ended with it. */
  refund_issued: AboutDocument & { credit: string; endedPlan: string | null }
  /** The customer's bank has sent a refund back. */
  refund_returned: AboutPayment
  /** It paid for nothing, and is the customer's credit (G80): its invoice was void, and what it was for did not happen; or there was none. */
  kept_as_credit: AboutPayment
  /** Such a payment was refunded at the provider. `credit`: what was left of the credit, and was taken off the balance with it. */
  kept_payment_refunded: AboutPayment & { credit: string }
  /** `bank`: where a transfer goes, in the operator's own lines; empty where none is taken. */
  pro_forma_issued: AboutDocument & { planName: string; bank: string[]; receipt: ReceiptPayload }
  /** `planName` is the plan that was lost. */
  moved_to_free: AboutProduct & { planName: string }
  plan_changed: AboutProduct & { fromPlan: string; toPlan: string; amount: string; currency: string; effectiveAt: string } & WithReceipt
  /** Waits for the period's end. `amount`: what is charged then, as far as it is known. */
  plan_change_scheduled: AboutProduct & { fromPlan: string; toPlan: string; amount: string; currency: string; effectiveAt: string }
  /** As `plan_changed`; nobody asked for it but the setting. */
  auto_upgraded: AboutProduct & { fromPlan: string; toPlan: string; amount: string; currency: string; effectiveAt: string } & WithReceipt
  /** `wantedPlan` is the plan itself where it was to be begun anew; `reason` as of `payment_failed`. */
  auto_upgrade_failed: AboutProduct & { planName: string; wantedPlan: string; amount: string; currency: string; reason: string }
  cancellation_scheduled: AboutProduct & { planName: string; cancelAt: string }
  reactivated: AboutProduct & { planName: string; renewsAt: string }
  /** `amount`: what the first paid period costs with the members as they are. */
  trial_ending: AboutProduct & { planName: string; trialEnd: string; amount: string; currency: string }
  /** A term of a year is about to end. `amount`: what the next one costs, before credit. */
  renewal_upcoming: AboutProduct & { planName: string; renewsAt: string; amount: string; currency: string }
  limit_request_decided: AboutProduct & { decision: 'approved' | 'declined'; unit: string; hardLimit: string }
  /** `balance`: a decimal in major units, of what is left with it. */
  auto_recharge_done: AboutDocument & { balance: string } & WithReceipt
  auto_recharge_failed: AboutDocument & { reason: string; failuresInARow: number }
  auto_recharge_off: AboutOrganization & { currency: string; failuresInARow: number }
  /** `amount` was not bought: it would have passed the month's limit. */
  auto_recharge_ceiling: AboutOrganization & { currency: string; amount: string; monthlyLimit: string }
  /** `remaining`: a decimal in major units; `days` before it ends. */
  credit_expiring: AboutOrganization & { currency: string; remaining: string; days: number; expiresAt: string }
  /** Once per fall below `percent` of `lastPurchase`, a decimal in major units like `balance`. */
  credit_low: AboutOrganization & { currency: string; balance: string; lastPurchase: string; percent: number }
  /**
   * Who came and who went since it was last told: up to ten of each by name. `charged` and `credited`: what is on the tab for them,
   * settled at `settledAt`.
   */
  seats_changed: AboutProduct & {
    planName: string
    joined: string[]
    left: string[]
    joinedCount: number
    leftCount: number
    seats: number
    seatPrice: string
    interval: 'month' | 'year'
    charged: string
    credited: string
    currency: string
    settledAt: string
    /** The first charge counts the members of its day. */
    isTrial: boolean
  }
  /** `charged` and `credited`: what the review has made of it; `seats` that are paid for from now on. */
  seats_reviewed: AboutProduct & { planName: string; charged: string; credited: string; seats: number; currency: string; documentId: string | null }
  /** `since`: when it first failed; null where the service has refused for good. */
  channel_paused: AboutOrganization & { channelName: string; service: 'slack' | 'discord' | 'telegram'; error: string; since: string | null }
  channel_test: AboutOrganization & { channelName: string }
  /** To the operator. `state`: of the dispute (G80). `kept`: the payment is no invoice's, but credit. */
  payment_disputed: AboutPayment & { organizationId: string; state: 'opened' | 'won' | 'lost'; reason: string; kept: boolean }
  /** A webhook endpoint was switched off: `gone`, it said so itself. */
  webhook_disabled: AboutOrganization & { endpointId: string; url: string; because: 'failing' | 'gone'; failingSince: string }
  invitation: AboutOrganization & {
    invitedBy: string
    role: 'owner' | 'admin' | 'billing' | 'member'
    /** The link's token, sealed (`lib/auth/invitation-token.ts`). */
    sealedToken: string
    expiresAt: string
  }
  /** Queued by `request_password_reset`; the token is sealed likewise. */
  password_reset: AboutOrganization & { email: string; sealedToken: string; expiresAt: string }
  /** Queued by `request_sign_in_link`; the token is sealed likewise. `nextPath`: the page of ours that it leads to. */
  magic_link: AboutOrganization & { email: string; sealedToken: string; nextPath: string; expiresAt: string }
  second_step_changed: AboutOrganization & {
    email: string
    change: 'turned_on' | 'turned_off' | 'app_removed' | 'passkey_added' | 'passkey_removed' | 'codes_renewed' | 'recovery_code_used' | 'taken_off'
  }
}

export type MessagePayload<Kind extends keyof MessagePayloads> = MessagePayloads[Kind]
