import { eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { disputes } from '../../../../db/schema'
import type { DisputeObservation } from '../../../payments/port'
import { findReversal } from './reverse-credit'

/** `turn`: how often what we know of it had changed before it was looked at, as `turnOf` says; null: it was not known. */
export type ObservedDispute = { observed: DisputeObservation; turn: number | null }

/** `early`: the payment itself has not settled yet, or somebody else has moved the dispute on since it was looked at. `notice`: what the operator is to be told; null: nothing has changed. */
export type SettledDispute = { early: boolean; notice: string | null }

/** Asked before the provider is: a look at a dispute that has been moved on since is not settled, but taken again. */
export async function turnOf(tx: Transaction, disputeRef: string): Promise<number | null> {
  const [found] = await tx.select({ turn: disputes.turn }).from(disputes).where(eq(disputes.disputeRef, disputeRef))
  return (found ?? (await findReversal(tx, disputeRef)))?.turn ?? null
}

/** What is told of each state: in the activity, at the desk and by mail. */
export const DISPUTE_NEWS = {
  open: { action: 'payment.disputed', kind: 'dispute_opened', word: 'opened' },
  won: { action: 'payment.dispute_won', kind: 'dispute_won', word: 'won' },
  lost: { action: 'payment.dispute_lost', kind: 'dispute_lost', word: 'lost' },
} as const

/** Told once: a bank that changes its mind tells another. */
export function factOf({ observed: { disputeRef, state }, turn }: ObservedDispute): string {
  return turn === null ? `${disputeRef}:${state}` : `${disputeRef}:${state}:${turn}`
}
