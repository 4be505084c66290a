import { eq } from 'drizzle-orm'
import { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine, type Transaction } from '../../../db/client'
import { documents } from '../../../db/schema'
import { type DocumentId, newId, type OrganizationId } from '../../ids'
import { minor } from '../../money'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import type { DocumentFilter } from './document-filter'
import { listDocuments } from './documents'
import { getInvoicesPage } from './invoices-page'

const stage = setStage()
const MANY = 10_000
const PAGE = 20
/** What a page may read of the documents: its own rows, and a few to find them by. */
const FEW = 5 * PAGE

let life: Scenario
let ids: DocumentId[]
beforeAll(async () => {
  life = await scenario(stage)
  ids = await inEngine((tx) => growOld(tx, life.organizationId))
  const owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query('analyze documents')
  await owner.end()
})

/** A history of renewals, paid each, with a handful of everything else far back in it. */
async function growOld(tx: Transaction, organizationId: OrganizationId): Promise<DocumentId[]> {
  const [model] = await tx.select().from(documents).where(eq(documents.organizationId, organizationId))
  if (!model) throw new Error('there is no document to copy')
  const unusual = [
    { kind: 'change' as const },
    { series: 'credit_note' as const, total: minor(-5), amountDue: minor(0), creditApplied: minor(0) },
    { status: 'void' as const },
    { status: 'open' as const },
    { amountRefunded: minor(1) },
  ]
  const copies = Array.from({ length: MANY }, (_, index) => ({
    ...model,
    ...unusual[index - MANY / 2],
    id: newId('inv'),
    number: BigInt(1_000_000 + index),
    early: true,
    issuedAt: model.issuedAt.add({ hours: 24 * Math.floor(index / 5) }),
  }))
  for (let start = 0; start < MANY; start += 1_000) await tx.insert(documents).values(copies.slice(start, start + 1_000))
  return copies.map(({ id }) => id)
}

/** How many rows of `documents` a piece of work has fetched. */
async function rowsRead(work: (tx: Transaction) => Promise<unknown>): Promise<number> {
  return inEngine(async (tx) => {
    await work(tx)
    const { rows } = await tx.execute<{ read: string }>(
      "select (seq_tup_read + coalesce(idx_tup_fetch, 0))::text as read from pg_stat_xact_user_tables where relname = 'documents'",
    )
    return Number(rows[0]?.read)
  })
}

describe(`among ${MANY} documents`, () => {
  it.each([
    { place: 'first', before: () => null },
    { place: 'middle', before: () => ids[MANY / 2] ?? null },
    { place: 'last', before: () => ids[PAGE] ?? null },
  ])('the $place page reads little more than its own', async ({ before }) => {
    expect(await rowsRead((tx) => listDocuments(tx, life.organizationId, { limit: PAGE + 1, before: before() }))).toBeLessThanOrEqual(FEW)
  })

  it.each<{ filter: DocumentFilter; found: number }>([
    { filter: { kind: 'change' }, found: 1 },
    { filter: { kind: 'credit_note' }, found: 1 },
    { filter: { state: 'void' }, found: 1 },
    { filter: { state: 'open' }, found: 1 },
    { filter: { state: 'refunded' }, found: 1 },
    { filter: { kind: 'purchase' }, found: 0 },
    { filter: { year: 1999 }, found: 0 },
    { filter: { product: 'screenshots' }, found: 0 },
    { filter: { product: 'api-calls', state: 'void' }, found: 1 },
  ])('what is rare is found without reading the rest: $filter', async ({ filter, found }) => {
    const read = await rowsRead(async (tx) => {
      expect(await listDocuments(tx, life.organizationId, { limit: PAGE + 1, filter })).toHaveLength(found)
    })
    expect(read).toBeLessThanOrEqual(FEW)
  })

  it('the page with its years and products reads little more than its list', async () => {
    expect(await rowsRead((tx) => getInvoicesPage(tx, life.organizationId, { filter: {}, before: null, limit: PAGE }))).toBeLessThanOrEqual(FEW)
  })
})
