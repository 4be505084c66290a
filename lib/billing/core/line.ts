import type { ExactAmount, MinorUnits } from '../../money'

/** As in the machine interface. */
export const LINE_KINDS = [
  'plan',
  'proration_credit',
  'proration_charge',
  'overage',
  'extra_usage',
  'seat_addition',
  'seat_removal',
  'prepaid_purchase',
  'usage',
  'adjustment',
] as const
export type LineKind = (typeof LINE_KINDS)[number]

/** Lines that bill recorded units by themselves. */
export const USAGE_LINES: ReadonlySet<LineKind> = new Set(['overage', 'extra_usage', 'usage'])

/** The numbers that a formula was filled with, as strings or whole numbers: `{ price: '10.00', unused_days: 20 }`. */
export type Inputs = Readonly<Record<string, string | number>>

/** Why an amount or a decision is what it is, so that a person can check it by hand (C9). */
export type Explanation = {
  /** The rule's number: `A6`, `A7b`. */
  rule: string
  /** With the numbers filled in: `−$10.00 × 20 / 30 = −$6.67`. */
  formula: string
  inputs: Inputs
}

/** One line of a quote and, unchanged, of the invoice that executes it (C10). A credit's amount is negative. */
export type Line = Explanation & {
  kind: LineKind
  description: string
  /** Minor units, rounded once. */
  amount: MinorUnits
  quantity: bigint
  unitPrice: ExactAmount
}
