import type { Transaction } from '../../../../db/client'
import { decideExtraInvoice, hasBegunBlock } from '../../core/extra-invoice'
import type { PaymentKey } from '../payment-steps'
import { openAccount, toAccount } from './account'
import { rememberBilled } from './apply-terms'
import type { AutomaticPurchase } from './automatic-purchases'
import { issueDocuments } from './documents'
import type { LockedOrganization } from './organization'
import { type LoadedSubscription, toSegment } from './subscription'

/** Extra usage is charged as each block begins, in the transaction of the event that began it (S7, G5). */
export const blockPurchase: AutomaticPurchase = {
  isSetOff: ({ segment, product, refused }) => refused === null && hasBegunBlock(toSegment(segment), product.currency),
  make: invoiceBlocks,
}

/**
 * Issues an invoice for every begun block that has none, and remembers them as billed. Nobody is asked: a failure is retried
 * as a renewal's is (G55). The caller holds organization, subscription and counters, and writes nothing after it but its answer.
 */
export async function invoiceBlocks(
  tx: Transaction,
  { organization, now, loaded }: LockedOrganization & { loaded: LoadedSubscription },
): Promise<PaymentKey[]> {
  const { row, holding } = loaded
  const { currency } = holding.terms.product
  const account = await openAccount(tx, row.organizationId, currency, true)
  const invoice = decideExtraInvoice({ holding, account: toAccount(account) })
  if (!invoice) return []
  await rememberBilled(tx, loaded, invoice.billed)
  const [issued] = await issueDocuments(tx, [
    {
      organization,
      at: now,
      draft: invoice.document,
      kind: 'extra_usage',
      subscriptionId: row.id,
      period: holding.period,
      currency,
      dunning: true,
      grants: account.grants,
    },
  ])
  return issued?.paymentId ? [{ organizationId: row.organizationId, paymentId: issued.paymentId }] : []
}
