import { setTimeout as pause } from 'node:timers/promises'
import { inEngine } from '../../../db/client'
import type { OrganizationId } from '../../ids'
import type { PaymentProvider } from '../../payments/port'
import { findPaymentByReference, type PaymentKey, readPayment } from '../commands/payment-steps'
import { abandon, look, outcomeOf } from './collect'
import type { ActionOutcome } from './flow-context'

/** A person who waits for a page is kept no longer; the page they see then says that the payment is still open. */
const WAIT_AT_MOST_MS = 5_000
const LOOK_AGAIN_AFTER_MS = 100

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
  await lookWhenFree(provider, key)
  const outcome = await outcomeOf(key)
  const payment = await inEngine((tx) => readPayment(tx, key))
  // A renewal goes on being collected: without its payment the plan would be neither paid nor ended (C12).
  if (outcome.type === 'declined' && !payment?.dunning) await abandon(provider, key)
  return outcome
}

/**
 * The provider tells us of the answer at the moment at which it sends the person back, so the webhook often has the payment
 * already: what it finds is a moment away, and what stands here until then is from before the answer.
 */
async function lookWhenFree(provider: PaymentProvider, key: PaymentKey): Promise<void> {
  const until = performance.now() + WAIT_AT_MOST_MS
  while (!(await look(provider, key)).seen && performance.now() < until) await pause(LOOK_AGAIN_AFTER_MS)
}
