import type { OperatorId } from '../../ids'
import { openOperatorSession } from '../operator-session'

/** A session at the desk, as after every step of signing in. */
export async function sitDown(operatorId: OperatorId): Promise<string> {
  const token = await openOperatorSession(operatorId, { passedCode: true })
  if (token === null) throw new Error('there is no such operator')
  return token
}
