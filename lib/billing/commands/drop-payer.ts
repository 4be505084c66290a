import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { organizations, paymentMethods, payments } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import type { CommandContext } from '../context'
import { lockOrganization } from './store/organization'

/** What is owed and open at the provider. An action that waits for a bank is given up by its own time. */
export async function openedForPayer(tx: Transaction, organizationId: OrganizationId): Promise<{ paymentId: PaymentId; providerRef: string }[]> {
  const opened = await tx
    .select({ paymentId: payments.id, providerRef: payments.providerRef })
    .from(payments)
    .where(
      and(
        eq(payments.organizationId, organizationId),
        eq(payments.dunning, true),
        inArray(payments.state, ['open', 'refused', 'needs_customer']),
        isNotNull(payments.providerRef),
      ),
    )
  return opened.flatMap(({ paymentId, providerRef }) => (providerRef === null ? [] : [{ paymentId, providerRef }]))
}

/** Forgets a payer that the provider does not know any more, and the card that went with it; not one that has been made since. */
export async function dropPayer({ tx }: CommandContext, { organizationId, payerRef }: { organizationId: OrganizationId; payerRef: string }): Promise<void> {
  const { organization } = await lockOrganization(tx, organizationId)
  if (organization.payerRef !== payerRef) return
  await tx.update(organizations).set({ payerRef: null }).where(eq(organizations.id, organizationId))
  await tx.delete(paymentMethods).where(eq(paymentMethods.organizationId, organizationId))
}
