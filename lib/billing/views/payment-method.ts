import { eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { paymentMethods } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import type { Instant } from '../../time'

export type PaymentMethodView = {
  brand: string
  last4: string
  expMonth: number
  expYear: number
  /** The bank said never again: it is not charged any more, and another one is needed. */
  refusedForGood: boolean
  setAt: Instant
}

/** The card on file; null for none. */
export async function findPaymentMethod(tx: Transaction, organizationId: OrganizationId): Promise<PaymentMethodView | null> {
  const [method] = await tx
    .select({
      brand: paymentMethods.brand,
      last4: paymentMethods.last4,
      expMonth: paymentMethods.expMonth,
      expYear: paymentMethods.expYear,
      refusedForGood: paymentMethods.refusedForGood,
      setAt: paymentMethods.setAt,
    })
    .from(paymentMethods)
    .where(eq(paymentMethods.organizationId, organizationId))
  return method ?? null
}
