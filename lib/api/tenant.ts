import { and, eq, isNull, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../db/client'
import { type DocumentLanguage, documents, limitRequests, organizations, subscriptions, usageLeases } from '../../db/schema'
import { organizationNow } from '../billing/commands/store/organization'
import { isVisible } from '../billing/commands/store/subscription'
import { isId, type OrganizationId } from '../ids'
import { isStorable } from '../storable-text'
import type { TenantKind, Tenants } from './route'

const EXTERNAL = 'ext:'

const OWNER = { organizationId: organizations.id, slug: organizations.slug, language: organizations.language, deletedAt: organizations.deletedAt }

export type FoundTenant = {
  tenant: Exclude<Tenants[TenantKind], null>
  /** A period of the subscription has ended and waits to be closed. */
  isBehind: boolean
  /** The organization's. */
  language: DocumentLanguage
}

/** The organization that a path leads to; null where there is none, for whatever reason. */
export async function findTenant(
  tx: Transaction,
  kind: Exclude<TenantKind, 'none'>,
  params: Record<string, string>,
  { evenDeleted }: { evenDeleted: boolean },
): Promise<FoundTenant | null> {
  switch (kind) {
    case 'organization': {
      const where = organizationNamed(params.organization ?? '')
      if (!where) return null
      const [owner] = await tx.select(OWNER).from(organizations).where(where)
      return reachable(owner, evenDeleted)
        ? { tenant: { organizationId: owner.organizationId, slug: owner.slug }, isBehind: false, language: owner.language }
        : null
    }
    case 'subscription': {
      const id = params.subscription ?? ''
      if (!isId('sub', id)) return null
      const isBehind = sql<boolean>`${subscriptions.endedAt} is null and ${subscriptions.renewalError} is null and ${subscriptions.status} <> 'awaiting_payment' and ${subscriptions.periodEnd} <= ${organizationNow}`
      const [owner] = await tx
        .select({ ...OWNER, isBehind })
        .from(subscriptions)
        .innerJoin(organizations, eq(organizations.id, subscriptions.organizationId))
        .where(and(eq(subscriptions.id, id), isVisible()))
      return reachable(owner, evenDeleted)
        ? { tenant: { organizationId: owner.organizationId, slug: owner.slug, subscriptionId: id }, isBehind: owner.isBehind, language: owner.language }
        : null
    }
    case 'invoice': {
      const id = params.invoice ?? ''
      if (!isId('inv', id)) return null
      const [owner] = await tx
        .select(OWNER)
        .from(documents)
        .innerJoin(organizations, eq(organizations.id, documents.organizationId))
        .where(eq(documents.id, id))
      return reachable(owner, evenDeleted)
        ? { tenant: { organizationId: owner.organizationId, slug: owner.slug, documentId: id }, isBehind: false, language: owner.language }
        : null
    }
    case 'lease': {
      const id = params.lease ?? ''
      if (!isId('lease', id)) return null
      const [owner] = await tx
        .select(OWNER)
        .from(usageLeases)
        .innerJoin(organizations, eq(organizations.id, usageLeases.organizationId))
        .where(eq(usageLeases.id, id))
      return reachable(owner, evenDeleted)
        ? { tenant: { organizationId: owner.organizationId, slug: owner.slug, leaseId: id }, isBehind: false, language: owner.language }
        : null
    }
    case 'limit_request': {
      const id = params.limit_request ?? ''
      if (!isId('lim', id)) return null
      const [owner] = await tx
        .select(OWNER)
        .from(limitRequests)
        .innerJoin(organizations, eq(organizations.id, limitRequests.organizationId))
        .where(eq(limitRequests.id, id))
      return reachable(owner, evenDeleted)
        ? { tenant: { organizationId: owner.organizationId, slug: owner.slug, limitRequestId: id }, isBehind: false, language: owner.language }
        : null
    }
  }
}

function reachable<Owner extends { deletedAt: unknown }>(owner: Owner | undefined, evenDeleted: boolean): owner is Owner {
  return owner !== undefined && (evenDeleted || owner.deletedAt === null)
}

/** `org_…`, or `ext:` and the operator's own id (G82). Null where it is neither. */
function organizationNamed(name: string): SQL | null {
  if (isId('org', name)) return eq(organizations.id, name)
  if (name.startsWith(EXTERNAL) && isStorable(name)) return eq(organizations.externalId, name.slice(EXTERNAL.length))
  return null
}

/** Organizations by the names that a body of events uses, in one statement; those that there are not are left out. */
export async function resolveOrganizations(tx: Transaction, names: ReadonlySet<string>): Promise<Map<string, OrganizationId>> {
  const found = new Map<string, OrganizationId>()
  const external = new Set<string>()
  for (const name of names) {
    if (isId('org', name)) found.set(name, name)
    else if (name.startsWith(EXTERNAL)) external.add(name.slice(EXTERNAL.length))
  }
  if (external.size === 0) return found
  const rows = await tx
    .select({ id: organizations.id, externalId: organizations.externalId })
    .from(organizations)
    .where(and(sql`${organizations.externalId} = any(${sql.param([...external])}::text[])`, isNull(organizations.deletedAt)))
  for (const { id, externalId } of rows) if (externalId !== null) found.set(`${EXTERNAL}${externalId}`, id)
  return found
}
