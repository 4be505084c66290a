import { and, desc, eq, ilike, inArray, isNull, lt, ne, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type BillingDetails, creditGrants, type DocumentLanguage, organizations, testClocks } from '../../../db/schema'
import type { OrganizationId, TestClockId } from '../../ids'
import { type Currency, type ExactAmount, exact, type MinorUnits, minor, ZERO } from '../../money'
import { type Instant, systemClock } from '../../time'
import { balanceAt, readPrepaid } from '../commands/store/prepaid'
import { loadTrustTiers } from '../commands/store/trust'

export type OrganizationView = {
  id: OrganizationId
  slug: string
  name: string
  currency: Currency
  country: string | null
  externalId: string | null
  metadata: Record<string, string>
  billing: BillingDetails
  language: DocumentLanguage
  /** The tier that it stands in now: what it has paid has raised it, or the operator (P2). */
  trustTier: number
  registeredAt: Instant
  /** Null: it lives in real time. */
  testClockId: TestClockId | null
  /** What time it is there. */
  now: Instant
  /** Below zero where an amount too small to charge waits for the next invoice. */
  creditBalance: MinorUnits
  /** Bought and not used; below zero where usage came in after the cut-off (P7). */
  prepaidBalance: ExactAmount
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
  language: organizations.language,
  trustTier: organizations.trustTier,
  registeredAt: organizations.registeredAt,
  testClockId: organizations.testClockId,
  clockNow: testClocks.now,
}

/** Null where there is no such organization, or, unless `evenDeleted`, it was closed. */
export async function findOrganization(tx: Transaction, id: OrganizationId, { evenDeleted = false } = {}): Promise<OrganizationView | null> {
  const [found] = await select(tx, and(eq(organizations.id, id), evenDeleted ? undefined : isNull(organizations.deletedAt)), 1)
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
  const found = rows.map(({ clockNow, ...row }) => ({ ...row, now: clockNow ?? systemClock.now() }))
  const bought = await prepaidBalances(tx, found)
  const tierOf = await loadTrustTiers(tx, found)
  return found.map((row) => ({
    ...row,
    trustTier: tierOf(row),
    creditBalance: balances.get(row.id) ?? ZERO,
    prepaidBalance: bought.get(row.id) ?? exact('0'),
  }))
}

export type PrepaidOwner = { id: OrganizationId; now: Instant }

/** Of those that ever had any; each as of its own time. */
export async function prepaidBalances(tx: Transaction, owners: readonly PrepaidOwner[]): Promise<Map<OrganizationId, ExactAmount>> {
  const states = await readPrepaid(
    tx,
    owners.map(({ id }) => id),
  )
  return new Map(
    owners.flatMap(({ id, now }) => {
      const state = states.get(id)
      return state ? [[id, balanceAt(state, now)] as const] : []
    }),
  )
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
