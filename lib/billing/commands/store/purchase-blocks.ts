import { and, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, payments } from '../../../../db/schema'
import { decideExtraInvoice, hasBegunBlock } from '../../core/extra-invoice'
import { openAccount, toAccount } from './account'
import { rememberBilled } from './apply-terms'
import type { AutomaticPurchase } from './automatic-purchase'
import { issueDocuments } from './documents'
import type { LockedOrganization } from './organization'
import type { PaymentKey } from './payment-key'
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

/**
 * Everything of extra usage that is still to be paid: each open invoice falls due at once, and every begun block without one
 * gets it (S5, S6, G54). To be collected when it is committed.
 */
export async function settleExtraUsage(tx: Transaction, scene: LockedOrganization & { loaded: LoadedSubscription }): Promise<PaymentKey[]> {
  const { organizationId, id } = scene.loaded.row
  const open = await tx
    .select({ organizationId: payments.organizationId, paymentId: payments.id })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.subscriptionId, id), eq(documents.kind, 'extra_usage'), eq(documents.status, 'open')))
  const ids = open.map(({ paymentId }) => paymentId)
  if (ids.length > 0)
    await tx
      .update(payments)
      .set({ retryAt: scene.now })
      .where(and(eq(payments.organizationId, organizationId), inArray(payments.id, ids)))
  return [...open, ...(await invoiceBlocks(tx, scene))]
}
