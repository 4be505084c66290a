import { createHash } from 'node:crypto'
import { desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { catalogVersions } from '../../../db/schema'
import { systemClock } from '../../time'
import { type ProductInput, parseProduct } from '../catalog/document'
import { shippedProducts } from '../catalog/shipped'
import { lockCatalog } from './store/catalog'
import { recordNotice } from './store/notices'

export type Publication = { product: string; result: 'published' | 'unchanged' | 'ignored'; version: number }

/**
 * Publishes the shipped product files at start (G13): a file's content that was never published becomes the next version,
 * for renewals too; a product whose versions come from the interface is left alone. So a restart never changes prices back.
 */
export function publishShippedProducts(tx: Transaction): Promise<Publication[]> {
  return publishFiles(tx, shippedProducts)
}

/** As above, of other files. */
export async function publishFiles(tx: Transaction, files: readonly ProductInput[]): Promise<Publication[]> {
  await lockCatalog(tx)
  const publications: Publication[] = []
  for (const document of files) {
    const versions = await tx
      .select({ version: catalogVersions.version, hash: catalogVersions.contentHash, source: catalogVersions.source })
      .from(catalogVersions)
      .where(eq(catalogVersions.product, document.id))
      .orderBy(desc(catalogVersions.version))
    const newest = versions[0]?.version ?? 0
    const contentHash = createHash('sha256').update(JSON.stringify(document)).digest('hex')
    if (versions.some((one) => one.hash === contentHash)) publications.push({ product: document.id, result: 'unchanged', version: newest })
    else if (versions.some((one) => one.source === 'api')) {
      publications.push({ product: document.id, result: 'ignored', version: newest })
      await recordNotice(tx, {
        organizationId: null,
        kind: 'product_file_ignored',
        fact: `file:${document.id}:${contentHash}`,
        target: document.id,
        detail: String(newest),
      })
    } else {
      const version = newest + 1
      const parsed = parseProduct(document, version)
      if (!parsed.ok) throw new Error(`the shipped product ${document.id} is not valid: ${JSON.stringify(parsed.error)}`)
      const publishedAt = systemClock.now()
      // The first version is in effect since ever, so that an organization on a test clock in the past finds it.
      const effectiveAt = version === 1 ? publishedAt.subtract({ hours: 24 * 365 * 50 }) : publishedAt
      await tx
        .insert(catalogVersions)
        .values({ product: document.id, version, document, contentHash, source: 'file', applies: 'next_renewal', effectiveAt, publishedAt })
      publications.push({ product: document.id, result: 'published', version })
    }
  }
  return publications
}
