import { notFound } from 'next/navigation'
import { type NextRequest, NextResponse } from 'next/server'
import { billingFlow, returnUrlOf } from '@/app/actions/flow'
import { requireViewer } from '@/lib/auth/session'
import { completeCardSetup } from '@/lib/billing/flows/payment-method'

const PATH = /^\/[a-z0-9/_?=&-]*$/i

/**
 * Where the card page sends a person back to. It only reads back what they did there, once, and only for a setup that this
 * organization began; coming here again changes nothing.
 */
export async function GET(request: NextRequest, { params }: { params: Promise<{ org: string }> }): Promise<NextResponse> {
  const viewer = await requireViewer((await params).org, 'payment:write')
  if (viewer.visit) notFound() // Reading it back settles it: whoever only looks does not come here.
  const context = { actor: viewer.member.id, viewer }
  const setupRef = request.nextUrl.searchParams.get('setup') ?? ''
  const next = request.nextUrl.searchParams.get('next')
  const outcome = await completeCardSetup(billingFlow(context), { organizationId: viewer.organization.id, setupRef })
  const saved = outcome.state === 'complete'
  if (saved && outcome.pays && next && PATH.test(next)) return NextResponse.redirect(returnUrlOf(context, next), 303)
  const note = saved ? (outcome.pays ? 'saved' : 'savedNotCollected') : outcome.state === 'expired' ? 'expiredSetup' : 'notFinished'
  return NextResponse.redirect(returnUrlOf(context, `/payment?card=${note}`), 303)
}
