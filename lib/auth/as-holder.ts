import { inEngine, inWeb, type Transaction } from '../../db/client'
import type { HolderId } from './holder'

/** People as pages see them, each themselves alone; operators as the desk does. */
export function asHolder<Value>(holder: HolderId, work: (tx: Transaction) => Promise<Value>): Promise<Value> {
  return holder.kind === 'person' ? inWeb({ userId: holder.id }, work) : inEngine(work)
}
