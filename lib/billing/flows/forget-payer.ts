import { inEngine } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { PaymentProvider } from '../../payments/port'
import { dropPayer, openedForPayer } from '../commands/drop-payer'

/**
 * Somebody deleted the customer at the provider: the next card page makes another. What was opened for this one is canceled first, for no other's
 * card can pay it; where it is still owed it is opened anew when it is tried next.
 *
 * @throws OutcomeUnknown, ProviderUnavailable where the provider does not say that it is canceled: nothing is forgotten, and the next try comes here again.
 */
export async function forgetPayer(provider: PaymentProvider, gone: { organizationId: OrganizationId; payerRef: string }): Promise<void> {
  for (const { paymentId, providerRef } of await inEngine((tx) => openedForPayer(tx, gone.organizationId))) {
    await provider.abandon({ providerRef, key: `pay:${paymentId}:without:${gone.payerRef}` })
  }
  await inEngine((tx) => dropPayer({ tx, actor: 'system' }, gone))
}
