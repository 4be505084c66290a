import type { OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { type DocumentMistake, type ProductDocument, printPlan } from '../catalog/document'
import type { CommandContext } from '../context'
import { findPlan, type Plan, type Product } from '../core/catalog'
import { recordAudit } from './store/audit'
import { loadNewestProduct } from './store/catalog'
import { insertCustomPlan, withCustomPlans } from './store/custom-plans'
import { lockOrganization } from './store/organization'

type PlanDocument = ProductDocument['plans'][number]

export type CreateCustomPlan = {
  organizationId: OrganizationId
  product: string
  basedOn: string
  name: string
  /** Whatever is left out is as in the plan that it is based on (G10). */
  prices?: PlanDocument['prices'] | undefined
  included?: PlanDocument['included'] | undefined
  overLimit?: PlanDocument['over_limit'] | undefined
  entitlements?: PlanDocument['entitlements'] | undefined
  /** Why, for the activity. */
  reason?: string | undefined
}

export type CustomPlanView = { product: Product; plan: Plan }

export type CreateCustomPlanRefusal = { code: 'unknown_product'; product: string } | { code: 'invalid_product'; mistakes: DocumentMistake[] }

/** Makes a plan for one organization, priced in its currency and ranked just above the one that it is based on (G10, G26). */
export async function createCustomPlan({ tx, actor }: CommandContext, input: CreateCustomPlan): Promise<Result<CustomPlanView, CreateCustomPlanRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const product = await loadNewestProduct(tx, input.product, now)
  if (!product) return refuse({ code: 'unknown_product', product: input.product })
  const base = findPlan(product, input.basedOn)
  if (!base) return refuse({ code: 'invalid_product', mistakes: [{ path: 'based_on', message: `there is no plan "${input.basedOn}"` }] })
  const mistakes = [...mistakesIn(input, product), ...missingPrices(input, { base, product, currency: organization.currency })]
  if (mistakes.length > 0) return refuse({ code: 'invalid_product', mistakes })

  const { prices, included, overLimit, entitlements, name } = input
  const { id: _, ...asBase } = printPlan(base)
  const made = await insertCustomPlan(tx, {
    organizationId: organization.id,
    product: product.id,
    basedOn: base.id,
    createdAt: now,
    document: {
      ...asBase,
      name,
      prices: prices ?? asBase.prices,
      included: included ? { ...asBase.included, ...included } : asBase.included,
      over_limit: overLimit ?? asBase.over_limit,
      entitlements: entitlements ? { ...asBase.entitlements, ...entitlements } : asBase.entitlements,
      // Auto-upgrade would lead to a plan in the product's own currency.
      next_tier: organization.currency === product.currency ? asBase.next_tier : null,
      resubscribe: asBase.resubscribe && (prices ?? asBase.prices).year !== undefined,
      offered: true,
      currency: organization.currency as Product['currency'],
    },
  })
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'plan.created',
      target: made.id,
      after: { product: product.id, based_on: base.id, name, ...(input.reason !== undefined && { reason: input.reason }) },
    },
  ])
  const own = withCustomPlans(product, [made])
  const plan = findPlan(own, made.id)
  if (!plan) throw new Error(`the plan ${made.id} is not in its product`)
  return ok({ product: own, plan })
}

/** What the fields cannot know of the product. */
function mistakesIn({ included = {}, overLimit, prices }: CreateCustomPlan, { meters, policies }: Product): DocumentMistake[] {
  const unknown = Object.keys(included).filter((meter) => !meters.some(({ id }) => id === meter))
  const sold = Object.values(prices ?? {})
  return [
    ...unknown.map((meter) => ({ path: `included.${meter}`, message: `"${meter}" is not a meter of this product` })),
    ...(prices && sold.length === 0 ? [{ path: 'prices', message: 'must name a price by the month or by the year' }] : []),
    ...(sold.some((price) => price === 0) ? [{ path: 'prices', message: 'must be above 0: a product has one free plan' }] : []),
    ...(overLimit?.type === 'blocks' && !policies.hardLimit
      ? [{ path: 'over_limit', message: 'needs a hard_limit policy of the product, which says how high it may be set' }]
      : []),
  ]
}

/** What is left out is as in the base, whose prices are amounts of the product's currency and of no other (G26). */
function missingPrices(
  { prices, overLimit }: CreateCustomPlan,
  { base, product, currency }: { base: Plan; product: Product; currency: string },
): DocumentMistake[] {
  const inTheirs = `is in ${product.currency}, and the organization pays in ${currency}: name it`
  const free = Object.values(base.prices).every((price) => price === 0n)
  return [
    ...(prices === undefined && free ? [{ path: 'prices', message: `must be named: ${base.id} costs nothing` }] : []),
    ...(prices === undefined && !free && product.currency !== currency ? [{ path: 'prices', message: inTheirs }] : []),
    ...(overLimit === undefined && base.overLimit.type !== 'block' && product.currency !== currency ? [{ path: 'over_limit', message: inTheirs }] : []),
  ]
}
