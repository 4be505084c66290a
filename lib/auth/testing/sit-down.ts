import { eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { operators } from '../../../db/schema'
import type { OperatorId } from '../../ids'
import { openOperatorSession } from '../operator-session'
import type { ShownOperator } from '../operators'

/** As if they had just shown who they are. */
export async function shownOperator(id: OperatorId): Promise<ShownOperator> {
  const { email, role, sessionVersion } = operators
  const [found] = await inEngine((tx) => tx.select({ id: operators.id, email, role, sessionVersion }).from(operators).where(eq(operators.id, id)))
  if (!found) throw new Error('there is no such operator')
  return found
}

/** A session at the desk, as after every step of signing in. */
export async function sitDown(id: OperatorId): Promise<string> {
  const token = await openOperatorSession(await shownOperator(id), { passedCode: true })
  if (token === null) throw new Error('the operator was removed')
  return token
}
