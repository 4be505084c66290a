/**
 * What each kind of message holds when it is queued: everything that its words need, so that the sender reads nothing
 * else. Amounts are whole minor units, counts of units too, and instants ISO 8601 in UTC: all as strings.
 * `lib/notify/payloads.ts` holds a schema of each; the compiler compares the two.
 */
type AboutOrganization = { organizationName: string; organizationSlug: string }
type AboutProduct = AboutOrganization & { productId: string; productName: string }
type AboutDocument = AboutOrganization & { documentId: string; documentNumber: string; amount: string; currency: string }

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
  }
  payment_action_required: AboutDocument & { url: string }
  renewal_paid: AboutDocument & { planName: string; periodStart: string | null; periodEnd: string | null }
  /** `planName` is the plan that was lost. */
  moved_to_free: AboutProduct & { planName: string }
  plan_changed: AboutProduct & { fromPlan: string; toPlan: string; amount: string; currency: string; effectiveAt: string }
  /** As `plan_changed`; nobody asked for it but the setting. */
  auto_upgraded: AboutProduct & { fromPlan: string; toPlan: string; amount: string; currency: string; effectiveAt: string }
  /** `wantedPlan` is the plan itself where it was to be begun anew; `reason` as of `payment_failed`. */
  auto_upgrade_failed: AboutProduct & { planName: string; wantedPlan: string; amount: string; currency: string; reason: string }
  cancellation_scheduled: AboutProduct & { planName: string; cancelAt: string }
  reactivated: AboutProduct & { planName: string; renewsAt: string }
  /** `amount`: what the first paid period costs with the members as they are. */
  trial_ending: AboutProduct & { planName: string; trialEnd: string; amount: string; currency: string }
  /** `balance`: a decimal in major units, of what is left with it. */
  auto_recharge_done: AboutDocument & { balance: string }
  auto_recharge_failed: AboutDocument & { reason: string; failuresInARow: number }
  auto_recharge_off: AboutOrganization & { currency: string; failuresInARow: number }
  /** `amount` was not bought: it would have passed the month's limit. */
  auto_recharge_ceiling: AboutOrganization & { currency: string; amount: string; monthlyLimit: string }
  /** `remaining`: a decimal in major units; `days` before it ends. */
  credit_expiring: AboutOrganization & { currency: string; remaining: string; days: number; expiresAt: string }
  invitation: AboutOrganization & {
    invitedBy: string
    role: 'owner' | 'admin' | 'billing' | 'member'
    /** The link's token, sealed (`lib/auth/invitation-token.ts`). */
    sealedToken: string
    expiresAt: string
  }
  /** Queued by `request_password_reset`; the token is sealed likewise. */
  password_reset: AboutOrganization & { email: string; sealedToken: string; expiresAt: string }
}

export type MessagePayload<Kind extends keyof MessagePayloads> = MessagePayloads[Kind]
