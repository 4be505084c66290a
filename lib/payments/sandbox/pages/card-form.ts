import { cardByNumber, INCORRECT_NUMBER, isCardNumber, NOT_A_TEST_CARD, type TestCard } from '../cards'
import type { CardDetails } from '../payment-methods'
import { unixNow } from '../store'

export type CardField = 'number' | 'expiry' | 'cvc' | 'name'
export type CardFormErrors = Partial<Record<CardField, string>>
/** What is shown again after a refusal. The number is only kept where it is a published test card's. */
export type CardFormValues = { number: string; expiry: string; name: string }

export type CardForm = { ok: true; card: TestCard; details: CardDetails } | { ok: false; errors: CardFormErrors; values: CardFormValues }

export const EMPTY_CARD_FORM: CardFormValues = { number: '', expiry: '', name: '' }

const SECONDS_PER_MONTH = 2_629_746
const EPOCH_YEAR = 1970
const MONTHS = 12
const YEARS_AHEAD = 4
const FURTHEST_YEARS = 50

function monthsSinceEpoch(): number {
  return Math.floor(unixNow() / SECONDS_PER_MONTH)
}

function readExpiry(text: string): { expMonth: number; expYear: number } | null {
  const match = /^(\d{1,2})\s*\/?\s*(\d{2}|\d{4})$/.exec(text)
  if (!match) return null
  const expMonth = Number(match[1])
  const given = Number(match[2])
  const expYear = given < 100 ? 2000 + given : given
  return expMonth >= 1 && expMonth <= MONTHS ? { expMonth, expYear } : null
}

/** Reads the card page's form, or one press on a test card, which fills in the rest by itself. */
export function readCardForm(form: URLSearchParams): CardForm {
  const chosen = form.get('test_card')
  const name = (form.get('name') ?? '').trim().slice(0, 200)
  const typed = (form.get('number') ?? '').replaceAll(/[\s-]/g, '')
  const expiryText = (form.get('expiry') ?? '').trim().slice(0, 10)
  const number = chosen ?? typed
  const card = cardByNumber(number)
  if (chosen !== null && card) {
    const year = EPOCH_YEAR + Math.floor(monthsSinceEpoch() / MONTHS)
    return { ok: true, card, details: { expMonth: MONTHS, expYear: year + YEARS_AHEAD, name: name || null } }
  }

  const errors: CardFormErrors = {}
  if (number === '') errors.number = 'Enter a card number.'
  else if (!isCardNumber(number)) errors.number = INCORRECT_NUMBER.message
  else if (!card) errors.number = NOT_A_TEST_CARD.message

  const expiry = readExpiry(expiryText)
  if (!expiry) errors.expiry = 'Enter the expiry date as month and year, such as 12 / 34.'
  else {
    const months = (expiry.expYear - EPOCH_YEAR) * MONTHS + expiry.expMonth - 1
    if (months < monthsSinceEpoch()) errors.expiry = "Your card's expiration date is in the past."
    else if (months > monthsSinceEpoch() + FURTHEST_YEARS * MONTHS) errors.expiry = "Your card's expiration year is invalid."
  }

  const digits = card?.brand === 'amex' ? 4 : 3
  const cvc = (form.get('cvc') ?? '').trim()
  if (!/^\d+$/.test(cvc) || cvc.length !== digits) errors.cvc = `Enter the security code, ${digits} digits.`
  if (name === '') errors.name = 'Enter the name on the card.'

  if (card && expiry && Object.keys(errors).length === 0) return { ok: true, card, details: { ...expiry, name } }
  return { ok: false, errors, values: { number: card ? number : '', expiry: expiryText, name } }
}
