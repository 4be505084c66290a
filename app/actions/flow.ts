import { inWeb } from '@/db/client'
import type { FlowContext as BillingFlow } from '@/lib/billing/flows/flow-context'
import { paymentProvider } from '@/lib/payments/provider'
import type { FlowContext } from './define-action'

/** A billing flow on behalf of a viewer: its commands see the viewer's organization and nothing else. */
export function billingFlow({ actor, viewer }: FlowContext): BillingFlow {
  return {
    provider: paymentProvider(process.env),
    first: (work) => inWeb({ organizationId: viewer.organization.id, userId: viewer.user.id }, (tx) => work({ tx, actor })),
  }
}

/** A page of the organization as the payment provider can send a person back to it. */
export function returnUrlOf({ viewer }: FlowContext, path: string): string {
  const base = process.env.HEADROOM_URL ?? `http://localhost:${process.env.PORT ?? 3000}`
  return new URL(`/${viewer.organization.slug}${path}`, base).href
}
