import { desc } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type BooksDifference, booksRuns } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { type Instant, systemClock } from '../../time'
import { findDifferences } from '../commands/store/books'

export type BooksView = {
  balanced: boolean
  asOf: Instant
  /** Ledger postings that were added up. */
  entries: number
  organizations: number
  differences: BooksDifference[]
}

/** The last full run; null before the first one (G87). */
export async function getBooks(tx: Transaction): Promise<BooksView | null> {
  const [run] = await tx.select().from(booksRuns).orderBy(desc(booksRuns.asOf)).limit(1)
  return run
    ? { balanced: run.differences.length === 0, asOf: run.asOf, entries: run.entries, organizations: run.organizations, differences: run.differences }
    : null
}

/** One organization, added up now. */
export async function getOrganizationBooks(tx: Transaction, organizationId: OrganizationId): Promise<Omit<BooksView, 'entries' | 'organizations'>> {
  const differences = await findDifferences(tx, [organizationId])
  return { balanced: differences.length === 0, asOf: systemClock.now(), differences }
}
