import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import { type Currency, type MinorUnits, unitPriceString } from '../../money'
import { loadCatalog } from '../commands/store/catalog'
import { listCustomPlans } from '../commands/store/custom-plans'
import { readOrganizationTime } from '../commands/store/organization'
import type { Interval, OverLimitPolicy, Plan, Product } from '../core/catalog'

export type DeskPlan = {
  id: string
  name: string
  product: { id: string; name: string }
  basedOn: string | null
  currency: Currency
  prices: Partial<Record<Interval, MinorUnits>>
  perSeat: boolean
  included: { meter: string; unit: string; units: bigint | null }[]
  overLimit: OverLimitPolicy['type']
  /** Of one unit above the limit, or of every unit, a decimal in major units; null: none is sold, or meters differ. */
  unitPrice: string | null
}

export type DeskPlans = {
  /** What was made for this organization (G10). */
  own: DeskPlan[]
  /** What another may be based on. */
  bases: DeskPlan[]
}

/** The plans of one organization, and those of the catalog as it is in their own time. */
export async function getDeskPlans(tx: Transaction, organizationId: OrganizationId): Promise<DeskPlans> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return { own: [], bases: [] }
  const catalog = await loadCatalog(tx, here.now)
  const own = await listCustomPlans(tx, organizationId)
  return {
    own: own.flatMap(({ product: sold, basedOn, currency, plan }) => {
      const product = catalog.find(({ id }) => id === sold)
      return product ? [viewDeskPlan(product, plan, { basedOn: product.plans.find(({ id }) => id === basedOn)?.name ?? basedOn, currency })] : []
    }),
    bases: catalog.flatMap((product) => product.plans.map((plan) => viewDeskPlan(product, plan, { basedOn: null, currency: product.currency }))),
  }
}

export function viewDeskPlan(product: Product, plan: Plan, { basedOn, currency }: { basedOn: string | null; currency: Currency }): DeskPlan {
  return {
    id: plan.id,
    name: plan.name,
    product: { id: product.id, name: product.name },
    basedOn,
    currency,
    prices: plan.prices,
    perSeat: plan.perSeat,
    included: product.meters.map(({ id, unit }) => ({ meter: id, unit, units: plan.included[id] ?? null })),
    overLimit: plan.overLimit.type,
    unitPrice: onePrice(plan.overLimit),
  }
}

function onePrice(overLimit: OverLimitPolicy): string | null {
  switch (overLimit.type) {
    case 'overage':
    case 'pay_as_you_go':
    case 'blocks':
      return unitPriceString(overLimit.unitPrice)
    case 'block':
    case 'arrears':
    case 'prepaid':
      return null
  }
}
