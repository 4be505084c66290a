import { eq, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { payments, refunds } from '../../../db/schema'
import type { PaymentProvider } from '../../payments/port'
import { findPaymentByReference } from '../commands/payment-steps'
import { keepOrphanPayment, recordProviderRefund } from '../commands/record-provider-money'
import { settleDispute } from '../commands/settle-dispute'
import { readRefundBack } from './refund'

/** What became of a notification: `unknown` where it is about nothing of ours, yet; `busy` where its payment is being worked on. */
export type Effect = { type: 'done' | 'ignored' | 'unknown' | 'busy'; notice?: string | null }

const system = { actor: 'system' } as const

/** A dispute is read back and settled; one that overtakes the news of its own payment waits for it. */
export async function settleDisputed(provider: PaymentProvider, disputeRef: string): Promise<Effect> {
  const observed = await provider.readDispute(disputeRef)
  const providerRef = observed?.providerRef ?? null
  const key = providerRef === null ? null : await inEngine((tx) => findPaymentByReference(tx, providerRef))
  if (!observed || !key) return { type: 'unknown' }
  const { early, notice } = await inEngine((tx) => settleDispute({ tx, ...system }, { ...key, observed }))
  return { type: early ? 'busy' : 'done', notice }
}

/**
 * By its own reference, or, where our call's answer was lost, as one of those that are under way for its payment; else one
 * that somebody made at the provider.
 */
export async function settleRefunded(provider: PaymentProvider, refundRef: string, providerRef: string | null): Promise<Effect> {
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
  return recordForeignRefund(provider, refundRef)
}

async function recordForeignRefund(provider: PaymentProvider, refundRef: string): Promise<Effect> {
  const facts = await provider.describeRefund(refundRef)
  if (!facts) return { type: 'unknown' }
  const { refundId, providerRef, observation } = facts
  const key = providerRef === null ? null : await inEngine((tx) => findPaymentByReference(tx, providerRef))
  // One of ours whose row has not heard of it yet, or of a payment that is not ours.
  if (refundId !== null || !key) return { type: 'unknown' }
  if (observation.state === 'pending') return { type: 'busy' }
  if (observation.state === 'failed') return { type: 'done' }
  return { type: 'done', notice: await inEngine((tx) => recordProviderRefund({ tx, ...system }, { ...key, observed: observation })) }
}

/** A payment that no invoice of ours knows: asked for last, once it cannot be one whose reference is on its way to us. */
export async function keepOrphan(provider: PaymentProvider, providerRef: string): Promise<Effect> {
  const facts = await provider.describePayment(providerRef)
  const notice = facts && (await inEngine((tx) => keepOrphanPayment({ tx, ...system }, { providerRef, facts })))
  return notice === null ? { type: 'unknown' } : { type: 'done', notice }
}
