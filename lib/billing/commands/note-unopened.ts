import type { Transaction } from '../../../db/client'
import type { PaymentRow } from './store/documents'
import { recordNotice } from './store/notices'

/** Once a payment, however often it is tried: the operator can put right what the customer cannot. `because`: the provider's own words. */
export async function noteUnopened(tx: Transaction, { id, organizationId, documentId, amount, currency }: PaymentRow, because: string): Promise<void> {
  await recordNotice(tx, { organizationId, kind: 'payment_not_accepted', fact: `not_accepted:${id}`, target: documentId, amount, currency, detail: because })
}
