import { and, eq, ne, sql, sum } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { creditGrants, creditReversals } from '../../../db/schema'
import type { GrantId, OrganizationId } from '../../ids'
import { type MinorUnits, minor, smaller } from '../../money'
import type { DisputeObservation, RefundObservation } from '../../payments/port'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { DISPUTE_NEWS, factOf, type ObservedDispute, type SettledDispute } from './store/dispute-news'
import { tellBilling, tellOperators } from './store/messages'
import { recordNotice } from './store/notices'
import { lockOrganization } from './store/organization'
import { findReversal, giveBackCredit, type Reversal, type ReversalScene, takeBackCredit } from './store/reverse-credit'
import { disputeMessage, keptRefundedMessage, refundReturnedMessage } from './store/words-payments'

/** Money for no invoice that is kept as credit (G80). */
export type KeptPayment = { organizationId: OrganizationId; grantId: GrantId }

/** Null: no payment of that reference was kept; one that belongs to an invoice of ours is found by its payment. */
export async function findKeptPayment(tx: Transaction, providerRef: string): Promise<KeptPayment | null> {
  const [grant] = await tx
    .select({ organizationId: creditGrants.organizationId, grantId: creditGrants.id })
    .from(creditGrants)
    .where(eq(creditGrants.providerRef, providerRef))
  return grant ?? null
}

async function lockKept(tx: Transaction, { organizationId, grantId }: KeptPayment): Promise<ReversalScene> {
  const locked = await lockOrganization(tx, organizationId)
  const [grant] = await tx
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.id, grantId)))
    .for('update')
  if (!grant) throw new Error(`credit ${grantId} does not exist`)
  return { tx, ...locked, grant }
}

/**
 * A refund that somebody made at the provider of money for no invoice, as it ended: what is left of its credit is taken back, once;
 * and given back, where the bank has sent the refund back since. Null: nothing has changed.
 */
export async function settleKeptRefund({ tx }: CommandContext, { observed, ...key }: KeptPayment & { observed: RefundObservation }): Promise<string | null> {
  const scene = await lockKept(tx, key)
  const known = await findReversal(tx, observed.refundRef)
  if (observed.state === 'succeeded' && !known) return refunded(scene, observed)
  if (observed.state === 'failed' && known?.state === 'taken') return returned(scene, known)
  return null
}

async function refunded(scene: ReversalScene, { refundRef, amount }: RefundObservation): Promise<string> {
  const { tx, organization, grant, now } = scene
  const credit = await takeBackCredit(scene, { providerRef: refundRef, cause: 'refund', amount })
  await tellBilling(tx, [keptRefundedMessage(organization, null, { refund: refundRef, amount, credit, at: now })])
  await noticed(scene, 'kept_payment_refunded', { fact: `refund:${refundRef}`, amount, detail: refundRef })
  return `refunded at the payment provider: ${amount} ${organization.currency} of ${organization.id} that was credit (${grant.id}), of which ${credit} was left`
}

async function returned(scene: ReversalScene, reversal: Reversal): Promise<string> {
  const { tx, organization, now } = scene
  const { providerRef, amount } = reversal
  await giveBackCredit(scene, reversal)
  await tellBilling(tx, [refundReturnedMessage(organization, null, { refund: providerRef, amount, at: now })])
  await noticed(scene, 'refund_returned', { fact: `returned:${providerRef}`, amount, detail: providerRef })
  return `sent back by the bank: a refund of ${amount} ${organization.currency} of ${organization.id} (${providerRef}), which is credit again`
}

const STATES = { open: 'open', won: 'undone', lost: 'taken' } as const

/** As a dispute about an invoice's payment (G80): opened, it is only noted; lost, what is left of the credit goes with it, and comes back where it is won after all. */
export async function settleKeptDispute({ tx }: CommandContext, { observed, turn, ...key }: KeptPayment & ObservedDispute): Promise<SettledDispute> {
  const scene = await lockKept(tx, key)
  const known = await findReversal(tx, observed.disputeRef)
  if ((known?.turn ?? null) !== turn) return { early: true, notice: null }
  if (known?.state === STATES[observed.state]) return { early: false, notice: null }
  if (known?.state === 'taken') await giveBackCredit(scene, known)
  const amount = observed.state === 'lost' ? await lose(scene, observed) : observed.amount
  if (observed.state !== 'lost') await note(scene, observed)
  const isNew = known !== null || observed.state !== 'won'
  return { early: false, notice: isNew ? await disputed(scene, { observed, turn }, amount) : null }
}

async function lose(scene: ReversalScene, { disputeRef, amount }: DisputeObservation): Promise<MinorUnits> {
  const lost = smaller(amount, await notGoneYet(scene, disputeRef))
  await takeBackCredit(scene, { providerRef: disputeRef, cause: 'dispute', amount: lost })
  return lost
}

async function note({ tx, grant, now }: ReversalScene, observed: DisputeObservation): Promise<void> {
  const { organizationId, id: grantId } = grant
  const [state, amount] = [STATES[observed.state], observed.amount]
  await tx
    .insert(creditReversals)
    .values({ organizationId, grantId, providerRef: observed.disputeRef, cause: 'dispute', state, amount, createdAt: now })
    .onConflictDoUpdate({ target: creditReversals.providerRef, set: { state, amount, turn: sql`${creditReversals.turn} + 1` } })
}

/** Never more than was left of the payment. */
async function notGoneYet({ tx, grant }: ReversalScene, disputeRef: string): Promise<MinorUnits> {
  const [others] = await tx
    .select({ amount: sum(creditReversals.amount) })
    .from(creditReversals)
    .where(
      and(
        eq(creditReversals.organizationId, grant.organizationId),
        eq(creditReversals.grantId, grant.id),
        eq(creditReversals.state, 'taken'),
        ne(creditReversals.providerRef, disputeRef),
      ),
    )
  return minor(grant.amount - BigInt(others?.amount ?? 0))
}

async function disputed(scene: ReversalScene, dispute: ObservedDispute, amount: MinorUnits): Promise<string> {
  const { tx, organization, grant, now } = scene
  const { state, reason } = dispute.observed
  const { action, kind, word } = DISPUTE_NEWS[state]
  const fact = factOf(dispute)
  const after = { amount: amount.toString(), currency: organization.currency, reason }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action, target: grant.id, after }])
  await noticed(scene, state === 'lost' ? 'kept_payment_lost' : kind, { fact, amount, detail: reason })
  await tellOperators(tx, disputeMessage(organization, null, { fact, state: word, amount, reason, kept: true, at: now }))
  return `${action} of ${organization.id}: ${amount} ${organization.currency} that is credit (${grant.id}; ${reason})`
}

type NoticeKind = Parameters<typeof recordNotice>[1]['kind']

async function noticed(
  { tx, organization, grant }: ReversalScene,
  kind: NoticeKind,
  what: { fact: string; amount: MinorUnits; detail: string },
): Promise<void> {
  await recordNotice(tx, { organizationId: organization.id, kind, target: grant.id, currency: organization.currency, ...what })
}
