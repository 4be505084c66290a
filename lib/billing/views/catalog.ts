import type { Transaction } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { Instant } from '../../time'
import { type ProductDocument, printPlan, printProduct } from '../catalog/document'
import { loadCatalog } from '../commands/store/catalog'
import { listCustomPlans, withCustomPlans } from '../commands/store/custom-plans'
import { readOrganizationTime } from '../commands/store/organization'
import type { Plan, Product } from '../core/catalog'

/** What is sold at an instant: the newest version in effect of each product, as a document. */
export async function listProducts(tx: Transaction, now: Instant): Promise<ProductDocument[]> {
  return (await loadCatalog(tx, now)).map(printProduct)
}

export type ShownPlan = ProductDocument['plans'][number] & { custom?: { based_on: string; currency: string } }
export type ShownProduct = Omit<ProductDocument, 'plans'> & { plans: ShownPlan[] }

export function showPlan({ currency }: Product, plan: Plan): ShownPlan {
  return plan.custom === null ? printPlan(plan) : { ...printPlan(plan), custom: { based_on: plan.custom.basedOn, currency } }
}

/** The catalog as one organization finds it, in its own time: with the plans that were made for it (G10). Null where there is no such organization. */
export async function listProductsFor(tx: Transaction, organizationId: OrganizationId): Promise<ShownProduct[] | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const own = await listCustomPlans(tx, organizationId)
  return (await loadCatalog(tx, here.now)).map((product) => {
    const made = withCustomPlans(product, own)
    const plans = made.plans.filter((plan) => plan.custom !== null).map((plan) => showPlan(made, plan))
    const printed = printProduct(product)
    return { ...printed, plans: [...printed.plans, ...plans] }
  })
}
