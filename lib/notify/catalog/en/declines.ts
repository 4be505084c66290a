/**
 * What a customer is told of a bank's reason, by the provider's code. Never "fraud", never "stolen": the mail may be read by
 * the wrong person.
 */
export const declines = {
  insufficient_funds: 'The account has not enough money.',
  card_velocity_exceeded: 'The card’s limit is used up.',
  withdrawal_count_limit_exceeded: 'The card’s limit is used up.',
  expired_card: 'The card has expired.',
  incorrect_cvc: 'The card’s security code is wrong.',
  invalid_cvc: 'The card’s security code is wrong.',
  incorrect_number: 'The card number is wrong.',
  invalid_number: 'The card number is wrong.',
  authentication_required: 'The bank asks you to confirm payments with this card.',
  payment_intent_authentication_failure: 'The payment was not confirmed with the bank.',
  currency_not_supported: 'The card does not support this currency.',
  card_not_supported: 'The card does not support this kind of payment.',
  processing_error: 'The bank could not process the payment.',
  issuer_not_available: 'The bank could not be reached.',
  try_again_later: 'The bank could not process the payment.',
  payment_not_accepted: 'The payment could not be made, and not because of the card. We have been told.',
  no_payment_method: 'There is no card on file.',
  unknown: 'The bank declined the payment and did not say why.',
} as const
