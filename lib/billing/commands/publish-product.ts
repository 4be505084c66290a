import { createHash } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { catalogVersions } from '../../../db/schema'
import { ok, type Result, refuse } from '../../result'
import { type Instant, systemClock } from '../../time'
import { type DocumentMistake, type ProductDocument, parseProduct, printProduct } from '../catalog/document'
import type { CommandContext } from '../context'
import type { Product } from '../core/catalog'
import { lockCatalog } from './store/catalog'

export type PublishProduct = {
  document: ProductDocument
  applies: 'new_subscriptions' | 'next_renewal'
  /** Null: from its publication on, and for whoever lives on a test clock at once. */
  effectiveAt: Instant | null
}

export type PublishedProduct = { product: ProductDocument; version: number; applies: PublishProduct['applies']; effectiveAt: Instant; publishedAt: Instant }

export type PublishProductRefusal = { code: 'invalid_product'; mistakes: DocumentMistake[] }

/**
 * Publishes a document as the next version of its product (G13): whatever runs finds it with its next question, and no
 * file changes the product at a start any more. Nobody's running terms change: they move at their renewal, or never.
 */
export async function publishProduct({ tx }: CommandContext, input: PublishProduct): Promise<Result<PublishedProduct, PublishProductRefusal>> {
  await lockCatalog(tx)
  const { version: _, ...document } = input.document // Numbered here, whatever the document that was taken as a model says.
  const before = await newestVersion(tx, document.id)
  const version = (before?.version ?? 0) + 1
  const parsed = parseProduct(document, version)
  if (!parsed.ok) return refuse({ code: 'invalid_product', mistakes: parsed.error })
  const mistakes = [...(before ? breaksWith(before, parsed.value) : []), ...(await takenMeters(tx, parsed.value))]
  if (mistakes.length > 0) return refuse({ code: 'invalid_product', mistakes })

  const publishedAt = systemClock.now()
  const effectiveAt = input.effectiveAt ?? publishedAt
  const product = printProduct(parsed.value)
  const contentHash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
  await tx
    .insert(catalogVersions)
    .values({ product: document.id, version, document: product, contentHash, source: 'api', applies: input.applies, effectiveAt, publishedAt })
  return ok({ product, version, applies: input.applies, effectiveAt, publishedAt })
}

async function newestVersion(tx: Transaction, id: string): Promise<Product | null> {
  const [newest] = await tx.select().from(catalogVersions).where(eq(catalogVersions.product, id)).orderBy(desc(catalogVersions.version)).limit(1)
  if (!newest) return null
  const parsed = parseProduct(newest.document, newest.version)
  if (!parsed.ok) throw new Error(`catalog ${id}@${newest.version} is not readable: ${JSON.stringify(parsed.error)}`)
  return parsed.value
}

/** What a newer version may not change: those who hold an older one move to it at their renewal, with their money and their counters. */
function breaksWith(before: Product, next: Product): DocumentMistake[] {
  const removed = before.meters.filter(({ id }) => !next.meters.some((meter) => meter.id === id))
  return [
    ...(before.currency === next.currency ? [] : [{ path: 'currency', message: `must stay "${before.currency}": the product is sold in it` }]),
    ...removed.map(({ id }) => ({ path: 'meters', message: `must keep "${id}": usage is booked on it` })),
  ]
}

/** An event names its meter and no product, so a meter is one product's (G2). */
async function takenMeters(tx: Transaction, product: Product): Promise<DocumentMistake[]> {
  const owners = await meterOwners(tx)
  return product.meters.flatMap(({ id }, index) => {
    const owner = owners.get(id)
    return owner === undefined || owner === product.id ? [] : [{ path: `meters.${index}.id`, message: `"${id}" is a meter of the product "${owner}"` }]
  })
}

async function meterOwners(tx: Transaction): Promise<Map<string, string>> {
  const rows = await tx
    .selectDistinctOn([catalogVersions.product], { product: catalogVersions.product, document: catalogVersions.document })
    .from(catalogVersions)
    .orderBy(catalogVersions.product, desc(catalogVersions.version))
  return new Map(rows.flatMap(({ product, document }) => (document as { meters?: { id: string }[] }).meters?.map(({ id }) => [id, product] as const) ?? []))
}
