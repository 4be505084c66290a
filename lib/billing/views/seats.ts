import { and, count, eq, inArray, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { members } from '../../../db/schema'
import { once } from '../../../db/snapshot'
import { ROLES } from '../../auth/permissions'
import type { OrganizationId } from '../../ids'
import type { Product } from '../core/catalog'
import type { Holding } from '../core/state'

/** Who holds a seat now, for a product that one is not on yet; null where a product sells none. */
export async function seatsOf(tx: Transaction, organizationId: OrganizationId, product: Product, holding: Holding | null): Promise<number | null> {
  const { seats } = product.policies
  if (!seats) return null
  if (holding?.seats) return holding.seats.present
  const roles = ROLES.filter((role) => seats.roles.includes(role))
  return once(tx, `seats of ${organizationId} for ${roles.join()}`, async () => {
    const [found] = await tx
      .select({ count: count() })
      .from(members)
      .where(and(eq(members.organizationId, organizationId), inArray(members.role, roles), isNull(members.removedAt)))
    return found?.count ?? 0
  })
}
