import { eq, sql } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { payments, refunds } from '@/db/schema'
import type { OrganizationId } from '../../ids'
import { LEASE_SECONDS } from '../commands/payment-steps'

/**
 * Wall time in which nobody looked: whatever was to be looked at again is due now, and leases have run out. `heldFor`: only those that nobody has
 * claimed or renewed for so many seconds of real time, where a process that lives may hold one.
 */
export async function letWallTimePass(organizationId: OrganizationId, { heldFor = 0 } = {}): Promise<void> {
  const past = sql`now() - interval '1 second'`
  await inEngine(async (tx) => {
    await tx
      .update(payments)
      .set({ leaseUntil: past })
      .where(sql`${eq(payments.organizationId, organizationId)} and lease_until <= now() + make_interval(secs => ${LEASE_SECONDS - heldFor})`)
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
