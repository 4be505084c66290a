import { asc, desc, eq, type SQL } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId } from '../../ids'
import type { MinorUnits } from '../../money'
import { loadCatalog } from '../commands/store/catalog'
import { readOrganizationTime } from '../commands/store/organization'
import { getCreditBalance } from './credits'
import type { DocumentFilter } from './document-filter'
import { type DocumentView, listDocuments } from './documents'

export type ProductName = { id: string; name: string }

export type InvoicesPageView = {
  documents: DocumentView[]
  /** The last of them, where more follow. */
  next: DocumentId | null
  /** Below zero: owed. */
  credit: MinorUnits
  /** What may be asked for: products that were ever subscribed to, and the years of documents, newest first. */
  products: ProductName[]
  years: number[]
}

type Asked = { filter: DocumentFilter; before: DocumentId | null; limit: number }

/** The list of documents, by key, with what it can be narrowed by. */
export async function getInvoicesPage(tx: Transaction, organizationId: OrganizationId, { filter, before, limit }: Asked): Promise<InvoicesPageView> {
  const found = await listDocuments(tx, organizationId, { limit: limit + 1, before, filter, withLines: false })
  const shown = found.slice(0, limit)
  return {
    documents: shown,
    next: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
    credit: await getCreditBalance(tx, organizationId),
    products: await listProductNames(tx, organizationId),
    years: await listYears(tx, organizationId),
  }
}

/** As the catalog calls them now; one that is sold no more goes by its id. */
export async function listProductNames(tx: Transaction, organizationId: OrganizationId): Promise<ProductName[]> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return []
  const held = await tx.selectDistinct({ id: subscriptions.product }).from(subscriptions).where(eq(subscriptions.organizationId, organizationId))
  const catalog = await loadCatalog(tx, here.now)
  return held.map(({ id }) => ({ id, name: catalog.find((product) => product.id === id)?.name ?? id })).sort((one, other) => one.name.localeCompare(other.name))
}

/** From the first document to the last: each at one end of the index of issue. */
async function listYears(tx: Transaction, organizationId: OrganizationId): Promise<number[]> {
  const [first] = await issuedFrom(tx, organizationId, asc(documents.issuedAt))
  const [last] = await issuedFrom(tx, organizationId, desc(documents.issuedAt))
  if (!first || !last) return []
  const [from, to] = [first, last].map(({ at }) => at.toZonedDateTimeISO('UTC').year) as [number, number]
  return Array.from({ length: to - from + 1 }, (_, back) => to - back)
}

function issuedFrom(tx: Transaction, organizationId: OrganizationId, order: SQL) {
  return tx.select({ at: documents.issuedAt }).from(documents).where(eq(documents.organizationId, organizationId)).orderBy(order).limit(1)
}
