import { eq } from 'drizzle-orm'
import { organizations, paymentMethods } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import { type MinorUnits, minor } from '../../money'
import type { PaymentMethod } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { openInvoices } from './store/account'
import { recordAudit } from './store/audit'
import { lockOrganization } from './store/organization'

/** What saving a card will collect: the open invoices, oldest first, and their sum (C12, G81). */
export type CardUpdatePreview = { amountDue: MinorUnits; paymentIds: PaymentId[] }

export type CardUpdateRefusal = { code: 'quote_expired'; amountDue: MinorUnits }

/** Refuses where what saving would collect is not what was shown. */
export async function previewCardUpdate(
  { tx }: CommandContext,
  input: { organizationId: OrganizationId; expectedAmountDue?: MinorUnits | undefined },
): Promise<Result<CardUpdatePreview, CardUpdateRefusal>> {
  await lockOrganization(tx, input.organizationId)
  const open = await openInvoices(tx, input.organizationId)
  const amountDue = minor(open.reduce<bigint>((total, { document }) => total + document.amountDue, 0n))
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== amountDue) return refuse({ code: 'quote_expired', amountDue })
  return ok({ amountDue, paymentIds: open.map(({ paymentId }) => paymentId) })
}

export async function storePayer({ tx }: CommandContext, input: { organizationId: OrganizationId; payerRef: string }): Promise<void> {
  await lockOrganization(tx, input.organizationId)
  await tx.update(organizations).set({ payerRef: input.payerRef }).where(eq(organizations.id, input.organizationId))
}

/** Puts a card on file in place of the one before; a hard decline of that one is forgotten with it (G65). */
export async function storePaymentMethod({ tx, actor }: CommandContext, input: { organizationId: OrganizationId; method: PaymentMethod }): Promise<void> {
  const { now } = await lockOrganization(tx, input.organizationId)
  const { method } = input
  const [before] = await tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, input.organizationId))
  if (before?.methodRef === method.methodRef && !before.refusedForGood) return
  const row = { ...method, organizationId: input.organizationId, refusedForGood: false, setAt: now }
  await tx.insert(paymentMethods).values(row).onConflictDoUpdate({ target: paymentMethods.organizationId, set: row })
  await recordAudit(tx, [
    {
      organizationId: input.organizationId,
      at: now,
      actor,
      action: 'payment_method.updated',
      target: input.organizationId,
      ...(before ? { before: { brand: before.brand, last4: before.last4 } } : {}),
      after: { brand: method.brand, last4: method.last4 },
    },
  ])
}
