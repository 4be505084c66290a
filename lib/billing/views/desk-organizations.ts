import { and, desc, eq, ilike, inArray, isNull, lt, or, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, limitRequests, members, organizations, payments, subscriptions, users } from '../../../db/schema'
import { isId, type OrganizationId } from '../../ids'
import { loadSubscriptions } from '../commands/store/subscription'
import type { SubscriptionStatus } from '../core/state'

/** An organization in the operator's list: who it is, what it holds, and whether something is wrong. */
export type DeskOrganizationRow = {
  id: OrganizationId
  name: string
  slug: string
  externalId: string | null
  /** The first owner's address. */
  owner: string | null
  isClosed: boolean
  onTestClock: boolean
  registeredAt: string
  holdings: { product: string; plan: string; status: SubscriptionStatus }[]
}

export type DeskOrganizationPage = { rows: DeskOrganizationRow[]; next: OrganizationId | null }

const PAGE_LENGTH = 25

/**
 * Organizations, newest first, closed ones too. `query` is part of a name, an address, an external id or, with an @, of a member's
 * email; or the whole id of the organization or of something of theirs.
 */
export async function listDeskOrganizations(
  tx: Transaction,
  { query, before }: { query?: string | undefined; before?: OrganizationId | undefined },
): Promise<DeskOrganizationPage> {
  const found = await tx
    .select({
      id: organizations.id,
      name: organizations.name,
      slug: organizations.slug,
      externalId: organizations.externalId,
      deletedAt: organizations.deletedAt,
      testClockId: organizations.testClockId,
      registeredAt: organizations.registeredAt,
    })
    .from(organizations)
    .where(and(before && lt(organizations.id, before), query ? matching(tx, query) : undefined))
    .orderBy(desc(organizations.id))
    .limit(PAGE_LENGTH + 1)
  const shown = found.slice(0, PAGE_LENGTH)
  const ids = shown.map(({ id }) => id)
  const [owners, held] = [await ownersOf(tx, ids), await holdingsOf(tx, ids)]
  return {
    rows: shown.map(({ deletedAt, testClockId, registeredAt, ...row }) => ({
      ...row,
      isClosed: deletedAt !== null,
      onTestClock: testClockId !== null,
      registeredAt: registeredAt.toString(),
      owner: owners.get(row.id) ?? null,
      holdings: held.get(row.id) ?? [],
    })),
    next: found.length > PAGE_LENGTH ? (shown.at(-1)?.id ?? null) : null,
  }
}

function matching(tx: Transaction, query: string): SQL | undefined {
  const owner = ownerOfId(tx, query)
  if (owner) return owner
  const pattern = `%${query.replaceAll(/[\\%_]/g, '\\$&')}%`
  if (query.includes('@')) {
    const reached = tx
      .select({ id: members.organizationId })
      .from(members)
      .innerJoin(users, eq(users.id, members.userId))
      .where(and(ilike(users.email, pattern), isNull(members.removedAt)))
    return inArray(organizations.id, reached)
  }
  return or(ilike(organizations.name, pattern), ilike(organizations.slug, pattern), ilike(organizations.externalId, pattern))
}

/** An id that somebody copied from a mail or a log leads to its organization. */
function ownerOfId(tx: Transaction, id: string): SQL | null {
  if (isId('org', id)) return eq(organizations.id, id)
  if (isId('inv', id)) return inArray(organizations.id, tx.select({ id: documents.organizationId }).from(documents).where(eq(documents.id, id)))
  if (isId('sub', id)) return inArray(organizations.id, tx.select({ id: subscriptions.organizationId }).from(subscriptions).where(eq(subscriptions.id, id)))
  if (isId('mem', id)) return inArray(organizations.id, tx.select({ id: members.organizationId }).from(members).where(eq(members.id, id)))
  if (isId('pay', id)) return inArray(organizations.id, tx.select({ id: payments.organizationId }).from(payments).where(eq(payments.id, id)))
  if (isId('lim', id)) return inArray(organizations.id, tx.select({ id: limitRequests.organizationId }).from(limitRequests).where(eq(limitRequests.id, id)))
  return null
}

async function ownersOf(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await tx
    .selectDistinctOn([members.organizationId], { id: members.organizationId, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(inArray(members.organizationId, [...ids]), eq(members.role, 'owner'), isNull(members.removedAt)))
    .orderBy(members.organizationId, members.addedAt, members.id)
  return new Map(rows.map(({ id, email }) => [id, email]))
}

async function holdingsOf(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, DeskOrganizationRow['holdings']>> {
  const found = new Map<OrganizationId, DeskOrganizationRow['holdings']>()
  if (ids.length === 0) return found
  const loaded = await loadSubscriptions(tx, {
    where: and(inArray(subscriptions.organizationId, [...ids]), sql`${subscriptions.endedAt} is null`),
    lock: false,
  })
  for (const { row, holding } of loaded) {
    const { product, plan } = holding.terms
    found.set(row.organizationId, [...(found.get(row.organizationId) ?? []), { product: product.name, plan: plan.name, status: row.status }])
  }
  return found
}
