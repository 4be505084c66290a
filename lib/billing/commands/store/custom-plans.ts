import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { customPlans } from '../../../../db/schema'
import { once } from '../../../../db/snapshot'
import { isId, newId, type OrganizationId } from '../../../ids'
import type { Currency } from '../../../money'
import type { Instant } from '../../../time'
import { type ProductDocument, readPlan } from '../../catalog/document'
import { findPlan, isFree, type Plan, type Product } from '../../core/catalog'

/** A plan that was made for one organization (G10), priced in that organization's currency (G26). */
export type CustomPlan = { id: string; organizationId: OrganizationId; product: string; basedOn: string; currency: Currency; plan: Plan }

/** In the form of a plan of a product document, with the currency of its prices. */
export type CustomPlanDocument = ProductDocument['plans'][number] & { currency: Currency }

/** They never change, so one that was read is kept for good; whoever has none asks the database nothing. */
const known = new Map<string, CustomPlan>()
/** Products with them put in, so that what holds them is put together once. */
const combined = new WeakMap<Product, Map<string, Product>>()

export function isCustomPlanId(id: string): boolean {
  return isId('plan', id)
}

type Row = typeof customPlans.$inferSelect

function read({ organizationId, id, product, basedOn, document }: Row): CustomPlan {
  const { currency, ...plan } = document as CustomPlanDocument
  return { id, organizationId, product, basedOn, currency, plan: { ...readPlan(plan), custom: { basedOn } } }
}

function keep(row: Row): CustomPlan {
  const plan = known.get(row.id) ?? read(row)
  known.set(row.id, plan)
  return plan
}

/** Those of `ids` that are custom plans; catalog plans' ids are passed over without a question. */
export async function loadCustomPlans(tx: Transaction, ids: readonly (string | null)[]): Promise<(id: string | null) => CustomPlan | null> {
  const unknown = [...new Set(ids.flatMap((id) => (id !== null && isCustomPlanId(id) && !known.has(id) ? [id] : [])))]
  if (unknown.length > 0) for (const row of await tx.select().from(customPlans).where(inArray(customPlans.id, unknown))) keep(row)
  return (id) => (id === null ? null : (known.get(id) ?? null))
}

/** All that were made for an organization, oldest first. */
export async function listCustomPlans(tx: Transaction, organizationId: OrganizationId): Promise<CustomPlan[]> {
  const rows = await once(tx, `custom plans of ${organizationId}`, async () =>
    tx.select().from(customPlans).where(eq(customPlans.organizationId, organizationId)).orderBy(asc(customPlans.createdAt), asc(customPlans.id)),
  )
  return rows.map(keep)
}

/** What an organization may choose: a plan of the catalog, or one that was made for it; another's looks like none. */
export async function mayChoose(tx: Transaction, organizationId: OrganizationId, planId: string): Promise<boolean> {
  if (!isCustomPlanId(planId)) return true
  const [own] = await tx
    .select({ id: customPlans.id })
    .from(customPlans)
    .where(and(eq(customPlans.organizationId, organizationId), eq(customPlans.id, planId)))
  return own !== undefined
}

export async function insertCustomPlan(
  tx: Transaction,
  made: { organizationId: OrganizationId; product: string; basedOn: string; document: Omit<CustomPlanDocument, 'id'>; createdAt: Instant },
): Promise<CustomPlan> {
  const id = newId('plan')
  const row = { ...made, id, document: { id, ...made.document } }
  await tx.insert(customPlans).values(row)
  return read(row) // Not kept: the transaction may still be rolled back.
}

/**
 * A rank above `basedOn` and below the next one: ranks of documents are whole numbers, so a half is between them, whatever a
 * newer version numbers anew.
 */
const JUST_ABOVE = 0.5

/** The product as the holders of these plans know it; of another currency, only what is priced in theirs or costs nothing (G26). */
export function withCustomPlans(product: Product, plans: readonly (CustomPlan | null)[]): Product {
  const own = plans.filter((plan): plan is CustomPlan => plan?.product === product.id)
  if (own.length === 0) return product
  const key = [...new Set(own.map(({ id }) => id))].sort().join(' ')
  const of = combined.get(product) ?? new Map<string, Product>()
  combined.set(product, of)
  const found = of.get(key) ?? combine(product, [...new Map(own.map((one) => [one.id, one])).values()])
  of.set(key, found)
  return found
}

function combine(product: Product, own: readonly CustomPlan[]): Product {
  const currency = own[0]?.currency ?? product.currency
  const shared = currency === product.currency ? product.plans : product.plans.filter(isFree)
  const made = own.map(({ plan, basedOn }) => ({ ...plan, rank: (findPlan(product, basedOn)?.rank ?? plan.rank) + JUST_ABOVE }))
  return { ...product, currency, plans: [...shared, ...made] }
}
