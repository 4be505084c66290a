import { z } from 'zod'
import type { MessageKind } from '../billing/message-kinds'
import type { MessagePayloads } from '../billing/message-payloads'

const whole = z.string().regex(/^-?\d+$/)
const instant = z.iso.datetime()
const link = z.url({ protocol: /^https?$/ })
const aboutOrganization = z.object({ organizationName: z.string(), organizationSlug: z.string() })
const aboutProduct = aboutOrganization.extend({ productId: z.string(), productName: z.string() })
const aboutDocument = aboutOrganization.extend({ documentId: z.string(), documentNumber: z.string(), amount: whole, currency: z.string() })
const aboutPayment = aboutOrganization.extend({
  documentId: z.string().nullable(),
  documentNumber: z.string().nullable(),
  amount: whole,
  currency: z.string(),
})
const receipt = z.object({
  documentId: z.string(),
  documentNumber: z.string(),
  lines: z.array(z.object({ description: z.string(), amount: whole })),
  moreLines: z.number().int(),
  total: whole,
  creditApplied: whole,
  amountPaid: whole,
})
const withReceipt = { receipt: receipt.optional() }
const toAddress = { email: z.string(), sealedToken: z.string(), expiresAt: instant }
const planChange = aboutProduct.extend({ fromPlan: z.string(), toPlan: z.string(), amount: whole, currency: z.string(), effectiveAt: instant })

const usageAlert = aboutProduct
  .extend({ planName: z.string(), unit: z.string(), used: whole, limit: whole, percent: z.number().int(), periodEnd: instant, currency: z.string() })
  .and(
    z.discriminatedUnion('whatHappens', [
      z.object({ whatHappens: z.literal('block') }),
      z.object({ whatHappens: z.literal('overage'), overageUnitPrice: z.string() }),
    ]),
  )

/** Reads a queued payload back; one that lacks a field is a bug of the command that queued it, and is never mailed half. */
export const PAYLOADS = {
  usage_alert_80: usageAlert,
  usage_alert_100: usageAlert,
  limit_request_decided: aboutProduct.extend({ decision: z.enum(['approved', 'declined']), unit: z.string(), hardLimit: whole }),
  payment_failed: aboutDocument.extend({
    reason: z.string(),
    nextTryAt: instant.nullable(),
    lastTry: z.boolean(),
    stopsPlan: z.string().nullable().default(null), // Not in those that a version before has queued.
  }),
  payment_action_required: aboutDocument.extend({ url: link }),
  renewal_paid: aboutDocument.extend({ planName: z.string(), periodStart: instant.nullable(), periodEnd: instant.nullable(), ...withReceipt }),
  receipt: aboutDocument.extend({ pays: z.enum(['plan', 'purchase', 'other']), planName: z.string().nullable(), receipt }),
  refund_issued: aboutDocument.extend({ credit: whole, endedPlan: z.string().nullable() }),
  refund_returned: aboutPayment,
  kept_as_credit: aboutPayment,
  kept_payment_refunded: aboutPayment.extend({ credit: whole }),
  pro_forma_issued: aboutDocument.extend({ planName: z.string(), bank: z.array(z.string()), receipt }),
  moved_to_free: aboutProduct.extend({ planName: z.string() }),
  plan_changed: planChange.extend(withReceipt),
  plan_change_scheduled: planChange,
  auto_upgraded: planChange.extend(withReceipt),
  auto_upgrade_failed: aboutProduct.extend({ planName: z.string(), wantedPlan: z.string(), amount: whole, currency: z.string(), reason: z.string() }),
  cancellation_scheduled: aboutProduct.extend({ planName: z.string(), cancelAt: instant }),
  reactivated: aboutProduct.extend({ planName: z.string(), renewsAt: instant }),
  trial_ending: aboutProduct.extend({ planName: z.string(), trialEnd: instant, amount: whole, currency: z.string() }),
  renewal_upcoming: aboutProduct.extend({ planName: z.string(), renewsAt: instant, amount: whole, currency: z.string() }),
  auto_recharge_done: aboutDocument.extend({ balance: z.string(), ...withReceipt }),
  auto_recharge_failed: aboutDocument.extend({ reason: z.string(), failuresInARow: z.number().int() }),
  auto_recharge_off: aboutOrganization.extend({ currency: z.string(), failuresInARow: z.number().int() }),
  auto_recharge_ceiling: aboutOrganization.extend({ currency: z.string(), amount: whole, monthlyLimit: whole }),
  credit_expiring: aboutOrganization.extend({ currency: z.string(), remaining: z.string(), days: z.number().int(), expiresAt: instant }),
  credit_low: aboutOrganization.extend({ currency: z.string(), balance: z.string(), lastPurchase: z.string(), percent: z.number().int() }),
  seats_changed: aboutProduct.extend({
    planName: z.string(),
    joined: z.array(z.string()),
    left: z.array(z.string()),
    joinedCount: z.number().int(),
    leftCount: z.number().int(),
    seats: z.number().int(),
    seatPrice: whole,
    interval: z.enum(['month', 'year']),
    charged: whole,
    credited: whole,
    currency: z.string(),
    settledAt: instant,
    isTrial: z.boolean(),
  }),
  seats_reviewed: aboutProduct.extend({
    planName: z.string(),
    charged: whole,
    credited: whole,
    seats: z.number().int(),
    currency: z.string(),
    documentId: z.string().nullable(),
  }),
  channel_paused: aboutOrganization.extend({
    channelName: z.string(),
    service: z.enum(['slack', 'discord', 'telegram']),
    error: z.string(),
    since: instant.nullable(),
  }),
  channel_test: aboutOrganization.extend({ channelName: z.string() }),
  payment_disputed: aboutPayment.extend({
    organizationId: z.string(),
    state: z.enum(['opened', 'won', 'lost']),
    reason: z.string(),
    kept: z.boolean().default(false), // Likewise.
  }),
  webhook_disabled: aboutOrganization.extend({ endpointId: z.string(), url: z.string(), because: z.enum(['failing', 'gone']), failingSince: instant }),
  invitation: aboutOrganization.extend({
    invitedBy: z.string(),
    role: z.enum(['owner', 'admin', 'billing', 'member']),
    sealedToken: z.string(),
    expiresAt: instant,
  }),
  password_reset: aboutOrganization.extend(toAddress),
  magic_link: aboutOrganization.extend({ ...toAddress, nextPath: z.string() }),
  second_step_changed: aboutOrganization.extend({
    email: z.string(),
    change: z.enum(['turned_on', 'turned_off', 'app_removed', 'passkey_added', 'passkey_removed', 'codes_renewed', 'recovery_code_used', 'taken_off']),
  }),
} satisfies { [Kind in MessageKind]: z.ZodType<MessagePayloads[Kind]> }
