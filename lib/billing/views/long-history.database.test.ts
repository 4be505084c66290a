import { eq } from 'drizzle-orm'
import { Client } from 'pg'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine, type Transaction } from '../../../db/client'
import { documents, payments } from '../../../db/schema'
import { rowsRead } from '../../../db/testing-rows-read'
import { type DocumentId, newId, type OrganizationId, type PaymentId } from '../../ids'
import { minor } from '../../money'
import { findLastPurchase } from '../commands/store/last-purchase'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { listDeskPayments } from './desk-organization'
import type { DocumentFilter } from './document-filter'
import { listDocuments } from './documents'
import { getInvoicesPage } from './invoices-page'

const stage = setStage()
const MANY = 10_000
const TABLES = ['documents', 'payments']
const PAGE = 20
/** What a page may read of the documents: its own rows, and a few to find them by. */
const FEW = 5 * PAGE

let life: Scenario
let ids: { documents: DocumentId[]; payments: PaymentId[] }
beforeAll(async () => {
  life = await scenario(stage)
  ids = await inEngine((tx) => growOld(tx, life.organizationId))
  // Somebody else has as many, which are all newer.
  const other = await scenario(stage)
  await inEngine((tx) => growOld(tx, other.organizationId, 2))
  const owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query('analyze documents, payments')
  await owner.end()
})

/** A history of renewals, a payment each, with a handful of everything else far back in it. */
async function growOld(tx: Transaction, organizationId: OrganizationId, nth = 1): Promise<typeof ids> {
  const [model] = await tx.select().from(documents).where(eq(documents.organizationId, organizationId))
  const [paid] = await tx.select().from(payments).where(eq(payments.organizationId, organizationId))
  if (!model || !paid) throw new Error('there is no document to copy')
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
    number: BigInt(nth * 1_000_000 + index),
    early: true,
    issuedAt: model.issuedAt.add({ hours: 24 * Math.floor(index / 5) }),
  }))
  const ofThem = copies.map(({ id }) => ({ ...paid, id: newId('pay'), documentId: id, providerRef: null }))
  for (let start = 0; start < MANY; start += 1_000) {
    await tx.insert(documents).values(copies.slice(start, start + 1_000))
    await tx.insert(payments).values(ofThem.slice(start, start + 1_000))
  }
  return { documents: copies.map(({ id }) => id), payments: ofThem.map(({ id }) => id) }
}

describe(`among ${MANY} documents`, () => {
  it.each([
    { place: 'first', before: () => null },
    { place: 'middle', before: () => ids.documents[MANY / 2] ?? null },
    { place: 'last', before: () => ids.documents[PAGE] ?? null },
  ])('the $place page reads little more than its own', async ({ before }) => {
    expect(await rowsRead(TABLES, (tx) => listDocuments(tx, life.organizationId, { limit: PAGE + 1, before: before() }))).toBeLessThanOrEqual(FEW)
  })

  it.each([
    { place: 'first', at: () => undefined },
    { place: 'middle', at: () => ids.payments[MANY / 2] },
  ])('the $place page of payments reads little more than its own', async ({ at }) => {
    const page = { limit: PAGE, before: at() }
    expect(await rowsRead(TABLES, (tx) => listDeskPayments(tx, life.organizationId, page))).toBeLessThanOrEqual(FEW)
  })

  it('what there is none of is not looked for among them', async () => {
    expect(await rowsRead(TABLES, (tx) => findLastPurchase(tx, life.organizationId))).toBeLessThanOrEqual(FEW)
  })

  it.each<{ filter: DocumentFilter; found: number }>([
    { filter: { kind: 'renewal', state: 'paid' }, found: PAGE + 1 },
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
    const read = await rowsRead(TABLES, async (tx) => {
      expect(await listDocuments(tx, life.organizationId, { limit: PAGE + 1, filter })).toHaveLength(found)
    })
    expect(read).toBeLessThanOrEqual(FEW)
  })

  it('the page with its years and products reads little more than its list', async () => {
    expect(await rowsRead(TABLES, (tx) => getInvoicesPage(tx, life.organizationId, { filter: {}, before: null, limit: PAGE }))).toBeLessThanOrEqual(FEW)
  })
})
