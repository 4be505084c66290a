import { and, desc, eq, inArray, lte, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { catalogVersions } from '../../../../db/schema'
import type { Instant } from '../../../time'
import { parseProduct } from '../../catalog/document'
import type { Product } from '../../core/catalog'

/** Versions never change (G13), so a parsed one is kept for good; there are few. */
const parsed = new Map<string, Product>()

type Stored = Pick<typeof catalogVersions.$inferSelect, 'product' | 'version' | 'document' | 'contentHash'>

function read(row: Stored): Product {
  const key = `${row.product}@${row.version}#${row.contentHash}`
  const known = parsed.get(key)
  if (known) return known
  const product = parseProduct(row.document, row.version)
  if (!product.ok) throw new Error(`catalog ${row.product}@${row.version} is not readable: ${JSON.stringify(product.error)}`)
  parsed.set(key, product.value)
  return product.value
}

export type ProductVersion = { product: string; version: number }

const versionKey = (of: ProductVersion) => `${of.product}@${of.version}`

/** Products by exact version, in one statement. */
export async function loadProducts(tx: Transaction, wanted: readonly ProductVersion[]): Promise<(of: ProductVersion) => Product> {
  const names = [...new Set(wanted.map((one) => one.product))]
  const versions = [...new Set(wanted.map((one) => one.version))]
  const rows =
    names.length === 0
      ? []
      : await tx
          .select()
          .from(catalogVersions)
          .where(and(inArray(catalogVersions.product, names), inArray(catalogVersions.version, versions)))
  const byKey = new Map(rows.map((row) => [versionKey(row), row]))
  return (of) => {
    const row = byKey.get(versionKey(of))
    if (!row) throw new Error(`catalog ${versionKey(of)} is not published`)
    return read(row)
  }
}

/** The newest version in effect of each product, newest products last by name. */
export async function loadCatalog(tx: Transaction, now: Instant): Promise<Product[]> {
  const rows = await tx
    .selectDistinctOn([catalogVersions.product])
    .from(catalogVersions)
    .where(lte(catalogVersions.effectiveAt, now))
    .orderBy(catalogVersions.product, desc(catalogVersions.version))
  return rows.map(read)
}

/** What is sold of one product now; null where there is no such product. */
export async function loadNewestProduct(tx: Transaction, product: string, now: Instant): Promise<Product | null> {
  const [row] = await tx
    .select()
    .from(catalogVersions)
    .where(and(eq(catalogVersions.product, product), lte(catalogVersions.effectiveAt, now)))
    .orderBy(desc(catalogVersions.version))
    .limit(1)
  return row ? read(row) : null
}

/**
 * Versions that running subscriptions move to at their renewal: the newest in effect that applies to them (G13). One that
 * was published for new subscriptions only is not.
 */
export async function loadRenewalProducts(tx: Transaction, products: readonly string[]): Promise<(product: string, held: number, at: Instant) => Product> {
  const rows =
    products.length === 0
      ? []
      : await tx
          .select()
          .from(catalogVersions)
          .where(inArray(catalogVersions.product, [...new Set(products)]))
          .orderBy(sql`${catalogVersions.version} desc`)
  return (product, held, at) => {
    const row = rows.find(
      (one) =>
        one.product === product &&
        (one.version === held || (one.version > held && one.applies === 'next_renewal' && one.effectiveAt.epochMilliseconds <= at.epochMilliseconds)),
    )
    if (!row) throw new Error(`catalog ${product}@${held} is not published`)
    return read(row)
  }
}
