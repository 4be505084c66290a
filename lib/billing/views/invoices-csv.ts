import { type CsvCell, csvLine } from '../../csv'
import type { DocumentId } from '../../ids'
import { type Currency, decimalString, exactFromMinor, type MinorUnits, unitPriceString } from '../../money'
import type { DocumentView } from './documents'

/** Of a document, on the first of its lines, so that a column adds up. */
const OF_DOCUMENT = ['total', 'credit_applied', 'amount_due', 'amount_paid', 'amount_refunded', 'credit_issued'] as const
const HEAD = [
  ...['number', 'document', 'status', 'issued', 'paid', 'period_start', 'period_end', 'product', 'currency'],
  ...['line', 'kind', 'description', 'quantity', 'unit_price', 'amount', 'rule', 'formula'],
  ...OF_DOCUMENT,
] as const

/** A line for each line of each document. Names are those of the machine interface, amounts plain decimals. */
export async function* invoicesCsv(readAfter: (before: DocumentId | null) => Promise<readonly DocumentView[]>): AsyncGenerator<string> {
  yield csvLine(HEAD)
  for (let before: DocumentId | null = null; ; ) {
    const page: readonly DocumentView[] = await readAfter(before)
    const last = page.at(-1)
    if (!last) return
    yield page.map(documentLines).join('')
    before = last.id
  }
}

/** A document without lines is one all the same. */
function documentLines(document: DocumentView): string {
  const about = documentCells(document)
  const totals = totalCells(document)
  if (document.lines.length === 0) return csvLine([...about, ...Array<string>(HEAD.length - about.length - totals.length).fill(''), ...totals])
  return document.lines
    .map((line, index) =>
      csvLine([
        ...about,
        BigInt(index + 1),
        line.kind,
        line.description,
        line.quantity,
        { decimal: unitPriceString(line.unitPrice) as `${number}` },
        money(line.amount, document.currency),
        line.rule,
        line.formula,
        ...(index === 0 ? totals : totals.map(() => '')),
      ]),
    )
    .join('')
}

function documentCells({ number, kind, status, issuedAt, paidAt, period, product, currency }: DocumentView): CsvCell[] {
  const dates = [issuedAt, paidAt, period?.start, period?.end].map((at) => at?.toString() ?? '')
  return [number, kind, status, ...dates, product ?? '', currency]
}

function totalCells({ total, creditApplied, amountDue, amountPaid, amountRefunded, creditIssued, currency }: DocumentView): CsvCell[] {
  return [total, creditApplied, amountDue, amountPaid, amountRefunded, creditIssued].map((amount) => money(amount, currency))
}

function money(amount: MinorUnits, currency: Currency): CsvCell {
  return { decimal: decimalString(exactFromMinor(amount, currency), currency) as `${number}` }
}
