import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { operatorSessions, operators, operatorVisits } from '../../db/schema'
import type { OperatorId } from '../ids'
import { systemClock } from '../time'

/** And the visits in them. One that is being begun waits for the operator's row, and is begun as what has changed then asks. */
export async function endOperatorSessions(tx: Transaction, id: OperatorId): Promise<void> {
  await tx.select({ id: operators.id }).from(operators).where(eq(operators.id, id)).for('update')
  const endedAt = systemClock.now()
  const ended = tx.$with('ended').as(
    tx
      .update(operatorSessions)
      .set({ endedAt })
      .where(and(eq(operatorSessions.operatorId, id), isNull(operatorSessions.endedAt)))
      .returning({ hash: operatorSessions.tokenHash }),
  )
  await tx
    .with(ended)
    .update(operatorVisits)
    .set({ endedAt })
    .where(and(isNull(operatorVisits.endedAt), sql`${operatorVisits.sessionHash} in (select token_hash from ended)`))
}
