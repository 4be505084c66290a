'use server'

import { z } from 'zod'
import { type DeleteOrganizationRefusal, deleteOrganization } from '@/lib/billing/commands/delete-organization'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction } from './define-action'

const detail = z.string().trim().max(500).nullable()

/** What stands on invoices as the buyer, and who else gets them; null takes a detail away. */
export const updateBillingDetailsAction = defineAction({
  permission: 'billing_details:write',
  input: z.strictObject({
    name: detail.optional(),
    address: detail.optional(),
    country: z
      .string()
      .regex(/^[A-Z]{2}$/)
      .nullable()
      .optional(),
    taxId: detail.optional(),
    emails: z.array(z.email().max(320)).max(10).nullable().optional(),
  }),
  run: async (context, input) => {
    const billing = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const updated = await updateOrganization(context, { organizationId: context.viewer.organization.id, billing })
    return updated.ok ? ok(null) : updated
  },
})

type SubscriptionActive = Extract<DeleteOrganizationRefusal, { code: 'subscription_active' }>
type UsageUnbilled = Extract<DeleteOrganizationRefusal, { code: 'usage_unbilled' }>
type CloseRefusal =
  | Exclude<DeleteOrganizationRefusal, SubscriptionActive | UsageUnbilled>
  | { code: 'usage_unbilled'; billedAt: string }
  | (Omit<SubscriptionActive, 'periodEnd'> & { periodEnd: string })
  | { code: 'name_differs' }

/** Closes it for good (G14), for an owner who has typed its name. Refuses with `DeleteOrganizationRefusal`, its `periodEnd` as ISO 8601. */
export const closeOrganizationAction = defineAction({
  permission: 'organization:delete',
  input: z.strictObject({ name: z.string().max(500) }),
  run: async (context, { name }): Promise<Result<null, CloseRefusal>> => {
    const { organization } = context.viewer
    if (name.trim() !== organization.name) return refuse({ code: 'name_differs' })
    const closed = await deleteOrganization(context, { organizationId: organization.id })
    if (closed.ok) return closed
    const refusal = closed.error
    if (refusal.code === 'usage_unbilled') return refuse({ code: refusal.code, billedAt: refusal.billedAt.toString() })
    return refuse(refusal.code === 'subscription_active' ? { ...refusal, periodEnd: refusal.periodEnd.toString() } : refusal)
  },
})
