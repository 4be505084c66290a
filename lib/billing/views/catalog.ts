import type { Transaction } from '../../../db/client'
import type { Instant } from '../../time'
import { type ProductDocument, printProduct } from '../catalog/document'
import { loadCatalog } from '../commands/store/catalog'

/** What is sold at an instant: the newest version in effect of each product, as a document. */
export async function listProducts(tx: Transaction, now: Instant): Promise<ProductDocument[]> {
  return (await loadCatalog(tx, now)).map(printProduct)
}
