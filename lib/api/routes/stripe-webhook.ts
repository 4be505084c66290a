import { receiveNotification } from '../../billing/commands/receive-notification'
import { failpoint } from '../../failpoint'
import type { PaymentProvider } from '../../payments/port'
import { type Answer, okay, problem } from '../answer'
import { readBody } from '../read-request'

/** Stripe's notifications: the raw body is verified and kept, and answered before anything is done about it. */
export async function answerNotification(request: Request, provider: PaymentProvider): Promise<Answer> {
  const rawBody = Buffer.from(await readBody(request)).toString('utf8')
  const notification = provider.verifyNotification(rawBody, request.headers.get('stripe-signature') ?? '')
  if (!notification) return problem('invalid_signature', 'This notification was not signed by the payment provider.')
  failpoint('webhook:verified')
  await receiveNotification(notification)
  failpoint('webhook:kept')
  return okay({ received: true })
}
