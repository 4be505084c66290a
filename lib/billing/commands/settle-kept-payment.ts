import { and, eq, ne, sum } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { creditGrants, creditReversals } from '../../../db/schema'
import type { GrantId, OrganizationId } from '../../ids'
import { type MinorUnits, minor, smaller } from '../../money'
import type { DisputeObservation, RefundObservation } from '../../payments/port'
import type { CommandContext } from '../context'
import { type AuditEntry, recordAudit } from './store/audit'
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

/** As a dispute about an invoice's payment (G80): opened, it is only noted; lost, what is left of the credit goes with it. Null: nothing has changed. */
export async function settleKeptDispute({ tx }: CommandContext, { observed, ...key }: KeptPayment & { observed: DisputeObservation }): Promise<string | null> {
  const scene = await lockKept(tx, key)
  const known = await findReversal(tx, observed.disputeRef)
  if (known?.state === 'taken') return null
  switch (observed.state) {
    case 'open':
      if (known) return null // Or a stale look at one that was won since.
      await openDispute(scene, observed)
      return disputed(scene, observed, 'payment.disputed', observed.amount)
    case 'won':
      if (known?.state !== 'open') return null
      await tx
        .update(creditReversals)
        .set({ state: 'undone' })
        .where(and(eq(creditReversals.organizationId, key.organizationId), eq(creditReversals.providerRef, observed.disputeRef)))
      return disputed(scene, observed, 'payment.dispute_won', observed.amount)
    case 'lost': {
      const lost = smaller(observed.amount, await notGoneYet(scene, observed.disputeRef))
      await takeBackCredit(scene, { providerRef: observed.disputeRef, cause: 'dispute', amount: lost })
      return disputed(scene, observed, 'payment.dispute_lost', lost)
    }
  }
}

async function openDispute({ tx, grant, now }: ReversalScene, { disputeRef, amount }: DisputeObservation): Promise<void> {
  const { organizationId, id: grantId } = grant
  await tx.insert(creditReversals).values({ organizationId, grantId, providerRef: disputeRef, cause: 'dispute', state: 'open', amount, createdAt: now })
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

const NOTICES = { 'payment.disputed': 'dispute_opened', 'payment.dispute_won': 'dispute_won', 'payment.dispute_lost': 'kept_payment_lost' } as const
const STATES = { open: 'opened', won: 'won', lost: 'lost' } as const

async function disputed(
  scene: ReversalScene,
  { disputeRef, state, reason }: DisputeObservation,
  action: keyof typeof NOTICES & AuditEntry['action'],
  amount: MinorUnits,
): Promise<string> {
  const { tx, organization, grant, now } = scene
  const fact = `${disputeRef}:${state}`
  const after = { amount: amount.toString(), currency: organization.currency, reason }
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor: 'system', action, target: grant.id, after }])
  await noticed(scene, NOTICES[action], { fact, amount, detail: reason })
  await tellOperators(tx, disputeMessage(organization, null, { fact, state: STATES[state], amount, reason, kept: true, at: now }))
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
