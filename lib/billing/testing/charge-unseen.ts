import { eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { paymentMethods } from '@/db/schema'
import { newId, type OrganizationId, type PaymentId } from '../../ids'
import { readPayment, storeProviderRef } from '../commands/payment-steps'
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
  if (storesReference) await inEngine((tx) => storeProviderRef(tx, key, providerRef))
  await provider.attempt({ providerRef, methodRef: method.methodRef, key: newId('evt') })
  return providerRef
}
