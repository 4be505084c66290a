import { eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { catalogVersions, members, organizations, subscriptions, testClocks, users } from '../../../db/schema'
import { newId, type OrganizationId, type SubscriptionId, type TestClockId } from '../../ids'
import type { Instant } from '../../time'
import { printProduct } from '../catalog/document'
import { beginSegments } from '../commands/store/subscription'
import type { Interval, Product } from '../core/catalog'
import { freshSegments } from '../core/change'
import { firstPeriod } from '../core/period'
import type { Period } from '../core/state'
import { apiCallsProduct, MAY, termsOf } from './holdings'

export type MeteredOrganization = { organizationId: OrganizationId; subscriptionId: SubscriptionId; clockId: TestClockId; period: Period; email: string }

type Facts = { product?: Product; plan?: string; interval?: Interval; start?: Instant; now?: Instant; name?: string }

/** Publishes a product as it stands, once. */
export async function publishForTest(tx: Transaction, product: Product): Promise<void> {
  await tx
    .insert(catalogVersions)
    .values({
      product: product.id,
      version: product.version,
      document: printProduct(product),
      contentHash: `${product.id}@${product.version}`,
      source: 'file',
      applies: 'next_renewal',
      effectiveAt: MAY,
      publishedAt: MAY,
    })
    .onConflictDoNothing()
}

/** An organization on a clock of its own, with an owner and a live subscription since `start`, as rows: no command runs. */
export async function createMeteredOrganization(tx: Transaction, facts: Facts = {}): Promise<MeteredOrganization> {
  const { product = apiCallsProduct, plan = 'basic', interval = 'month', start = MAY, now = start, name = 'Acme' } = facts
  await publishForTest(tx, product)
  const organizationId = newId('org')
  const clockId = newId('clock')
  const userId = newId('user')
  const email = `owner-of-${organizationId}@example.com`
  await tx.insert(testClocks).values({ id: clockId, now })
  await tx
    .insert(organizations)
    .values({ id: organizationId, slug: organizationId.replace('_', '-'), name, currency: product.currency, registeredAt: start, testClockId: clockId })
  await tx.insert(users).values({ id: userId, email, name: 'Olivia Owner' })
  await tx.insert(members).values({ organizationId, id: newId('mem'), userId, role: 'owner', addedAt: start, joinedAt: start })
  const { subscriptionId, period } = await subscribeForTest(tx, organizationId, { product, plan, interval, start })
  return { organizationId, subscriptionId, clockId, period, email }
}

export async function subscribeForTest(
  tx: Transaction,
  organizationId: OrganizationId,
  { product = apiCallsProduct, plan = 'basic', interval = 'month', start = MAY }: Facts = {},
) {
  const terms = termsOf(product, plan, interval)
  const period = firstPeriod(start, terms)
  const subscriptionId = newId('sub')
  await tx.insert(subscriptions).values({
    organizationId,
    id: subscriptionId,
    product: product.id,
    catalogVersion: product.version,
    plan,
    interval,
    status: 'active',
    anchor: start,
    periodStart: period.start,
    periodEnd: period.end,
    cycleDays: period.totalDays,
    startedAt: start,
    billingMonthStart: start,
  })
  await beginSegments(tx, [{ organizationId, subscriptionId, terms, period, startsAt: start, position: 0, starts: freshSegments(terms) }])
  return { subscriptionId, period }
}

export async function setClock(tx: Transaction, clockId: TestClockId, now: Instant): Promise<void> {
  await tx.update(testClocks).set({ now }).where(eq(testClocks.id, clockId))
}
