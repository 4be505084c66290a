import { DOCUMENT_KINDS, DOCUMENT_STATES, type DocumentFilter } from '@/lib/billing/views/document-filter'
import { type DocumentId, isId } from '@/lib/ids'

export type InvoicesQuery = Partial<Record<'state' | 'kind' | 'product' | 'year' | 'before', string | string[]>>

const PRODUCT = /^[a-z0-9-]{1,64}$/
const YEAR = /^(19[7-9]|2\d)\d+$/

/** What the address asks for; what is not understood is as if it were not there. */
export function documentFilter({ state, kind, product, year }: InvoicesQuery): DocumentFilter {
  return {
    state: DOCUMENT_STATES.find((known) => known === state) ?? null,
    kind: DOCUMENT_KINDS.find((known) => known === kind) ?? null,
    product: typeof product === 'string' && PRODUCT.test(product) ? product : null,
    year: typeof year === 'string' && year.length === 4 && YEAR.test(year) ? Number(year) : null,
  }
}

export function documentCursor({ before }: InvoicesQuery): DocumentId | null {
  return typeof before === 'string' && isId('inv', before) ? before : null
}

/** The filter as an address writes it, without what is left open. */
export function filterQuery(filter: DocumentFilter): Record<string, string> {
  return Object.fromEntries(Object.entries(filter).flatMap(([name, value]) => (value === null || value === undefined ? [] : [[name, String(value)]])))
}
