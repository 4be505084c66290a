import { randomUUID } from 'node:crypto'
import type { Transaction } from '../../../../db/client'
import { ledgerPostings } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import { type Currency, type ExactAmount, exactFromMinor, type MinorUnits } from '../../../money'
import type { Instant } from '../../../time'

type Account = (typeof ledgerPostings.$inferSelect)['account']

export type LedgerEntry = {
  organizationId: OrganizationId
  /** The fact, which posts once: `inv_…:issued`. */
  source: string
  at: Instant
  currency: Currency
  /** Debits positive, credits negative; they add up to zero. Accounts of 0 are left out. */
  postings: Partial<Record<Account, MinorUnits>>
}

/** As `LedgerEntry`, for what is not in whole minor units: credit that was bought and drawn down. */
export type ExactLedgerEntry = Omit<LedgerEntry, 'postings'> & { postings: Partial<Record<Account, ExactAmount>> }

/** Posts facts to the books. The database refuses a transaction that does not add up, and a fact that was posted before. */
export function postLedger(tx: Transaction, entries: readonly LedgerEntry[]): Promise<void> {
  return postExact(
    tx,
    entries.map(({ postings, ...entry }) => ({
      ...entry,
      postings: Object.fromEntries(Object.entries(postings).map(([account, amount]) => [account, exactFromMinor(amount, entry.currency)])),
    })),
  )
}

export async function postExact(tx: Transaction, entries: readonly ExactLedgerEntry[]): Promise<void> {
  const rows = entries.flatMap(({ postings, at, currency, ...fact }) => {
    const transactionId = randomUUID()
    return Object.entries(postings)
      .filter(([, amount]) => amount !== 0n)
      .map(([account, amount]) => ({ ...fact, currency, transactionId, account: account as Account, amount, postedAt: at }))
  })
  if (rows.length > 0) await tx.insert(ledgerPostings).values(rows)
}
