import { describe, expect, it } from 'vitest'
import { refusedWith } from './refusal'

describe('what can be done about a decline (G65)', () => {
  it.each([
    { detail: { code: 'card_declined', decline_code: 'insufficient_funds' }, reason: 'insufficient_funds', remedy: 'retry_later' },
    { detail: { code: 'card_declined', decline_code: 'generic_decline' }, reason: 'card_declined', remedy: 'retry_later' },
    { detail: { code: 'card_declined', decline_code: 'a_code_of_next_year' }, reason: 'a_code_of_next_year', remedy: 'retry_later' },
    { detail: { code: 'card_declined', decline_code: 'lost_card' }, reason: 'lost_card', remedy: 'new_method' },
    { detail: { code: 'card_declined', decline_code: 'stolen_card' }, reason: 'stolen_card', remedy: 'new_method' },
    { detail: { code: 'card_declined', decline_code: 'pickup_card' }, reason: 'pickup_card', remedy: 'new_method' },
    { detail: { code: 'expired_card', decline_code: '' }, reason: 'expired_card', remedy: 'new_method' },
    { detail: { code: 'card_declined', decline_code: 'do_not_honor', advice_code: 'do_not_try_again' }, reason: 'do_not_honor', remedy: 'new_method' },
    { detail: { code: 'card_declined', decline_code: 'do_not_honor', advice_code: 'try_again_later' }, reason: 'do_not_honor', remedy: 'retry_later' },
    {
      detail: { code: 'authentication_required', decline_code: 'authentication_required' },
      reason: 'authentication_required',
      remedy: 'customer_must_confirm',
    },
    { detail: { code: 'payment_intent_authentication_failure' }, reason: 'payment_intent_authentication_failure', remedy: 'customer_must_confirm' },
    { detail: { code: 'card_declined', decline_code: 'stop_payment_order' }, reason: 'stop_payment_order', remedy: 'stop' },
    {
      detail: { code: 'card_declined', decline_code: 'revocation_of_all_authorizations', advice_code: 'do_not_try_again' },
      reason: 'revocation_of_all_authorizations',
      remedy: 'stop',
    },
    { detail: {}, reason: 'card_declined', remedy: 'retry_later' },
  ])('$reason: $remedy', ({ detail, reason, remedy }) => {
    expect(refusedWith(detail)).toEqual({ state: 'refused', reason, remedy })
  })
})
