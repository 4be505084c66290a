import { and, eq, isNotNull } from 'drizzle-orm'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { lockOrganization } from './store/organization'

/** A renewal that was set aside because it threw (decision 7) is due again: whoever asks has put right what was wrong. */
export async function tryRenewalAgain(
  { tx }: CommandContext,
  { organizationId, subscriptionId }: { organizationId: OrganizationId; subscriptionId: SubscriptionId },
): Promise<Result<null, { code: 'not_found' }>> {
  await lockOrganization(tx, organizationId)
  const freed = await tx
    .update(subscriptions)
    .set({ renewalError: null })
    .where(and(eq(subscriptions.organizationId, organizationId), eq(subscriptions.id, subscriptionId), isNotNull(subscriptions.renewalError)))
    .returning({ id: subscriptions.id })
  return freed.length > 0 ? ok(null) : refuse({ code: 'not_found' })
}
