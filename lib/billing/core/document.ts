import { type Currency, larger, type MinorUnits, minor, smaller, sum, ZERO } from '../../money'
import { money } from './explain'
import { type Line, USAGE_LINES } from './line'
import { wordMembers } from './seats'
import type { Account, Terms } from './state'

export type DifferenceCode =
  | 'credit_applied'
  | 'members_added'
  | 'members_removed'
  | 'plan_changed'
  | 'interval_switched'
  | 'usage'
  | 'late_usage'
  | 'carried_forward'

/** What an invoice or a credit note will say. `amountDue = max(total, 0) − creditApplied`, and it is never below zero (G6). */
export type DraftDocument = {
  lines: Line[]
  /** The sum of the lines. */
  total: MinorUnits
  /** What the account pays of it; below zero where an earlier small amount is collected with this document. */
  creditApplied: MinorUnits
  /** Part of `creditApplied`: an amount too small or too fine for the provider, which waits on the account for the next invoice. */
  carriedForward: MinorUnits
  /** Part of `creditApplied`: what credit that was bought pays, before the credit balance does (G70). */
  prepaidApplied: MinorUnits
  amountDue: MinorUnits
  /** What a credit note adds to the credit balance: `max(−total, 0)` (G6). */
  creditIssued: MinorUnits
  /** Why it is not simply the plan's price, in words (T11, G20). */
  differsBecause: { code: DifferenceCode; text: string }[]
}

/** What a document is about besides its lines. `seats`: who joined and left since the last one, as far as it tells of them. */
export type DocumentContext = { from: Terms; to: Terms; seats?: { joined: number; left: number } }

/** C5's two lines are shown even at 0; other lines of 0 say nothing and are left out (G7). */
function isShown(line: Line): boolean {
  return line.amount !== 0n || line.kind === 'proration_credit' || line.kind === 'proration_charge'
}

/**
 * Adds lines up and settles them against the account (C6, G6). A total below zero becomes credit. Otherwise credit pays as
 * much as it can, what is owed from earlier is collected with it, and an amount, or a part of one, that the provider could not charge is put
 * on the account instead of being lost or refused.
 */
export function draftDocument(lines: Line[], account: Account, currency: Currency, context: DocumentContext | null = null): DraftDocument {
  const shown = lines.filter(isShown)
  const total = sum(shown.map((line) => line.amount))
  const settled = settleTotal(total, account)
  return { lines: shown, total, ...settled, differsBecause: differences(shown, settled, currency, context) }
}

type Settlement = Pick<DraftDocument, 'creditApplied' | 'carriedForward' | 'prepaidApplied' | 'amountDue' | 'creditIssued'>

/** How the account meets a total: by itself, so that a quoted total can be settled again against the account as it is now (G30). */
export function settleTotal(total: MinorUnits, account: Account): Settlement {
  if (total < 0n) return { creditApplied: ZERO, carriedForward: ZERO, prepaidApplied: ZERO, amountDue: ZERO, creditIssued: minor(-total) }
  // A document of nothing collects nothing: a debt waits for one that charges something anyway.
  const prepaidApplied = smaller(account.boughtCredit ?? ZERO, total)
  const rest = minor(total - prepaidApplied)
  const fromBalance = rest === 0n ? ZERO : smaller(account.creditBalance, rest)
  const due = minor(rest - fromBalance)
  const creditApplied = minor(prepaidApplied + fromBalance)
  const amountDue = due < account.minimumCharge ? ZERO : minor(due - (due % (account.chargeStep ?? 1n)))
  const carriedForward = minor(due - amountDue)
  return { creditApplied: minor(creditApplied + carriedForward), carriedForward, prepaidApplied, amountDue, creditIssued: ZERO }
}

function differences(lines: readonly Line[], settled: Settlement, currency: Currency, context: DocumentContext | null): DraftDocument['differsBecause'] {
  const found: DraftDocument['differsBecause'] = []
  const fromBalance = minor(settled.creditApplied - settled.carriedForward - settled.prepaidApplied)
  const owed = larger(minor(-fromBalance), ZERO)
  if (context && context.from.plan.id !== context.to.plan.id) {
    found.push({ code: 'plan_changed', text: `The plan changed from ${context.from.plan.name} to ${context.to.plan.name}.` })
  }
  if (context && context.from.interval !== context.to.interval) {
    found.push({ code: 'interval_switched', text: `The interval changed from a ${context.from.interval} to a ${context.to.interval}.` })
  }
  found.push(...seatDifferences(lines, currency, context))
  const usage = sum(lines.filter((line) => USAGE_LINES.has(line.kind)).map((line) => line.amount))
  if (usage !== 0n)
    found.push({ code: 'usage', text: `${money(usage, currency)} is for usage${lines.some((line) => line.kind === 'usage') ? '' : ' over the limit'}.` })
  const late = sum(lines.filter((line) => line.kind === 'adjustment' && line.rule === 'C8').map((line) => line.amount))
  if (late !== 0n) found.push({ code: 'late_usage', text: `${money(late, currency)} is for usage that was reported after its period was invoiced.` })
  if (settled.prepaidApplied > 0n)
    found.push({ code: 'credit_applied', text: `${money(settled.prepaidApplied, currency)} of credit that was bought was applied.` })
  if (fromBalance > 0n) found.push({ code: 'credit_applied', text: `${money(fromBalance, currency)} of credit was applied.` })
  if (owed > 0n) found.push({ code: 'carried_forward', text: `${money(owed, currency)} from earlier was too small to charge by itself and is collected here.` })
  if (settled.carriedForward > 0n) {
    const text = `${money(settled.carriedForward, currency)} is too small to charge by itself and is collected with the next invoice.`
    found.push({ code: 'carried_forward', text })
  }
  return found
}

/** Who came and who went, with what this document says of it (T11). */
function seatDifferences(lines: readonly Line[], currency: Currency, context: DocumentContext | null): DraftDocument['differsBecause'] {
  const { joined = 0, left = 0 } = context?.seats ?? {}
  const added = sum(lines.filter((line) => line.kind === 'seat_addition').map((line) => line.amount))
  const removed = sum(lines.filter((line) => line.kind === 'seat_removal').map((line) => line.amount))
  const found: DraftDocument['differsBecause'] = []
  if (joined > 0) found.push({ code: 'members_added', text: `${wordMembers(joined)} ${wordWas(joined)} added: ${money(added, currency)} for the time since.` })
  if (left > 0) {
    const credit =
      removed === 0n ? 'what was paid for the time after it becomes credit.' : `${money(minor(-removed), currency)} of credit for the time after it.`
    found.push({ code: 'members_removed', text: `${wordMembers(left)} ${wordWas(left)} removed: ${credit}` })
  }
  return found
}

function wordWas(members: number): string {
  return members === 1 ? 'was' : 'were'
}
