import { and, asc, eq, gt, inArray, lt, ne } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents } from '../../../db/schema'
import type { DocumentId } from '../../ids'
import type { MinorUnits } from '../../money'
import type { Instant } from '../../time'
import { documentNumber } from '../document-number'

export type RelatedDocument = { id: DocumentId; number: string; issuedAt: Instant; total: MinorUnits }

type About = Pick<typeof documents.$inferSelect, 'organizationId' | 'id' | 'series' | 'subscriptionId' | 'periodStart'>

/** A period has few documents; what somebody makes many of is not all listed. */
const MOST = 20
/** What a period is paid by, and what a credit note gives back of. */
const PAYS_FOR_TIME = ['renewal', 'change', 'pro_forma', 'adjustment'] as const

/**
 * Of a credit note the invoices that paid for the time it gives back, of an invoice the credit notes that gave some of its
 * time back: those of the same period of the same subscription (G6, G27), oldest first.
 */
export async function listRelatedDocuments(tx: Transaction, { organizationId, id, series, subscriptionId, periodStart }: About): Promise<RelatedDocument[]> {
  if (!subscriptionId || !periodStart) return []
  const ofThePeriod = and(
    eq(documents.organizationId, organizationId),
    eq(documents.subscriptionId, subscriptionId),
    eq(documents.periodStart, periodStart),
    ne(documents.status, 'void'),
    inArray(documents.kind, [...PAYS_FOR_TIME]),
  )
  const others =
    series === 'credit_note'
      ? and(ofThePeriod, eq(documents.series, 'invoice'), lt(documents.id, id))
      : and(ofThePeriod, eq(documents.series, 'credit_note'), gt(documents.id, id))
  const found = await tx
    .select({ id: documents.id, series: documents.series, number: documents.number, issuedAt: documents.issuedAt, total: documents.total })
    .from(documents)
    .where(others)
    .orderBy(asc(documents.id))
    .limit(MOST)
  return found.map((document) => ({ id: document.id, number: documentNumber(document), issuedAt: document.issuedAt, total: document.total }))
}
