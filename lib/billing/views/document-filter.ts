import { and, eq, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm'
import { QueryBuilder } from 'drizzle-orm/pg-core'
import { documents, subscriptions } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { instant } from '../../time'

export const DOCUMENT_STATES = ['open', 'paid', 'refunded', 'void', 'uncollectible'] as const
export const DOCUMENT_KINDS = ['renewal', 'change', 'extra_usage', 'purchase', 'adjustment', 'pro_forma', 'credit_note'] as const

/** Which documents of an organization; null and left out: any. */
export type DocumentFilter = {
  state?: (typeof DOCUMENT_STATES)[number] | null
  kind?: (typeof DOCUMENT_KINDS)[number] | null
  product?: string | null
  /** Of issue, in UTC. */
  year?: number | null
}

/** What `DocumentFilter` asks for, in SQL; each kind of it has an index, so that what is rare is not looked for in all of history. */
export function whereDocuments(organizationId: OrganizationId, { state, kind, product, year }: DocumentFilter): SQL | undefined {
  return and(
    eq(documents.organizationId, organizationId),
    state ? ofState(state) : undefined,
    kind ? ofKind(kind) : undefined,
    product ? inArray(documents.subscriptionId, subscriptionsTo(organizationId, product)) : undefined,
    year ? and(gte(documents.issuedAt, newYear(year)), lt(documents.issuedAt, newYear(year + 1))) : undefined,
  )
}

/** `refunded`: in part or as a whole; it stays paid (G67). */
function ofState(state: NonNullable<DocumentFilter['state']>): SQL {
  return state === 'refunded' ? sql`${documents.amountRefunded} > 0` : eq(documents.status, state)
}

function ofKind(kind: NonNullable<DocumentFilter['kind']>): SQL | undefined {
  return kind === 'credit_note' ? eq(documents.series, 'credit_note') : and(eq(documents.kind, kind), ne(documents.series, 'credit_note'))
}

function subscriptionsTo(organizationId: OrganizationId, product: string) {
  return new QueryBuilder()
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, product)))
}

const newYear = (year: number) => instant(`${year}-01-01T00:00:00Z`)
