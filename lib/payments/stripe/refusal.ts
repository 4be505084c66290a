import type { PaymentObservation, RefusalRemedy } from '../port'

/** The bank, or the customer with the bank, told us to stop: another card does not make it right. */
const STOP = new Set(['revocation_of_all_authorizations', 'revocation_of_authorization', 'stop_payment_order'])

/** This card will never work again, or not without being entered anew (G65). */
const NEW_METHOD = new Set([
  'card_not_supported',
  'currency_not_supported',
  'do_not_try_again',
  'expired_card',
  'fraudulent',
  'incorrect_address',
  'incorrect_cvc',
  'incorrect_number',
  'incorrect_zip',
  'invalid_account',
  'invalid_cvc',
  'invalid_expiry_month',
  'invalid_expiry_year',
  'invalid_number',
  'lost_card',
  'merchant_blacklist',
  'new_account_information_available',
  'no_such_payment_method',
  'pickup_card',
  'restricted_card',
  'security_violation',
  'stolen_card',
  'test_mode_live_card',
  'testmode_decline',
  'transaction_not_allowed',
])

const CUSTOMER_MUST_CONFIRM = new Set([
  'authentication_required',
  'payment_intent_authentication_failure',
  'authentication_not_handled',
  'offline_pin_required',
  'online_or_offline_pin_required',
])

type Refused = Extract<PaymentObservation, { state: 'refused' }>

/** The part of an error that both a thrown card error and a payment's last error carry. */
export type DeclineDetail = { code?: string | undefined; decline_code?: string | undefined; advice_code?: string | undefined; charge?: string | undefined }

/** The most particular word for why; a decline without particulars is `card_declined`. Words for the customer are made elsewhere, and never say "fraud". */
export function reasonOf({ code, decline_code }: DeclineDetail): string {
  const particular = decline_code === 'generic_decline' ? undefined : decline_code
  return particular || code || 'card_declined'
}

/** What can be done about a decline: unknown ones may pass with the bank's mood, so they are tried again another day. */
export function remedyOf(detail: DeclineDetail): RefusalRemedy {
  const names = [detail.decline_code ?? '', detail.code ?? '']
  if (names.some((name) => CUSTOMER_MUST_CONFIRM.has(name))) return 'customer_must_confirm'
  if (names.some((name) => STOP.has(name))) return 'stop'
  if (names.some((name) => NEW_METHOD.has(name)) || detail.advice_code === 'do_not_try_again') return 'new_method'
  return 'retry_later'
}

export function refusedWith(detail: DeclineDetail): Refused {
  return { state: 'refused', reason: reasonOf(detail), remedy: remedyOf(detail) }
}

/** As the payment itself shows it, and goes on to. Each declined attempt leaves a charge; a bank's page that was left does not. */
export function shownRefusal(detail: DeclineDetail): Refused {
  return { ...refusedWith(detail), refusalRef: detail.charge ?? reasonOf(detail) }
}
