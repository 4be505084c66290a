import { eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { paymentMethods } from '@/db/schema'
import { newId, type OrganizationId, type PaymentId } from '../../ids'
import { claimCheck, type PaymentKey, readPayment, releaseLease, storeProviderRef } from '../commands/payment-steps'
import type { Stage } from './stage'

type Payer = { organizationId: OrganizationId; stage: Stage; payerRef(): Promise<string | null> }

/** Charges a payment at the provider, and lets nobody here know. */
export async function chargeUnseen(life: Payer, paymentId: PaymentId, { storesReference = true }: { storesReference?: boolean } = {}): Promise<string> {
  const { organizationId, stage } = life
  const { provider } = stage
  const key = { organizationId, paymentId }
  const [claimed, payerRef] = await Promise.all([inEngine((tx) => readPayment(tx, key)), life.payerRef()])
  const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId)))
  if (!claimed || !payerRef || !method) throw new Error('there is nothing to charge')
  const { amount, currency, documentId } = claimed
  const { providerRef } = await provider.open({ paymentId, payerRef, amount, currency, description: 'Acme', key: `inv:${documentId}:open` })
  if (storesReference) await storeReference(key, providerRef)
  await provider.attempt({ providerRef, methodRef: method.methodRef, key: newId('evt') })
  return providerRef
}

/** As the caller does that has opened it, and lets go of it then. */
export async function storeReference(key: PaymentKey, providerRef: string): Promise<void> {
  await inEngine(async (tx) => {
    const claimed = await claimCheck(tx, key)
    if (!claimed || !(await storeProviderRef(tx, key, { providerRef, leaseToken: claimed.leaseToken }))) throw new Error('somebody else has the payment')
    await releaseLease(tx, key, claimed.leaseToken)
  })
}
