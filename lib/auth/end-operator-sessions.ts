import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { operatorSessions, operators, operatorVisits } from '../../db/schema'
import type { OperatorId } from '../ids'
import { systemClock } from '../time'

/**
 * And the visits in them. One that is being begun waits for the operator's row, and is not begun by what was shown before.
 *
 * @returns Of the sessions that count from now on.
 */
export async function endOperatorSessions(tx: Transaction, id: OperatorId): Promise<number> {
  const [raised] = await tx
    .update(operators)
    .set({ sessionVersion: sql`${operators.sessionVersion} + 1` })
    .where(eq(operators.id, id))
    .returning({ sessionVersion: operators.sessionVersion })
  if (!raised) throw new Error('sessions lost their operator')
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
  return raised.sessionVersion
}
