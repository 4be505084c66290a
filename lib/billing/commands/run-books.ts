import { randomUUID } from 'node:crypto'
import { count, desc, inArray, notInArray, sql } from 'drizzle-orm'
import { inEngine, inEngineSnapshot, type Transaction } from '../../../db/client'
import { type BooksDifference, booksRuns, ledgerPostings } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { systemClock } from '../../time'
import { findDifferences, organizationsAfter } from './store/books'
import { seriesAreGapless } from './store/books-documents'

export type BooksRun = typeof booksRuns.$inferSelect

/** Organizations that are added up in one statement. */
const CHUNK = 200
const RUNS_KEPT = 100
/** What a run can tell of; more than this is one fault that shows everywhere. */
const DIFFERENCES_KEPT = 1_000

/** Adds one organization up afresh (G87), in a transaction of one moment; nothing is returned where its books balance. */
export function checkOrganization(tx: Transaction, organizationId: OrganizationId): Promise<BooksDifference[]> {
  return findDifferences(tx, [organizationId])
}

/**
 * Adds everything up afresh, organizations in chunks by key, and keeps the result for the operator and `GET /books`. Each
 * chunk is a transaction of its own, so that a run over millions of rows holds nothing back, and of one moment, so that
 * what is used or paid meanwhile is in all of its sums or in none.
 */
export async function runBooks(): Promise<BooksRun> {
  const run: BooksRun = { id: randomUUID(), asOf: systemClock.now(), entries: 0, organizations: 0, differences: await inEngineSnapshot(checkSeries) }
  let chunk: Chunk = await inEngineSnapshot((tx) => checkChunk(tx, null))
  while (chunk.last) {
    run.organizations += chunk.organizations
    run.entries += chunk.entries
    run.differences = [...run.differences, ...chunk.differences].slice(0, DIFFERENCES_KEPT)
    const after = chunk.last
    chunk = await inEngineSnapshot((tx) => checkChunk(tx, after))
  }
  await inEngine((tx) => keepRun(tx, run))
  return run
}

type Chunk = { last: OrganizationId | null; organizations: number; entries: number; differences: BooksDifference[] }

async function checkChunk(tx: Transaction, after: OrganizationId | null): Promise<Chunk> {
  const ids = await organizationsAfter(tx, after, CHUNK)
  return { last: ids.at(-1) ?? null, organizations: ids.length, entries: await countEntries(tx, ids), differences: await findDifferences(tx, ids) }
}

async function checkSeries(tx: Transaction): Promise<BooksDifference[]> {
  const { rows } = await tx.execute<{ name: string; about: string; expected: string; found: string }>(seriesAreGapless)
  return rows.map(({ name, about, expected, found }) => ({ organization: 'all', check: name, about, expected, found }))
}

async function countEntries(tx: Transaction, ids: readonly OrganizationId[]): Promise<number> {
  if (ids.length === 0) return 0
  const [row] = await tx
    .select({ entries: count() })
    .from(ledgerPostings)
    .where(inArray(ledgerPostings.organizationId, [...ids]))
  return row?.entries ?? 0
}

async function keepRun(tx: Transaction, run: BooksRun): Promise<void> {
  await tx.insert(booksRuns).values(run)
  const kept = tx.select({ id: booksRuns.id }).from(booksRuns).orderBy(desc(booksRuns.asOf), sql`${booksRuns.id} DESC`).limit(RUNS_KEPT)
  await tx.delete(booksRuns).where(notInArray(booksRuns.id, kept))
}
