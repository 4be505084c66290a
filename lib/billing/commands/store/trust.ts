import { and, asc, eq, gt, inArray, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, subscriptions } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import { minor, ZERO } from '../../../money'
import type { Instant } from '../../../time'
import type { PrepaidPolicy } from '../../core/catalog'
import { type PaymentHistory, tierOf } from '../../core/prepaid'
import { loadCatalog } from './catalog'
import type { Organization } from './organization'

export type SoldCredit = { product: string; policy: PrepaidPolicy }
type Buyer = Pick<Organization, 'id' | 'currency'>

/**
 * Under which product's policy an organization buys credit: of the products in its currency that sell some, the one that it
 * holds, else the first (P2). Null where none does: the minimum and the tiers are amounts of one currency (G26).
 */
export async function loadPrepaidPolicy(tx: Transaction, { id, currency }: Buyer, now: Instant): Promise<SoldCredit | null> {
  const sold = (await loadCatalog(tx, now)).flatMap(({ id: product, currency: priced, policies }) =>
    policies.prepaid && priced === currency ? [{ product, policy: policies.prepaid }] : [],
  )
  if (sold.length < 2) return sold[0] ?? null
  const held = await tx
    .select({ product: subscriptions.product })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, id), isNull(subscriptions.endedAt)))
    .orderBy(asc(subscriptions.id))
  return sold.find(({ product }) => held.some((one) => one.product === product)) ?? sold[0] ?? null
}

/** The tiers that organizations stand in, of those that have paid anything; the others stand where the operator has put them (P2). */
export async function loadTrustTiers(
  tx: Transaction,
  organizations: readonly (Buyer & Pick<Organization, 'trustTier'> & { now: Instant })[],
): Promise<(of: Buyer & Pick<Organization, 'trustTier'> & { now: Instant }) => number> {
  const histories = await paymentHistories(
    tx,
    organizations.map(({ id }) => id),
  )
  const soldTo = new Map<OrganizationId, SoldCredit | null>()
  for (const one of organizations) if (histories.has(one.id)) soldTo.set(one.id, await loadPrepaidPolicy(tx, one, one.now))
  return ({ id, trustTier, now }) => {
    const sold = soldTo.get(id)
    return sold ? tierOf(sold.policy, histories.get(id) ?? NOTHING_PAID, trustTier, now) : trustTier
  }
}

/** Days before the end of bought credit at which somebody's customers are told, of every product that sells some (P5). */
export async function noticeDaysAt(tx: Transaction, now: Instant): Promise<number[]> {
  const days = (await loadCatalog(tx, now)).flatMap(({ policies }) => policies.prepaid?.noticeDays ?? [])
  return [...new Set(days)]
}

/** Cash paid on any invoice less what was refunded, and since when (G71). */
export async function paymentHistories(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, PaymentHistory>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({
      organizationId: documents.organizationId,
      paid: sql<string>`sum(${documents.amountPaid} - ${documents.amountRefunded})`,
      firstPaidAt: sql<Instant | null>`min(${documents.paidAt})`.mapWith(documents.paidAt),
    })
    .from(documents)
    .where(and(inArray(documents.organizationId, [...ids]), gt(documents.amountPaid, ZERO)))
    .groupBy(documents.organizationId)
  return new Map(rows.map(({ organizationId, paid, firstPaidAt }) => [organizationId, { paid: minor(BigInt(paid)), firstPaidAt }]))
}

const NOTHING_PAID: PaymentHistory = { paid: ZERO, firstPaidAt: null }

/** The tier that an organization stands in now (P2); the operator's own where nobody sells it any credit. */
export async function trustTierOf(
  tx: Transaction,
  organization: Buyer & Pick<Organization, 'trustTier'>,
  now: Instant,
  sold: SoldCredit | null,
): Promise<number> {
  if (!sold) return organization.trustTier
  const history = (await paymentHistories(tx, [organization.id])).get(organization.id) ?? NOTHING_PAID
  return tierOf(sold.policy, history, organization.trustTier, now)
}

/** No product sells credit in the organization's currency (G26). */
export type NoCreditSold = { code: 'no_credit_sold'; currency: string }
