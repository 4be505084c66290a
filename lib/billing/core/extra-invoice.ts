import { type DraftDocument, draftDocument } from './document'
import { arrearsLines, type Billed, billedNow, unbilled } from './rating'
import type { Account, Holding, UsageSegment } from './state'

/** Extra units that are charged as they begin, and not with the next cycle (S7). */
export function isChargedAsItBegins({ overLimit }: UsageSegment): boolean {
  return overLimit.type === 'blocks'
}

/** Whether a block has begun that no invoice has billed yet (S7). What rounds to nothing waits for more. */
export function hasBegunBlock(segment: UsageSegment, currency: Holding['terms']['product']['currency']): boolean {
  return isChargedAsItBegins(segment) && unbilled(segment, currency).amount > 0n
}

/** An invoice for extra usage alone, and what it bills of each segment of the running period. */
export type ExtraInvoice = { document: DraftDocument; billed: Billed[] }

/**
 * Every block that has begun and is not on an invoice yet, those that began together on one invoice (S7, S5, S6). Null where
 * there is none.
 */
export function decideExtraInvoice({ holding, account }: { holding: Holding; account: Account }): ExtraInvoice | null {
  const { period, segments } = holding
  const { currency, meters } = holding.terms.product
  const lines = arrearsLines(segments.filter(isChargedAsItBegins), { period, currency, meters })
  if (lines.length === 0) return null
  const billed = billedNow(segments, { period, currency }).filter(({ segmentIndex }) => {
    const segment = segments[segmentIndex]
    return segment !== undefined && isChargedAsItBegins(segment)
  })
  return { document: draftDocument(lines, account, currency), billed }
}
