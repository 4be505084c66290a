import { type Currency, exactFromMinor, type MinorUnits } from '../../money'
import { type DraftDocument, draftDocument } from './document'
import { decimal, money } from './explain'
import type { Account } from './state'

/** The invoice of credit that is bought: one line of its amount (P2, P4). */
export function purchaseDraft({
  amount,
  isAutomatic,
  account,
  currency,
}: {
  amount: MinorUnits
  isAutomatic: boolean
  account: Account
  currency: Currency
}): DraftDocument {
  const line = {
    kind: 'prepaid_purchase' as const,
    description: isAutomatic ? 'Credit, bought by auto-recharge' : 'Credit',
    amount,
    quantity: 1n,
    unitPrice: exactFromMinor(amount, currency),
    rule: isAutomatic ? 'P4' : 'P2',
    formula: `1 × ${money(amount, currency)} = ${money(amount, currency)}`,
    inputs: { amount: decimal(amount, currency) },
  }
  return draftDocument([line], account, currency)
}
