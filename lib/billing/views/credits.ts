import { and, desc, eq, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { creditGrants } from '../../../db/schema'
import type { DocumentId, Id, OrganizationId } from '../../ids'
import { type MinorUnits, ZERO } from '../../money'
import type { Instant } from '../../time'
import { creditBalances } from './organizations'

export type GrantView = {
  id: Id<'grant'>
  /** `credit_note`: issued for unused time. `released`: given back by a voided or refunded invoice. */
  source: (typeof creditGrants.$inferSelect)['source']
  /** The document that it came from. */
  documentId: DocumentId | null
  amount: MinorUnits
  remaining: MinorUnits
  grantedAt: Instant
  expiresAt: Instant | null
}

export type GrantPage = { limit: number; before?: Id<'grant'> }

export async function getCreditBalance(tx: Transaction, organizationId: OrganizationId): Promise<MinorUnits> {
  return (await creditBalances(tx, [organizationId])).get(organizationId) ?? ZERO
}

/** Credit that was granted, newest first, used up or not. */
export async function listGrants(tx: Transaction, organizationId: OrganizationId, { limit, before }: GrantPage): Promise<GrantView[]> {
  return tx
    .select({
      id: creditGrants.id,
      source: creditGrants.source,
      documentId: creditGrants.documentId,
      amount: creditGrants.amount,
      remaining: creditGrants.remaining,
      grantedAt: creditGrants.grantedAt,
      expiresAt: creditGrants.expiresAt,
    })
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), before && lt(creditGrants.id, before)))
    .orderBy(desc(creditGrants.id))
    .limit(limit)
}
