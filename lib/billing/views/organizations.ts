import { and, desc, eq, ilike, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type BillingDetails, creditGrants, organizations, testClocks } from '../../../db/schema'
import type { OrganizationId, TestClockId } from '../../ids'
import { type Currency, type MinorUnits, minor, ZERO } from '../../money'
import { type Instant, systemClock } from '../../time'

export type OrganizationView = {
  id: OrganizationId
  slug: string
  name: string
  currency: Currency
  country: string | null
  externalId: string | null
  metadata: Record<string, string>
  billing: BillingDetails
  trustTier: number
  registeredAt: Instant
  /** Null: it lives in real time. */
  testClockId: TestClockId | null
  /** What time it is there. */
  now: Instant
  /** Below zero where an amount too small to charge waits for the next invoice. */
  creditBalance: MinorUnits
}

const ORGANIZATION = {
  id: organizations.id,
  slug: organizations.slug,
  name: organizations.name,
  currency: organizations.currency,
  country: organizations.country,
  externalId: organizations.externalId,
  metadata: organizations.metadata,
  billing: organizations.billing,
  trustTier: organizations.trustTier,
  registeredAt: organizations.registeredAt,
  testClockId: organizations.testClockId,
  clockNow: testClocks.now,
}

/** Null where there is no such organization, or it was closed. */
export async function findOrganization(tx: Transaction, id: OrganizationId): Promise<OrganizationView | null> {
  const [found] = await select(tx, and(eq(organizations.id, id), isNull(organizations.deletedAt)), 1)
  return found ?? null
}

/** `query` is looked for in name, address and external id; `before` is the last id of the page before. */
export type OrganizationPage = { limit: number; before?: OrganizationId; query?: string; externalId?: string }

/** Every organization of this installation, newest first: for operators. */
export async function listOrganizations(tx: Transaction, { limit, before, query, externalId }: OrganizationPage): Promise<OrganizationView[]> {
  const where = and(
    isNull(organizations.deletedAt),
    before && lt(organizations.id, before),
    externalId === undefined ? undefined : eq(organizations.externalId, externalId),
    query === undefined ? undefined : contains(query),
  )
  return select(tx, where, limit)
}

function contains(query: string): SQL | undefined {
  const pattern = `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`
  return or(ilike(organizations.name, pattern), ilike(organizations.slug, pattern), ilike(organizations.externalId, pattern))
}

async function select(tx: Transaction, where: SQL | undefined, limit: number): Promise<OrganizationView[]> {
  const rows = await tx
    .select(ORGANIZATION)
    .from(organizations)
    .leftJoin(testClocks, eq(testClocks.id, organizations.testClockId))
    .where(where)
    .orderBy(desc(organizations.id))
    .limit(limit)
  const balances = await creditBalances(
    tx,
    rows.map(({ id }) => id),
  )
  return rows.map(({ clockNow, ...row }) => ({ ...row, now: clockNow ?? systemClock.now(), creditBalance: balances.get(row.id) ?? ZERO }))
}

/** Over grants that have something left, of which there are few. */
export async function creditBalances(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, MinorUnits>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .select({ organizationId: creditGrants.organizationId, balance: sql<string>`sum(${creditGrants.remaining})` })
    .from(creditGrants)
    .where(and(inArray(creditGrants.organizationId, [...ids]), ne(creditGrants.remaining, sql`0`)))
    .groupBy(creditGrants.organizationId)
  return new Map(rows.map(({ organizationId, balance }) => [organizationId, minor(BigInt(balance))]))
}
