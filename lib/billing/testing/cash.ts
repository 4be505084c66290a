import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { ledgerPostings, payments } from '@/db/schema'
import type { OrganizationId } from '../../ids'
import { type MinorUnits, minor, minorFromExact } from '../../money'

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

/** What of it came past the provider: invoices that were marked paid by a bank transfer (T13). */
export async function cashByTransfer(organizationId: OrganizationId): Promise<bigint> {
  const rows = await inEngine((tx) => tx.select().from(payments).where(eq(payments.organizationId, organizationId)))
  return rows.reduce((total, { bankReference, state, amount }) => total + (bankReference !== null && state === 'collected' ? amount : 0n), 0n)
}
