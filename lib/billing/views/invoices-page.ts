import { asc, desc, eq, sql } from 'drizzle-orm'
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
  const { products, years } = await readChoices(tx, organizationId)
  return {
    documents: shown,
    next: found.length > limit ? (shown.at(-1)?.id ?? null) : null,
    credit: await getCreditBalance(tx, organizationId),
    products,
    years,
  }
}

/** In one statement: the years from the first document to the last, each at one end of the index of issue, and what was ever subscribed to. */
async function readChoices(tx: Transaction, organizationId: OrganizationId): Promise<Pick<InvoicesPageView, 'products' | 'years'>> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return { products: [], years: [] }
  const issued = (direction: 'asc' | 'desc') => {
    const order = { asc, desc }[direction](documents.issuedAt)
    return tx
      .select({ year: sql`extract(year from ${documents.issuedAt} at time zone 'UTC')::int` })
      .from(documents)
      .where(eq(documents.organizationId, organizationId))
      .orderBy(order)
      .limit(1)
  }
  const subscribed = tx.selectDistinct({ product: subscriptions.product }).from(subscriptions).where(eq(subscriptions.organizationId, organizationId))
  const [choices] = await tx
    .select({
      first: sql<number | null>`(${issued('asc')})`,
      last: sql<number | null>`(${issued('desc')})`,
      products: sql<string[]>`array(${subscribed})`,
    })
    .from(sql`(values (1)) as once`)
  const catalog = await loadCatalog(tx, here.now)
  const { first = null, last = null, products = [] } = choices ?? {}
  return {
    // As the catalog calls them now; one that is sold no more goes by its id.
    products: products
      .map((id) => ({ id, name: catalog.find((product) => product.id === id)?.name ?? id }))
      .sort((one, other) => one.name.localeCompare(other.name)),
    years: first === null || last === null ? [] : Array.from({ length: last - first + 1 }, (_, back) => last - back),
  }
}
