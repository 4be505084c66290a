'use server'

import { z } from 'zod'
import { type DeleteOrganizationRefusal, deleteOrganization } from '@/lib/billing/commands/delete-organization'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction } from './define-action'

/** The command's refusals as a page can be handed them: instants as ISO 8601. */
type CloseRefusal =
  | { code: 'name_differs' }
  | Exclude<DeleteOrganizationRefusal, { code: 'subscription_active' }>
  | { code: 'subscription_active'; planName: string; periodEnd: string }

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

/** Closes it for good, once its name was typed. */
export const deleteOrganizationAction = defineAction({
  permission: 'organization:delete',
  input: z.strictObject({ confirmName: z.string() }),
  run: async (context, { confirmName }): Promise<Result<null, CloseRefusal>> => {
    if (confirmName !== context.viewer.organization.name) return refuse({ code: 'name_differs' })
    const deleted = await deleteOrganization(context, { organizationId: context.viewer.organization.id })
    if (deleted.ok) return deleted
    if (deleted.error.code !== 'subscription_active') return refuse(deleted.error)
    const { code, planName, periodEnd } = deleted.error
    return refuse({ code, planName, periodEnd: periodEnd.toString() })
  },
})
