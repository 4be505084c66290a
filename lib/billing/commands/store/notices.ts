import type { Transaction } from '../../../../db/client'
import { operatorNotices } from '../../../../db/schema'
import { newId, type OrganizationId } from '../../../ids'
import type { MinorUnits } from '../../../money'
import { systemClock } from '../../../time'

export type Notice = {
  /** Null: about the installation. */
  organizationId: OrganizationId | null
  kind: (typeof operatorNotices.$inferSelect)['kind']
  /** What it tells of, so that it is told once. */
  fact: string
  /** The id of what it is about. */
  target?: string
  amount?: MinorUnits
  currency?: string
  /** The provider's own word or reference. */
  detail?: string
}

/** For the operator to read and to decide about (G13, G80); in the transaction of what it tells of. False: it was told before. */
export async function recordNotice(tx: Transaction, { amount, ...notice }: Notice): Promise<boolean> {
  const recorded = await tx
    .insert(operatorNotices)
    .values({ ...notice, id: newId('note'), at: systemClock.now(), ...(amount !== undefined && { amount: amount.toString() }) })
    .onConflictDoNothing({ target: operatorNotices.fact })
    .returning({ id: operatorNotices.id })
  return recorded.length > 0
}
