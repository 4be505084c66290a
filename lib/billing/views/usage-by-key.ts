import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import { readLiveSubscriptions } from './held'
import { type KeysView, viewKeys } from './usage-page'
import { readUsagePeriod } from './usage-period'
import { usageByKey } from './usage-series'

export type MeterKeysView = {
  product: { id: string; name: string }
  /** Names it among several of one product. */
  meter: string
  unit: string
  period: { start: string; end: string }
  keys: KeysView
}

/** Which keys use what in the running periods, for every meter that is held; from rollups, so history costs nothing. */
export async function getUsageByKeys(tx: Transaction, organizationId: OrganizationId): Promise<MeterKeysView[]> {
  const meters: MeterKeysView[] = []
  for (const { row } of await readLiveSubscriptions(tx, organizationId)) {
    const found = await readUsagePeriod(tx, { organizationId, subscriptionId: row.id })
    if (!found || found.product.meters.length === 0) continue
    const used = await usageByKey(tx, found)
    const { product, period } = found
    for (const { id: meter, unit } of product.meters) {
      meters.push({
        product: { id: product.id, name: product.name },
        meter,
        unit,
        period: { start: period.start.toString(), end: period.end.toString() },
        keys: viewKeys(used.filter((one) => one.meter === meter)),
      })
    }
  }
  return meters
}
