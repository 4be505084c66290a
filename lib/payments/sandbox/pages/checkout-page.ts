import { html } from 'hono/html'
import type { Stripe } from 'stripe'
import { TEST_CARDS, type TestCard } from '../cards'
import type { CardField, CardFormErrors, CardFormValues } from './card-form'
import { type Html, pageOf } from './layout'

/** Those that a visitor tries first; they stand first in the table. */
const SHOWN_AT_ONCE = 9

export type CheckoutPage = { session: Stripe.Checkout.Session; values: CardFormValues; errors: CardFormErrors; refusal: string | null }

/** The hosted page on which a person enters a card to be saved. */
export function checkoutPage({ session, values, errors, refusal }: CheckoutPage): Html {
  const wrong = Object.keys(errors).length > 0
  return pageOf(
    wrong || refusal !== null ? 'Card not saved' : 'Save a card',
    html`
<h1>Save a card</h1>
<p class="muted">It will be used for your invoices.</p>
${refusal === null ? '' : html`<p class="refusal" role="alert">${refusal}</p>`}
${wrong ? html`<p class="refusal" role="alert">Please correct the fields below.</p>` : ''}
<form method="post" action="/sandbox/checkout/${session.id}" novalidate>
${field('number', 'Card number', { value: values.number, error: errors.number, autocomplete: 'cc-number', inputmode: 'numeric', placeholder: '4242 4242 4242 4242' })}
<div class="pair">
<div>${field('expiry', 'Expiry date', { value: values.expiry, error: errors.expiry, autocomplete: 'cc-exp', inputmode: 'numeric', placeholder: 'MM / YY' })}</div>
<div>${field('cvc', 'Security code', { value: '', error: errors.cvc, autocomplete: 'cc-csc', inputmode: 'numeric', placeholder: 'CVC' })}</div>
</div>
${field('name', 'Name on card', { value: values.name, error: errors.name, autocomplete: 'cc-name', inputmode: 'text', placeholder: '' })}
<button class="main" type="submit">Save card</button>
<h2>Or use a test card</h2>
<p class="muted">One press fills in the rest and saves it.</p>
${choices(TEST_CARDS.slice(0, SHOWN_AT_ONCE))}
<details><summary>More test cards</summary>
${choices(TEST_CARDS.slice(SHOWN_AT_ONCE))}
</details>
</form>
${session.cancel_url === null ? '' : html`<p style="margin-top:2rem"><a href="${session.cancel_url}">Cancel and go back</a></p>`}`,
  )
}

function choices(cards: readonly TestCard[]): Html {
  return html`<ul class="choices">
${cards.map((card) => html`<li><button type="submit" name="test_card" value="${card.number}"><span>${card.label}</span><span>${grouped(card.number)}</span></button></li>`)}
</ul>`
}

function grouped(number: string): string {
  return number.replaceAll(/(.{4})(?=.)/g, '$1 ')
}

type FieldOptions = { value: string; error: string | undefined; autocomplete: string; inputmode: string; placeholder: string }

function field(name: CardField, label: string, { value, error, autocomplete, inputmode, placeholder }: FieldOptions): Html {
  const described = error === undefined ? '' : html` aria-invalid="true" aria-describedby="${name}-wrong"`
  return html`<label for="${name}">${label}</label>
<input id="${name}" name="${name}" value="${value}" autocomplete="${autocomplete}" inputmode="${inputmode}" placeholder="${placeholder}" maxlength="200"${described}>
${error === undefined ? '' : html`<p class="wrong" id="${name}-wrong">${error}</p>`}`
}
