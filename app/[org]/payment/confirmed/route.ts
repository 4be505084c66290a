import { notFound } from 'next/navigation'
import { type NextRequest, NextResponse } from 'next/server'
import { billingFlow, returnUrlOf } from '@/app/actions/flow'
import { requireViewer } from '@/lib/auth/session'
import { readConfirmation } from '@/lib/billing/flows/confirmation'

const NOTES = { done: 'confirmed', declined: 'confirmFailed', needs_customer: 'confirmOpen', in_flight: 'confirmOpen' } as const

/** Where the bank sends a person back to. What they say is not believed; the payment is read back at the provider. */
export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }): Promise<NextResponse> {
  const viewer = await requireViewer((await params).org, 'payment:read')
  if (viewer.visit) notFound() // Reading it back settles it: whoever only looks does not come here.
  const context = { actor: viewer.member.id, viewer }
  const outcome = await readConfirmation(billingFlow(context).provider, {
    organizationId: viewer.organization.id,
    providerRef: request.nextUrl.searchParams.get('payment_intent') ?? '',
  })
  return NextResponse.redirect(returnUrlOf(context, `/payment?payment=${outcome ? NOTES[outcome.type] : 'confirmOpen'}`), 303)
}
