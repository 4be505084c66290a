import { eq, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { payments, refunds } from '../../../db/schema'
import { isId } from '../../ids'
import type { PaymentProvider } from '../../payments/port'
import { findPaymentByReference, type PaymentKey } from '../commands/payment-steps'
import { keepOrphanPayment, recordProviderRefund } from '../commands/record-provider-money'
import { settleDispute } from '../commands/settle-dispute'
import { findKeptPayment, type KeptPayment, settleKeptDispute, settleKeptRefund } from '../commands/settle-kept-payment'
import { turnOf } from '../commands/store/dispute-news'
import { look } from './collect'
import { readRefundBack } from './refund'

/** What became of a notification: `unknown` where it is about nothing of ours, yet; `busy` where its payment is being worked on. */
export type Effect = { type: 'done' | 'ignored' | 'unknown' | 'busy'; notice?: string | null }

const system = { actor: 'system' } as const

/** `isLast`: it is not waited for any longer that its payment becomes known. */
export type Waiting = { isLast: boolean }

/** A dispute is read back and settled; one that overtakes the news of its own payment waits for it. */
export async function settleDisputed(provider: PaymentProvider, disputeRef: string, waiting: Waiting): Promise<Effect> {
  const turn = await inEngine((tx) => turnOf(tx, disputeRef))
  const observed = await provider.readDispute(disputeRef)
  if (!observed || observed.providerRef === null) return { type: 'unknown' }
  const known = await findKnown(provider, observed.providerRef, waiting)
  if (known === null) return { type: 'unknown' }
  const { early, notice } = await inEngine((tx) =>
    known.kept
      ? settleKeptDispute({ tx, ...system }, { ...known.kept, observed, turn })
      : settleDispute({ tx, ...system }, { ...known.payment, observed, turn }),
  )
  return { type: early ? 'busy' : 'done', notice }
}

type Known = { payment: PaymentKey; kept: null } | { kept: KeptPayment; payment: null }

/** A payment of ours, or one that is kept as credit: at last also one whose own news was lost, or comes later. Null: it is nobody's here. */
async function findKnown(provider: PaymentProvider, providerRef: string, { isLast }: Waiting): Promise<Known | null> {
  const payment = await inEngine((tx) => findPaymentByReference(tx, providerRef))
  if (payment) return { payment, kept: null }
  const find = () => inEngine((tx) => findKeptPayment(tx, providerRef))
  let kept = await find()
  if (!kept && isLast) {
    await keepOrphan(provider, providerRef)
    kept = await find()
  }
  return kept ? { kept, payment: null } : null
}

/**
 * By its own reference, or, where our call's answer was lost, as one of those that are under way for its payment; else one
 * that somebody made at the provider.
 */
export async function settleRefunded(provider: PaymentProvider, refundRef: string, providerRef: string | null, waiting: Waiting): Promise<Effect> {
  const found = await inEngine((tx) =>
    tx
      .select({ organizationId: refunds.organizationId, refundId: refunds.id, refundRef: refunds.refundRef })
      .from(refunds)
      .innerJoin(payments, sql`${eq(payments.organizationId, refunds.organizationId)} AND ${eq(payments.id, refunds.paymentId)}`)
      .where(
        sql`${refunds.refundRef} = ${refundRef} OR (${refunds.refundRef} IS NULL AND ${refunds.state} IN ('created', 'pending') AND ${payments.providerRef} = ${providerRef})`,
      ),
  )
  for (const { organizationId, refundId } of found) await readRefundBack(provider, { organizationId, refundId })
  if (found.some((refund) => refund.refundRef === refundRef)) return { type: 'done' }
  return recordForeignRefund(provider, refundRef, waiting)
}

async function recordForeignRefund(provider: PaymentProvider, refundRef: string, waiting: Waiting): Promise<Effect> {
  const facts = await provider.describeRefund(refundRef)
  if (!facts || facts.providerRef === null) return { type: 'unknown' }
  const { refundId, observation } = facts
  const known = await findKnown(provider, facts.providerRef, waiting)
  if (known === null) return { type: 'unknown' }
  // One of ours, whose row has not heard of it yet. One whose row a restored backup does not have was made there, as far as we know.
  if (refundId !== null && (!waiting.isLast || (await isOurs(refundId)))) return { type: 'unknown' }
  if (observation.state === 'pending') return { type: 'busy' }
  if (known.kept) return { type: 'done', notice: await inEngine((tx) => settleKeptRefund({ tx, ...system }, { ...known.kept, observed: observation })) }
  if (observation.state === 'failed') return { type: 'done' }
  const record = () => inEngine((tx) => recordProviderRefund({ tx, ...system }, { ...known.payment, observed: observation }))
  const recorded = await record()
  if (!recorded.early) return { type: 'done', notice: recorded.notice }
  // What is refunded was collected: it is settled first, should its own news be late or lost.
  await look(provider, known.payment)
  const { early, notice } = await record()
  return { type: early ? 'busy' : 'done', notice }
}

async function isOurs(refundId: string): Promise<boolean> {
  return isId('re', refundId) && (await inEngine((tx) => tx.$count(refunds, eq(refunds.id, refundId)))) > 0
}

/** A payment that no invoice of ours knows: asked for last, once it cannot be one whose reference is on its way to us. */
export async function keepOrphan(provider: PaymentProvider, providerRef: string): Promise<Effect> {
  const facts = await provider.describePayment(providerRef)
  const notice = facts && (await inEngine((tx) => keepOrphanPayment({ tx, ...system }, { providerRef, facts })))
  return notice === null ? { type: 'unknown' } : { type: 'done', notice }
}
