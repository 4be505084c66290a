import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { disputes, type documents, payments, refunds } from '../../../../db/schema'
import { type ExactAmount, exactFromMinor, type MinorUnits, minorFromExact, smaller } from '../../../money'
import type { Instant } from '../../../time'
import { postExact } from './ledger'
import { recordNotice } from './notices'
import type { LockedOrganization } from './organization'
import { drawBack, type LotRow, lockPrepaid, returnToLots, takenBack, type WentBack, wentBackName } from './prepaid'

type DocumentRow = typeof documents.$inferSelect

/** Whose purchase went back, with its organization's lock held. */
type PurchaseScene = LockedOrganization & { tx: Transaction; document: DocumentRow }

/** Where a loss stands in the books: as the loss of any payment does that goes back the same way (G80). */
const ACCOUNTS = { refund: 'refunds', dispute: 'disputes' } as const

/**
 * The payment of a purchase goes back, or a part of it (G80): what is left of the credit that it bought goes with it, and what had
 * been used is a loss, of which the operator is told. Nothing where the document bought no credit. `fact`: what has happened, once.
 */
export async function takeBackBought({ tx, organization, document, now }: PurchaseScene, back: WentBack, fact: string, amount: MinorUnits): Promise<void> {
  if (document.kind !== 'purchase') return
  const { id: organizationId, currency } = organization
  const lot = (await lockPrepaid(tx, [organizationId])).get(organizationId)?.lots.find(({ documentId }) => documentId === document.id)
  const gone = exactFromMinor(amount, currency)
  const taken = lot ? smaller(lot.remaining, gone) : (0n as ExactAmount)
  if (lot && taken > 0n) {
    await drawBack(tx, lot, back, taken, now)
    await postExact(tx, [{ organizationId, source: `${lot.id}:went_back:${fact}`, at: now, currency, postings: postingsOf(back, taken) }])
  }
  const lost = minorFromExact((gone - taken) as ExactAmount, currency)
  if (lost === 0n) return
  await recordNotice(tx, {
    organizationId,
    kind: 'spent_credit_lost',
    fact: `spent:${fact}`,
    target: document.id,
    amount: lost,
    currency,
    detail: back.providerRef,
  })
}

/** It came back after all: a refund that the bank has sent back, or a dispute that is lost no more. */
export async function giveBackBought({ tx, organization, document, now }: PurchaseScene, back: WentBack, fact: string): Promise<void> {
  if (document.kind !== 'purchase') return
  const { id: organizationId, currency } = organization
  const returned = await returnToLots(tx, organizationId, wentBackName(back))
  await postExact(
    tx,
    returned.map(({ grantId, amount }) => {
      return { organizationId, source: `${grantId}:went_back:${fact}`, at: now, currency, postings: postingsOf(back, -amount as ExactAmount) }
    }),
  )
}

/**
 * Gives back what a document that is void had taken of bought credit (G66), except for what was bought with a payment that has gone
 * back meanwhile: it was lost only as long as it was spent.
 */
export async function returnBought(tx: Transaction, { organizationId, id, currency }: DocumentRow, at: Instant): Promise<void> {
  const returned = await returnToLots(tx, organizationId, id)
  const lots = (await lockPrepaid(tx, [organizationId])).get(organizationId)?.lots ?? []
  for (const lot of lots.filter((one) => returned.some(({ grantId }) => grantId === one.id))) {
    for (const { amount, ...back } of await whatWentBack(tx, lot)) {
      const spent = (exactFromMinor(amount, currency) - (await takenBack(tx, lot, back))) as ExactAmount
      const taken = smaller(lot.remaining, spent)
      if (taken <= 0n) continue
      await drawBack(tx, lot, back, taken, at)
      const source = `${lot.id}:went_back:${back.providerRef}:${id}`
      await postExact(tx, [{ organizationId, source, at, currency, postings: postingsOf(back, taken) }])
    }
  }
}

async function whatWentBack(tx: Transaction, { organizationId, documentId }: LotRow): Promise<(WentBack & { amount: MinorUnits })[]> {
  if (documentId === null) return []
  const refunded = await tx
    .select({ providerRef: refunds.refundRef, amount: refunds.amount })
    .from(refunds)
    .where(and(eq(refunds.organizationId, organizationId), eq(refunds.documentId, documentId), eq(refunds.state, 'succeeded')))
  const disputed = await tx
    .select({ providerRef: disputes.disputeRef, amount: disputes.amount })
    .from(disputes)
    .innerJoin(payments, and(eq(payments.organizationId, disputes.organizationId), eq(payments.id, disputes.paymentId)))
    .where(and(eq(disputes.organizationId, organizationId), eq(payments.documentId, documentId), eq(disputes.state, 'lost')))
  return [
    ...refunded.flatMap(({ providerRef, amount }) => (providerRef === null ? [] : [{ cause: 'refund' as const, providerRef, amount }])),
    ...disputed.map((one) => ({ cause: 'dispute' as const, ...one })),
  ]
}

function postingsOf({ cause }: WentBack, taken: ExactAmount) {
  return { prepaid: taken, [ACCOUNTS[cause]]: -taken as ExactAmount }
}
