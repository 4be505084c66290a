import { type Id, isId } from '../ids'
import { Halt, invalidRequest } from './answer'
import { LIMIT_DEFAULT } from './fields'

export type Page<Prefix extends string> = { limit: number; before?: Id<Prefix> }

/** Opaque to callers, so that what a list is ordered by may change. */
function writeCursor(id: string): string {
  return Buffer.from(`after ${id}`).toString('base64url')
}

/** @throws Halt with 422 where the cursor is not one of this list. */
export function readPage<Prefix extends string>(prefix: Prefix, query: { limit?: number | undefined; cursor?: string | undefined }): Page<Prefix> {
  const limit = query.limit ?? LIMIT_DEFAULT
  if (query.cursor === undefined) return { limit }
  const id = /^after (.+)$/.exec(Buffer.from(query.cursor, 'base64url').toString())?.[1]
  if (id === undefined || !isId(prefix, id) || writeCursor(id) !== query.cursor) {
    throw new Halt(invalidRequest([{ path: 'cursor', message: 'is not a cursor of this list; leave it out to begin at the newest' }]))
  }
  return { limit, before: id }
}

/** One item more than the page was read: where it is there, so is a next page. */
export function listAnswer<Item extends { id: string }, Shown>(
  items: readonly Item[],
  { limit }: { limit: number },
  show: (item: Item) => Shown,
): { data: Shown[]; next_cursor: string | null } {
  const shown = items.slice(0, limit)
  const last = shown.at(-1)
  return { data: shown.map(show), next_cursor: items.length > limit && last ? writeCursor(last.id) : null }
}

/** What to ask a view for: the page and one more. */
export function withLookahead<Prefix extends string>(page: Page<Prefix>): Page<Prefix> {
  return { ...page, limit: page.limit + 1 }
}
