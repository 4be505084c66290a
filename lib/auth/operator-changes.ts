import { desc, eq } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { operatorChanges } from '../../db/schema'
import type { OperatorId } from '../ids'
import type { Instant } from '../time'

const SHOWN = 20

export type OperatorChange = { id: string; at: Instant; actor: string; action: (typeof operatorChanges.$inferSelect)['action'] }

/** What changed about how an operator signs in, newest first: where it was not them, they see it here. */
export function listOperatorChanges(tx: Transaction, operatorId: OperatorId): Promise<OperatorChange[]> {
  const { id, at, actor, action } = operatorChanges
  return tx.select({ id, at, actor, action }).from(operatorChanges).where(eq(operatorChanges.operatorId, operatorId)).orderBy(desc(id)).limit(SHOWN)
}
