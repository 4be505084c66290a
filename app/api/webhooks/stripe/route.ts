import { theMachineInterface } from '@/lib/api/app'

export const dynamic = 'force-dynamic'

/** The payment provider's notifications; see `lib/api/routes/stripe-webhook.ts`. */
export function POST(request: Request): Response | Promise<Response> {
  return theMachineInterface().fetch(request)
}
