import { and, asc, desc, eq, inArray, lte, type SQL } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { catalogVersions } from '../../../../db/schema'
import { isSnapshot, once } from '../../../../db/snapshot'
import { type Instant, isBefore } from '../../../time'
import { parseProduct } from '../../catalog/document'
import type { Product } from '../../core/catalog'

/** A version without its document, which is long and never changes. */
type Version = Pick<typeof catalogVersions.$inferSelect, 'product' | 'version' | 'contentHash' | 'applies' | 'effectiveAt'>

/** Versions never change (G13), so a parsed one is kept for good; there are few. */
const parsed = new Map<string, Product>()

const contentKey = ({ product, version, contentHash }: Pick<Version, 'product' | 'version' | 'contentHash'>) => `${product}@${version}#${contentHash}`

function read(version: Version): Product {
  const product = parsed.get(contentKey(version))
  if (!product) throw new Error(`catalog ${contentKey(version)} was not parsed`)
  return product
}

/** Parses the documents of those versions that this process meets for the first time. */
async function parseVersions(tx: Transaction, versions: readonly Version[]): Promise<void> {
  const unknown = versions.filter((version) => !parsed.has(contentKey(version)))
  if (unknown.length === 0) return
  const { product, version, contentHash, document } = catalogVersions
  const rows = await tx
    .select({ product, version, contentHash, document })
    .from(catalogVersions)
    .where(and(inArray(product, [...new Set(unknown.map((one) => one.product))]), inArray(version, [...new Set(unknown.map((one) => one.version))])))
  for (const row of rows) {
    const read = parseProduct(row.document, row.version)
    if (!read.ok) throw new Error(`catalog ${versionKey(row)} is not readable: ${JSON.stringify(read.error)}`)
    parsed.set(contentKey(row), read.value)
  }
}

/** By product, the newest version first. A snapshot reads all of them, once, because each part of a page needs some. */
async function listVersions(tx: Transaction, where?: SQL): Promise<Version[]> {
  const { product, version, contentHash, applies, effectiveAt } = catalogVersions
  const select = async (which?: SQL) =>
    tx.select({ product, version, contentHash, applies, effectiveAt }).from(catalogVersions).where(which).orderBy(asc(product), desc(version))
  return isSnapshot(tx) ? once(tx, 'catalog versions', () => select()) : select(where)
}

export type ProductVersion = { product: string; version: number }

const versionKey = (of: ProductVersion) => `${of.product}@${of.version}`

/** Products by exact version, in one statement. */
export async function loadProducts(tx: Transaction, wanted: readonly ProductVersion[]): Promise<(of: ProductVersion) => Product> {
  const names = [...new Set(wanted.map((one) => one.product))]
  const numbers = [...new Set(wanted.map((one) => one.version))]
  const listed = names.length === 0 ? [] : await listVersions(tx, and(inArray(catalogVersions.product, names), inArray(catalogVersions.version, numbers)))
  const keys = new Set(wanted.map(versionKey))
  const versions = new Map(listed.filter((one) => keys.has(versionKey(one))).map((one) => [versionKey(one), one]))
  await parseVersions(tx, [...versions.values()])
  return (of) => {
    const version = versions.get(versionKey(of))
    if (!version) throw new Error(`catalog ${versionKey(of)} is not published`)
    return read(version)
  }
}

/** The newest version in effect of each product, by name of the product. */
export async function loadCatalog(tx: Transaction, now: Instant): Promise<Product[]> {
  const inEffect = (await listVersions(tx, lte(catalogVersions.effectiveAt, now))).filter((one) => !isBefore(now, one.effectiveAt))
  const newest = inEffect.filter((one, index) => one.product !== inEffect[index - 1]?.product)
  await parseVersions(tx, newest)
  return newest.map(read)
}

/** What is sold of one product now; null where there is no such product. */
export async function loadNewestProduct(tx: Transaction, product: string, now: Instant): Promise<Product | null> {
  const versions = await listVersions(tx, eq(catalogVersions.product, product))
  const newest = versions.find((one) => one.product === product && !isBefore(now, one.effectiveAt))
  if (!newest) return null
  await parseVersions(tx, [newest])
  return read(newest)
}

/**
 * Versions that running subscriptions move to at their renewal: the newest in effect that applies to them (G13). One that
 * was published for new subscriptions only is not.
 */
export async function loadRenewalProducts(tx: Transaction, products: readonly string[]): Promise<(product: string, held: number, at: Instant) => Product> {
  const names = [...new Set(products)]
  const versions = names.length === 0 ? [] : (await listVersions(tx, inArray(catalogVersions.product, names))).filter((one) => names.includes(one.product))
  await parseVersions(tx, versions)
  return (product, held, at) => {
    const version = versions.find(
      (one) => one.product === product && (one.version === held || (one.version > held && one.applies === 'next_renewal' && !isBefore(at, one.effectiveAt))),
    )
    if (!version) throw new Error(`catalog ${product}@${held} is not published`)
    return read(version)
  }
}
