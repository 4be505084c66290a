import { and, eq, gte, inArray, lt, ne, type SQL, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { eqAtRunTime } from '../../../db/newest'
import { documents, subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
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

/**
 * What `DocumentFilter` asks for, in SQL; each kind of it has an index, so that what is rare is not looked for in all of
 * history. Of a product its subscriptions are read first, for the planner has to see which they are. Null: nothing can fit.
 */
export async function whereDocuments(tx: Transaction, organizationId: OrganizationId, { state, kind, product, year }: DocumentFilter): Promise<SQL | null> {
  const subscribed = product ? await subscriptionsTo(tx, organizationId, product) : null
  if (subscribed?.length === 0) return null
  const wanted = and(
    eqAtRunTime(documents.organizationId, organizationId),
    state ? ofState(state) : undefined,
    kind ? ofKind(kind) : undefined,
    subscribed ? inArray(documents.subscriptionId, subscribed) : undefined,
    year ? and(gte(documents.issuedAt, newYear(year)), lt(documents.issuedAt, newYear(year + 1))) : undefined,
  )
  return wanted ?? null
}

/** `refunded`: in part or as a whole; it stays paid (G67). */
function ofState(state: NonNullable<DocumentFilter['state']>): SQL {
  return state === 'refunded' ? sql`${documents.amountRefunded} > 0` : eq(documents.status, state)
}

function ofKind(kind: NonNullable<DocumentFilter['kind']>): SQL | undefined {
  return kind === 'credit_note' ? eq(documents.series, 'credit_note') : and(eq(documents.kind, kind), ne(documents.series, 'credit_note'))
}

async function subscriptionsTo(tx: Transaction, organizationId: OrganizationId, product: string): Promise<SubscriptionId[]> {
  const found = await tx
    .select({ id: subscriptions.id })
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.product, product)))
  return found.map(({ id }) => id)
}

const newYear = (year: number) => instant(`${year}-01-01T00:00:00Z`)
