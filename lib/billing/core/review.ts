import { type MinorUnits, minor, sum, ZERO } from '../../money'
import type { Instant } from '../../time'
import { type DraftDocument, draftDocument } from './document'
import type { Line } from './line'
import { type BegunMonth, closeMonth, NOTHING_EXTRA } from './monthly-extra'
import { isReviewed, nextReview } from './period'
import type { Billed } from './rating'
import { NO_SEATS_SETTLED, refundedLine, type SettledSeats, seatsPaidFor, settleSeats } from './seats'
import type { Account, Holding } from './state'

/** `at`: the due row's instant; a review that comes late is made as of it, and finds what was there before it (C14). */
export type ReviewInput = { holding: Holding; account: Account; at: Instant }

/** One document of a review. A total below zero makes it a credit note (G6). */
export type ReviewDocument = { kind: 'adjustment' | 'extra_usage'; draft: DraftDocument }

export type ReviewDecision = {
  at: Instant
  /** In the order of their issue; a document meets what the ones before it have left of the credit. None: nothing has changed (G38). */
  documents: ReviewDocument[]
  /** What of recorded usage the documents bill. */
  billed: Billed[]
  /** Running meters that are paid for as they are used, as the billing month that begins finds them (G53). */
  begun: BegunMonth[]
  /** Changes of seats that are on no tab any more. */
  settledSeats: string[]
  /** Null where the product sells none. */
  seatsPaid: number | null
  /** Refunded cash that was taken off a credit (G67). */
  refundedTaken: MinorUnits
  /** Null: what is left of the period is looked at by its renewal. */
  nextReviewAt: Instant | null
  /** Before a trial's end the customer is told, and nothing else is done (T9). */
  tellsTrialEnding: boolean
}

/** Lines of one document to be, and what writing them changes. */
type Part = { kind: ReviewDocument['kind']; lines: Line[]; context?: Parameters<typeof draftDocument>[3] }

/**
 * The monthly look at a period that is longer than a month (T2, T4, G38): each policy that bills by the month adds its
 * parts, one document each, and those that change nothing add none. Nothing is cut while a subscription is unpaid (G65).
 */
export function decideReview({ holding, account, at }: ReviewInput): ReviewDecision {
  const isTrial = holding.status === 'trialing'
  const isCut = !isTrial && holding.status !== 'unpaid'
  const seats = isTrial ? NO_SEATS_SETTLED : settleSeats({ holding, until: 'period', before: at })
  const extra = isCut ? closeMonth(holding) : NOTHING_EXTRA
  const givenBack = refundedLine(seats.removals, holding.refunded ?? ZERO, holding.terms.product)
  return {
    at,
    documents: isCut ? draftInTurn([...seatParts(seats, givenBack, holding), { kind: 'extra_usage', lines: extra.lines }], account, holding) : [],
    billed: extra.billed,
    begun: extra.begun,
    settledSeats: seats.ids,
    seatsPaid: holding.seats && seatsPaidFor(holding.terms, holding.seats.paid + seats.joined - seats.left),
    refundedTaken: isCut ? sum(givenBack.map(({ amount }) => amount)) : ZERO,
    nextReviewAt: !isTrial && isReviewed(holding.terms) ? nextReview(holding.anchor, holding.period, at) : null,
    tellsTrialEnding: isTrial && holding.cancelAt === null,
  }
}

/** Additions first, and then the credit of the removals, so that it meets the next invoice (G38). */
function seatParts({ additions, removals, joined, left }: SettledSeats, givenBack: Line[], { terms }: Holding): Part[] {
  return [
    { kind: 'adjustment', lines: additions, context: { from: terms, to: terms, seats: { joined, left: 0 } } },
    { kind: 'adjustment', lines: [...removals, ...givenBack], context: { from: terms, to: terms, seats: { joined: 0, left } } },
  ]
}

/** Credit that one of them issues is not there for the others: it goes towards the next invoice (C6). */
function draftInTurn(parts: readonly Part[], account: Account, { terms }: Holding): ReviewDocument[] {
  let { creditBalance } = account
  return parts.flatMap(({ kind, lines, context }) => {
    const draft = draftDocument(lines, { ...account, creditBalance }, terms.product.currency, context ?? null)
    if (draft.total === 0n) return []
    creditBalance = minor(creditBalance - draft.creditApplied + draft.carriedForward)
    return [{ kind, draft }]
  })
}
