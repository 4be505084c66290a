import { eq, sql } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { payments, refunds } from '@/db/schema'
import type { OrganizationId } from '../../ids'

/** Wall time in which nobody looked: whatever was to be looked at again is due now, and leases have run out. */
export async function letWallTimePass(organizationId: OrganizationId): Promise<void> {
  const past = sql`now() - interval '1 second'`
  await inEngine(async (tx) => {
    await tx
      .update(payments)
      .set({ leaseUntil: past })
      .where(sql`${eq(payments.organizationId, organizationId)} and lease_until is not null`)
    await tx
      .update(payments)
      .set({ checkAt: past })
      .where(sql`${eq(payments.organizationId, organizationId)} and check_at is not null`)
    await tx
      .update(refunds)
      .set({ checkAt: past })
      .where(sql`${eq(refunds.organizationId, organizationId)} and check_at is not null`)
  })
}
