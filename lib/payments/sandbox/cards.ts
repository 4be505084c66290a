/** Why the simulated bank says no: Stripe's error `code`, and the `decline_code` where the bank gave one. */
export type Decline = { code: string; declineCode: string | null; message: string; adviceCode?: string }

/** One of Stripe's published test cards: what its bank does at each step. */
export type TestCard = {
  /** The ready-made payment method's name at Stripe; null where Stripe publishes only a number. */
  name: string | null
  number: string
  brand: string
  label: string
  /** Attaching it to a customer or setting it up is refused. Such a card never gets as far as a later charge. */
  attach: Decline | null
  charge: Decline | null
  /** `unless_set_up`: no longer asked for once the bank confirmed the card when it was saved. */
  authentication: 'never' | 'always' | 'unless_set_up'
  refund: 'at_once' | 'later' | 'fails_later'
  /** What its bank begins as soon as it is charged; an inquiry takes no money back. */
  dispute: { reason: string; isInquiry: boolean } | null
}

function decline(declineCode: string, message = 'Your card was declined.', adviceCode?: string): Decline {
  return { code: 'card_declined', declineCode, message, ...(adviceCode === undefined ? {} : { adviceCode }) }
}

const DECLINES = {
  generic: decline('generic_decline', 'Your card was declined.', 'try_again_later'),
  insufficientFunds: decline('insufficient_funds', 'Your card has insufficient funds.', 'try_again_later'),
  lost: decline('lost_card', 'Your card was declined.', 'do_not_try_again'),
  stolen: decline('stolen_card', 'Your card was declined.', 'do_not_try_again'),
  velocity: decline('card_velocity_exceeded', 'Your card was declined for making repeated attempts too frequently.', 'try_again_later'),
  fraudulent: decline('fraudulent', 'Your card was declined.', 'do_not_try_again'),
  expired: { code: 'expired_card', declineCode: 'expired_card', message: 'Your card has expired.', adviceCode: 'do_not_try_again' },
  incorrectCvc: { code: 'incorrect_cvc', declineCode: 'incorrect_cvc', message: "Your card's security code is incorrect." },
  processingError: {
    code: 'processing_error',
    declineCode: 'processing_error',
    message: 'An error occurred while processing your card. Try again in a little bit.',
    adviceCode: 'try_again_later',
  },
} satisfies Record<string, Decline>

/** What a card that was never published as a test card is told, as at Stripe in test mode. */
export const NOT_A_TEST_CARD: Decline = {
  code: 'card_declined',
  declineCode: 'test_mode_live_card',
  message: 'Your card was declined. Payments are simulated here: use one of the test cards, never a real one.',
}

export const INCORRECT_NUMBER: Decline = { code: 'incorrect_number', declineCode: null, message: 'Your card number is incorrect.' }

function card(name: string | null, number: string, brand: string, label: string, behavior: Partial<TestCard> = {}): TestCard {
  return { name, number, brand, label, attach: null, charge: null, authentication: 'never', refund: 'at_once', dispute: null, ...behavior }
}

