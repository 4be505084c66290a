import type { useTranslations } from 'next-intl'
import type { CreditRefusal } from '@/app/actions/credits'
import { type Currency, formatMoney } from '@/lib/money'

const WORDED = [
  'below_minimum',
  'above_maximum',
  'threshold_too_high',
  'insufficient_credit',
  'no_payment_method',
  'no_credit_sold',
  'quote_expired',
  'forbidden',
  'invalid_input',
] as const

type Refused = Pick<CreditRefusal, 'code'> & Partial<CreditRefusal>

/** A refused press in words, with the figure that it is about. */
export function wordCreditRefusal(t: ReturnType<typeof useTranslations<'credits'>>, refused: Refused, currency: Currency, locale: string): string {
  const money = (amount: CreditRefusal['limit']) => (amount === undefined ? '' : formatMoney(amount, currency, locale))
  return t(`refusal.${WORDED.find((code) => code === refused.code) ?? 'other'}`, { limit: money(refused.limit), due: money(refused.amountDue) })
}
