import type { Instant } from '../../time'
import type { OverLimitPolicy } from './catalog'
import type { Billed } from './rating'
import type { PendingChange, Period, Terms } from './state'

/** How a meter's next segment begins (C13). */
export type SegmentStart = {
  meter: string
  limit: bigint | null
  overLimit: OverLimitPolicy
  countedAtStart: bigint
  extraThreshold: bigint | null
  extraMaximum: bigint | null
}

/** Terms that hold from the change on; where a trial runs they are those of the trial (G69). */
export type NewTerms = {
  type: 'new_terms'
  terms: Terms
  anchor: Instant
  period: Period
  /** True: a period of its own with a fresh allowance (C17, T8). */
  newPeriod: boolean
  /** It is this cycle's one downgrade (A7a). */
  countsAsDowngrade: boolean
  /** Extra units per meter that the document bills, as of the quote (C13, G30). */
  settledUnits: Readonly<Record<string, bigint>>
  /** The same by segment of the running period, for the segments to remember. */
  settled: Billed[]
  /** Changes of seats that its document settles, as of the quote (G36). */
  settledSeats: string[]
  /** What the running period is paid for from then on; null where the product sells no seats. */
  seatsPaid: number | null
}

export type ChangeOutcome = { type: 'keeps_terms' } | { type: 'pending'; pendingChange: PendingChange; downgrade: boolean } | NewTerms
