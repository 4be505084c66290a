'use server'

import { z } from 'zod'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import { ok } from '@/lib/result'
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
