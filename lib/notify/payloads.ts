import { z } from 'zod'
import type { MessageKind } from '../billing/commands/store/messages'
import type { MessagePayloads } from '../billing/message-payloads'

const whole = z.string().regex(/^-?\d+$/)
const instant = z.iso.datetime()
const aboutOrganization = z.object({ organizationName: z.string(), organizationSlug: z.string() })
const aboutProduct = aboutOrganization.extend({ productId: z.string(), productName: z.string() })
const aboutDocument = aboutOrganization.extend({ documentId: z.string(), documentNumber: z.string(), amount: whole, currency: z.string() })

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
  payment_failed: aboutDocument.extend({ reason: z.string(), nextTryAt: instant.nullable(), lastTry: z.boolean() }),
  payment_action_required: aboutDocument.extend({ url: z.url({ protocol: /^https?$/ }) }),
  renewal_paid: aboutDocument.extend({ planName: z.string(), periodStart: instant.nullable(), periodEnd: instant.nullable() }),
  moved_to_free: aboutProduct.extend({ planName: z.string() }),
  plan_changed: aboutProduct.extend({ fromPlan: z.string(), toPlan: z.string(), amount: whole, currency: z.string(), effectiveAt: instant }),
  auto_upgraded: aboutProduct.extend({ fromPlan: z.string(), toPlan: z.string(), amount: whole, currency: z.string(), effectiveAt: instant }),
  auto_upgrade_failed: aboutProduct.extend({ planName: z.string(), wantedPlan: z.string(), amount: whole, currency: z.string(), reason: z.string() }),
  cancellation_scheduled: aboutProduct.extend({ planName: z.string(), cancelAt: instant }),
  reactivated: aboutProduct.extend({ planName: z.string(), renewsAt: instant }),
  trial_ending: aboutProduct.extend({ planName: z.string(), trialEnd: instant, amount: whole, currency: z.string() }),
  auto_recharge_done: aboutDocument.extend({ balance: z.string() }),
  auto_recharge_failed: aboutDocument.extend({ reason: z.string(), failuresInARow: z.number().int() }),
  auto_recharge_off: aboutOrganization.extend({ currency: z.string(), failuresInARow: z.number().int() }),
  auto_recharge_ceiling: aboutOrganization.extend({ currency: z.string(), amount: whole, monthlyLimit: whole }),
  credit_expiring: aboutOrganization.extend({ currency: z.string(), remaining: z.string(), days: z.number().int(), expiresAt: instant }),
  invitation: aboutOrganization.extend({
    invitedBy: z.string(),
    role: z.enum(['owner', 'admin', 'billing', 'member']),
    sealedToken: z.string(),
    expiresAt: instant,
  }),
  password_reset: aboutOrganization.extend({ email: z.string(), sealedToken: z.string(), expiresAt: instant }),
} satisfies { [Kind in MessageKind]: z.ZodType<MessagePayloads[Kind]> }
