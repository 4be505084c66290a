import type { Transaction } from '../../../db/client'
import { installation } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { readOrganizationTime } from '../commands/store/organization'
import { readLiveSubscriptions } from './held'

export type SandboxView = {
  /** Null: real time. */
  now: string | null
  subscriptions: { id: SubscriptionId; product: { id: string; name: string }; periodEnd: string; meters: { id: string; unit: string; isLimited: boolean }[] }[]
}

/** What the sandbox bar can do; null where payments are real. */
export async function getSandboxView(tx: Transaction, organizationId: OrganizationId): Promise<SandboxView | null> {
  const [setUp] = await tx.select({ mode: installation.paymentsMode }).from(installation)
  const here = await readOrganizationTime(tx, organizationId)
  if (setUp?.mode !== 'sandbox' || !here) return null
  const loaded = await readLiveSubscriptions(tx, organizationId)
  return {
    now: here.organization.testClockId ? here.now.toString() : null,
    subscriptions: loaded.map(({ row, holding }) => ({
      id: row.id,
      product: { id: holding.terms.product.id, name: holding.terms.product.name },
      periodEnd: row.periodEnd.toString(),
      meters: holding.terms.product.meters.map(({ id, unit }) => ({ id, unit, isLimited: holding.terms.plan.included[id] !== undefined })),
    })),
  }
}