/** After https://docs.stripe.com/testing; the order is the one in which the card page offers them. */
export const TEST_CARDS: readonly TestCard[] = [
  card('pm_card_visa', '4242424242424242', 'visa', 'Succeeds (Visa)'),
  card('pm_card_mastercard', '5555555555554444', 'mastercard', 'Succeeds (Mastercard)'),
  card('pm_card_amex', '378282246310005', 'amex', 'Succeeds (American Express)'),
  card('pm_card_chargeCustomerFail', '4000000000000341', 'visa', 'Is saved, then every charge is declined', { charge: DECLINES.generic }),
  card('pm_card_authenticationRequired', '4000002760003184', 'visa', 'The bank asks to confirm every payment', { authentication: 'always' }),
  card('pm_card_authenticationRequiredOnSetup', '4000002500003155', 'visa', 'The bank asks once, when the card is saved', { authentication: 'unless_set_up' }),
  card('pm_card_authenticationRequiredChargeDeclinedInsufficientFunds', '4000008260003178', 'visa', 'Confirmed by the bank, then insufficient funds', {
    authentication: 'always',
    charge: DECLINES.insufficientFunds,
  }),
  card('pm_card_visa_chargeDeclined', '4000000000000002', 'visa', 'Declined when it is saved', { attach: DECLINES.generic }),
  card('pm_card_visa_chargeDeclinedInsufficientFunds', '4000000000009995', 'visa', 'Insufficient funds when it is saved', {
    attach: DECLINES.insufficientFunds,
  }),
  card('pm_card_visa_chargeDeclinedLostCard', '4000000000009987', 'visa', 'Reported lost', { attach: DECLINES.lost }),
  card('pm_card_visa_chargeDeclinedStolenCard', '4000000000009979', 'visa', 'Reported stolen', { attach: DECLINES.stolen }),
  card('pm_card_chargeDeclinedExpiredCard', '4000000000000069', 'visa', 'Expired', { attach: DECLINES.expired }),
  card('pm_card_chargeDeclinedIncorrectCvc', '4000000000000127', 'visa', 'Wrong security code', { attach: DECLINES.incorrectCvc }),
  card('pm_card_chargeDeclinedProcessingError', '4000000000000119', 'visa', 'Processing error', { attach: DECLINES.processingError }),
  card('pm_card_visa_chargeDeclinedVelocityLimitExceeded', '4000000000006975', 'visa', 'Used too often', { attach: DECLINES.velocity }),
  card('pm_card_radarBlock', '4100000000000019', 'visa', 'Blocked as fraudulent', { attach: DECLINES.fraudulent }),
  card('pm_card_pendingRefund', '4000000000007726', 'visa', 'Succeeds; refunds take a moment', { refund: 'later' }),
  card('pm_card_refundFail', '4000000000005126', 'visa', 'Succeeds; refunds fail later', { refund: 'fails_later' }),
  card('pm_card_createDispute', '4000000000000259', 'visa', 'Succeeds, and is disputed as fraudulent', {
    dispute: { reason: 'fraudulent', isInquiry: false },
  }),
  card('pm_card_createDisputeInquiry', '4000000000001976', 'visa', 'Succeeds, and its bank asks about it', {
    dispute: { reason: 'fraudulent', isInquiry: true },
  }),
  card('pm_card_visa_debit', '4000056655665556', 'visa', 'Succeeds (Visa debit)'),
  card('pm_card_mastercard_debit', '5200828282828210', 'mastercard', 'Succeeds (Mastercard debit)'),
  card('pm_card_discover', '6011111111111117', 'discover', 'Succeeds (Discover)'),
  card('pm_card_diners', '3056930009020004', 'diners', 'Succeeds (Diners Club)'),
  card('pm_card_jcb', '3566002020360505', 'jcb', 'Succeeds (JCB)'),
  card('pm_card_unionpay', '6200000000000005', 'unionpay', 'Succeeds (UnionPay)'),
]

/** Older names that Stripe still takes, its own command-line tool among their users. */
const ALIASES: Record<string, string> = {
  pm_card_us: 'pm_card_visa',
  pm_card_bypassPending: 'pm_card_visa',
  pm_card_chargeDeclined: 'pm_card_visa_chargeDeclined',
  pm_card_chargeDeclinedInsufficientFunds: 'pm_card_visa_chargeDeclinedInsufficientFunds',
  pm_card_chargeDeclinedLostCard: 'pm_card_visa_chargeDeclinedLostCard',
  pm_card_chargeDeclinedStolenCard: 'pm_card_visa_chargeDeclinedStolenCard',
  pm_card_visa_chargeDeclinedExpiredCard: 'pm_card_chargeDeclinedExpiredCard',
}

const byNumber = new Map(TEST_CARDS.map((testCard) => [testCard.number, testCard]))
const byName = new Map(TEST_CARDS.flatMap((testCard) => (testCard.name === null ? [] : [[testCard.name, testCard] as const])))

export function cardByNumber(number: string): TestCard | null {
  return byNumber.get(number) ?? null
}

export function cardByName(name: string): TestCard | null {
  return byName.get(ALIASES[name] ?? name) ?? null
}

/** The check digit that every card number ends with (Luhn). */
export function isCardNumber(number: string): boolean {
  if (!/^\d{12,19}$/.test(number)) return false
  const sum = [...number].reverse().reduce((total, digit, index) => {
    const doubled = Number(digit) * (index % 2 === 1 ? 2 : 1)
    return total + (doubled > 9 ? doubled - 9 : doubled)
  }, 0)
  return sum % 10 === 0
}
