import { html } from 'hono/html'
import { type Html, pageOf } from './layout'

export type BankQuestion = {
  /** The page's own address, to which the form goes. */
  action: string
  clientSecret: string
  /** What is confirmed: an amount, or null where a card is being saved. */
  amount: string | null
  description: string | null
  last4: string
}

/** The bank's page: the customer confirms a payment, or the saving of a card, or does not. */
export function bankPage({ action, clientSecret, amount, description, last4 }: BankQuestion): Html {
  const question = amount === null ? 'Confirm saving your card' : `Confirm the payment of ${amount}`
  return pageOf(
    question,
    html`
<h1>${question}</h1>
<p class="muted">Your bank wants to be sure that it is you.</p>
<dl>
${amount === null ? '' : html`<dt>Amount</dt><dd>${amount}</dd>`}
${description === null ? '' : html`<dt>For</dt><dd>${description}</dd>`}
<dt>Card</dt><dd>ending in ${last4}</dd>
</dl>
<form method="post" action="${action}">
<input type="hidden" name="client_secret" value="${clientSecret}">
<div class="row">
<button class="main" type="submit" name="decision" value="approve">Approve</button>
<button type="submit" name="decision" value="decline">Decline</button>
</div>
</form>`,
  )
}
