import { inEngine } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { PaymentProvider } from '../../payments/port'
import { findPaymentByReference, readPayment } from '../commands/payment-steps'
import { abandon, check, outcomeOf } from './collect'
import type { ActionOutcome } from './flow-context'

/**
 * A person is back from their bank: reads the payment back and settles what is seen. An action that the bank refused is
 * cancelled at once, so that they can try again. Null: no such payment of this organization.
 */
export async function readConfirmation(
  provider: PaymentProvider,
  input: { organizationId: OrganizationId; providerRef: string },
): Promise<ActionOutcome | null> {
  const key = await inEngine((tx) => findPaymentByReference(tx, input.providerRef))
  if (key?.organizationId !== input.organizationId) return null
  await check(provider, key)
  const outcome = await outcomeOf(key)
  const payment = await inEngine((tx) => readPayment(tx, key))
  // A renewal goes on being collected: without its payment the plan would be neither paid nor ended (C12).
  if (outcome.type === 'declined' && !payment?.dunning) await abandon(provider, key)
  return outcome
}
