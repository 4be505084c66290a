'use server'

import { z } from 'zod'
import { DOCUMENT_LANGUAGES } from '@/db/schema'
import { type DeleteOrganizationRefusal, deleteOrganization } from '@/lib/billing/commands/delete-organization'
import { updateOrganization } from '@/lib/billing/commands/update-organization'
import { COUNTRIES } from '@/lib/country'
import { ok, type Result, refuse } from '@/lib/result'
import { defineAction } from './define-action'

const MOST_RECIPIENTS = 10
/** Of any country: letters, digits and what stands between them. */
const TAX_ID = /^[\p{L}\p{N}][\p{L}\p{N} ./-]+$/u
const detail = (max: number) => z.string().trim().min(1).max(max).nullable()
const sameAddress = (emails: readonly string[]) => new Set(emails.map((email) => email.toLowerCase())).size === emails.length

/** What stands on invoices as the buyer, in which language, and who else gets billing mail; null takes a detail away. */
export const updateBillingDetailsAction = defineAction({
  permission: 'billing_details:write',
  input: z.strictObject({
    name: detail(200).optional(),
    address: detail(500).optional(),
    country: z.enum(COUNTRIES).nullable().optional(),
    taxId: detail(64).pipe(z.string().regex(TAX_ID).nullable()).optional(),
    emails: z.array(z.email().max(254)).max(MOST_RECIPIENTS).refine(sameAddress, 'stands there twice').nullable().optional(),
    language: z.enum(DOCUMENT_LANGUAGES).optional(),
  }),
  run: async (context, { language, ...input }) => {
    const billing = Object.fromEntries(Object.entries(input).filter(([, value]) => value !== undefined))
    const updated = await updateOrganization(context, { organizationId: context.viewer.organization.id, billing, ...(language && { language }) })
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
