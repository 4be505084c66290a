import { and, eq, inArray, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { organizations, paymentMethods, payments, subscriptions } from '../../../db/schema'
import type { OrganizationId, PaymentId } from '../../ids'
import { type MinorUnits, minor } from '../../money'
import type { PaymentMethod } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import type { Instant } from '../../time'
import type { CommandContext } from '../context'
import { openInvoices } from './store/account'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'

/** What saving a card will collect: the open invoices, oldest first, and their sum (C12, G81). */
export type CardUpdatePreview = { amountDue: MinorUnits; paymentIds: PaymentId[] }

export type CardUpdateRefusal = { code: 'quote_expired'; amountDue: MinorUnits }

type AboutToSave = { organizationId: OrganizationId; expectedAmountDue?: MinorUnits | undefined }

/** Refuses where what saving would collect is not what was shown, or to one who may not save a card (any more). */
export async function previewCardUpdate({ tx, actor }: CommandContext, input: AboutToSave): Promise<Result<CardUpdatePreview, CardUpdateRefusal | Forbidden>> {
  await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, input.organizationId, actor, 'payment:write')
  if (forbidden) return refuse(forbidden)
  return openSum(tx, input)
}

async function openSum(tx: Transaction, input: AboutToSave): Promise<Result<CardUpdatePreview, CardUpdateRefusal>> {
  const open = await openInvoices(tx, input.organizationId)
  const amountDue = minor(open.reduce<bigint>((total, { document }) => total + document.amountDue, 0n))
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== amountDue) return refuse({ code: 'quote_expired', amountDue })
  return ok({ amountDue, paymentIds: open.map(({ paymentId }) => paymentId) })
}

export async function storePayer({ tx }: CommandContext, input: { organizationId: OrganizationId; payerRef: string }): Promise<string> {
  const { organization } = await lockOrganization(tx, input.organizationId)
  if (organization.payerRef) return organization.payerRef
  await tx.update(organizations).set({ payerRef: input.payerRef }).where(eq(organizations.id, input.organizationId))
  return input.payerRef
}

/**
 * What saving a card collects falls due with it, so that it is collected soon where the process dies before it is done. The
 * schedule's next step is counted from the first failure, and stays where it was (C12).
 */
async function fallDue(tx: Transaction, organizationId: OrganizationId, paymentIds: readonly PaymentId[], now: Instant): Promise<void> {
  if (paymentIds.length === 0) return
  await tx
    .update(payments)
    .set({ retryAt: now })
    .where(and(eq(payments.organizationId, organizationId), inArray(payments.id, [...paymentIds]), eq(payments.dunning, true)))
}

export type SaveCard = {
  organizationId: OrganizationId
  method: PaymentMethod
  /** What the page said that saving collects; another amount is not collected (G81). Left out: whatever is open. */
  expectedAmountDue?: MinorUnits | undefined
}

/** Puts a card on file and lets what is open fall due; the flow collects it at once, or the next sweep does. */
export async function saveCard(
  context: CommandContext,
  { organizationId, method, expectedAmountDue }: SaveCard,
): Promise<Result<CardUpdatePreview, CardUpdateRefusal>> {
  const { tx } = context
  const { now } = await lockOrganization(tx, organizationId)
  await storePaymentMethod(context, { organizationId, method })
  await tryPurchasesAgain(tx, organizationId)
  const preview = await openSum(tx, { organizationId, expectedAmountDue })
  if (preview.ok) await fallDue(tx, organizationId, preview.value.paymentIds, now)
  return preview
}

/** What could not be bought by itself may be tried again with this card (G95). */
async function tryPurchasesAgain(tx: Transaction, organizationId: OrganizationId): Promise<void> {
  await tx
    .update(subscriptions)
    .set({ autoPurchaseFailedAt: null })
    .where(and(eq(subscriptions.organizationId, organizationId), isNotNull(subscriptions.autoPurchaseFailedAt)))
}

/** Puts a card on file in place of the one before; a hard decline of that one is forgotten with it (G65). */
async function storePaymentMethod({ tx, actor }: CommandContext, input: { organizationId: OrganizationId; method: PaymentMethod }): Promise<void> {
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
