import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { ledgerPostings, payments } from '@/db/schema'
import type { OrganizationId } from '../../ids'
import { type MinorUnits, minor, minorFromExact } from '../../money'
import type { Stage } from './stage'

/** What the ledger says an organization has paid. */
export async function ledgerCash(organizationId: OrganizationId): Promise<MinorUnits> {
  const rows = await inEngine((tx) =>
    tx
      .select({ amount: ledgerPostings.amount, currency: ledgerPostings.currency })
      .from(ledgerPostings)
      .where(and(eq(ledgerPostings.organizationId, organizationId), eq(ledgerPostings.account, 'cash'))),
  )
  return minor(rows.reduce((total, { amount, currency }) => total + minorFromExact(amount, currency), 0n))
}

export type Charge = Awaited<ReturnType<Stage['payments']['stripe']['charges']['list']>>['data'][number]

/** What charges have brought, less what was refunded and what a bank has taken back for good (G80). */
export async function keptAtProvider(
  { payments: { stripe } }: { payments: Pick<Stage['payments'], 'stripe'> },
  charges: readonly Charge[],
): Promise<MinorUnits> {
  const disputed = charges.filter((charge) => charge.disputed)
  const lists = await Promise.all(disputed.map((charge) => stripe.disputes.list({ charge: charge.id, limit: 100 })))
  const lost = lists.flatMap(({ data }) => data).filter(({ status }) => status === 'lost')
  const collected = charges.reduce((total, charge) => total + BigInt(charge.amount_captured - charge.amount_refunded), 0n)
  return minor(lost.reduce((left, { amount }) => left - BigInt(amount), collected))
}

/** What of it came past the provider: invoices that were marked paid by a bank transfer (T13). */
export async function cashByTransfer(organizationId: OrganizationId): Promise<bigint> {
  const rows = await inEngine((tx) => tx.select().from(payments).where(eq(payments.organizationId, organizationId)))
  return rows.reduce((total, { bankReference, state, amount }) => total + (bankReference !== null && state === 'collected' ? amount : 0n), 0n)
}
