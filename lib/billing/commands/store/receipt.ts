import { and, asc, count, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documentLines } from '../../../../db/schema'
import type { MinorUnits } from '../../../money'
import { documentNumber } from '../../document-number'
import type { ReceiptPayload } from '../../message-payloads'
import type { DocumentRow } from './documents'

/** More lines than a mail is read to the end of; the invoice has them all. */
const LINES_LISTED = 20

/** An invoice's lines and totals, for the mail that tells of it. */
export async function readReceipt(tx: Transaction, document: DocumentRow, amountPaid: MinorUnits): Promise<ReceiptPayload> {
  const isOfDocument = and(eq(documentLines.organizationId, document.organizationId), eq(documentLines.documentId, document.id))
  const lines = await tx
    .select({ description: documentLines.description, amount: documentLines.amount })
    .from(documentLines)
    .where(isOfDocument)
    .orderBy(asc(documentLines.position))
    .limit(LINES_LISTED + 1)
  return { ...receiptOf(document, lines, amountPaid), moreLines: lines.length > LINES_LISTED ? await countLines(tx, isOfDocument) : 0 }
}

/** The same of a document whose lines are at hand. */
export function receiptOf(document: DocumentRow, lines: readonly { description: string; amount: MinorUnits }[], amountPaid: MinorUnits): ReceiptPayload {
  return {
    documentId: document.id,
    documentNumber: documentNumber(document),
    lines: lines.slice(0, LINES_LISTED).map(({ description, amount }) => ({ description, amount: amount.toString() })),
    moreLines: Math.max(0, lines.length - LINES_LISTED),
    total: document.total.toString(),
    creditApplied: document.creditApplied.toString(),
    amountPaid: amountPaid.toString(),
  }
}

async function countLines(tx: Transaction, isOfDocument: ReturnType<typeof and>): Promise<number> {
  const [row] = await tx.select({ count: count() }).from(documentLines).where(isOfDocument)
  return (row?.count ?? LINES_LISTED) - LINES_LISTED
}
