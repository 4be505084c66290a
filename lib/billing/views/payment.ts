import { and, asc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type DocumentLanguage, documents, payments, pendingActions } from '../../../db/schema'
import type { DocumentId, OrganizationId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import { isDoubtfulTaxId } from '../../tax-id'
import { wholeDaysBetween } from '../../time'
import { openInvoices } from '../commands/store/account'
import { readOrganizationTime } from '../commands/store/organization'
import { endOfMonth } from '../core/card'
import { documentNumber } from '../document-number'
import { findPaymentMethod } from './payment-method'

const EXPIRES_SOON_DAYS = 45

export type PaymentPageView = {
  card: null | {
    brand: string
    last4: string
    expMonth: number
    expYear: number
    setAt: string
    condition: 'good' | 'expires_soon' | 'expired' | 'refused_for_good'
  }
  /** What saving another card collects, oldest first (G81). */
  open: { id: DocumentId; number: string; issuedAt: string; amountDue: MinorUnits; currency: Currency }[]
  amountDue: MinorUnits
  currency: Currency
  /** Invoices whose payment the bank asks to confirm: saving a card leaves them alone (G111). */
  confirm: { id: DocumentId; number: string; amountDue: MinorUnits; currency: Currency; url: string }[]
  billing: {
    name: string
    address: string | null
    country: string | null
    taxId: string | null
    /** It is none that its country gives, as far as anybody here knows. */
    isTaxIdDoubtful: boolean
    emails: string[]
    language: DocumentLanguage
  }
}

/** The card on file, its condition, and what changing it would collect. */
export async function getPaymentPage(tx: Transaction, organizationId: OrganizationId): Promise<PaymentPageView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here) return null
  const { organization, now } = here
  const card = await findPaymentMethod(tx, organizationId)
  const open = await openInvoices(tx, organizationId)
  const daysLeft = card ? wholeDaysBetween(now, endOfMonth(card.expYear, card.expMonth)) : 0
  return {
    card: card && {
      brand: card.brand,
      last4: card.last4,
      expMonth: card.expMonth,
      expYear: card.expYear,
      setAt: card.setAt.toString(),
      condition: card.refusedForGood ? 'refused_for_good' : daysLeft < 0 ? 'expired' : daysLeft < EXPIRES_SOON_DAYS ? 'expires_soon' : 'good',
    },
    open: open.map(({ document }) => ({
      id: document.id,
      number: documentNumber(document),
      issuedAt: document.issuedAt.toString(),
      amountDue: document.amountDue,
      currency: document.currency,
    })),
    amountDue: minor(open.reduce<bigint>((total, { document }) => total + document.amountDue, 0n)),
    currency: organization.currency,
    confirm: await readUnconfirmed(tx, organizationId),
    billing: {
      name: organization.billing.name ?? organization.name,
      address: organization.billing.address ?? null,
      country: organization.billing.country ?? null,
      taxId: organization.billing.taxId ?? null,
      isTaxIdDoubtful: isDoubtfulTaxId(organization.billing.taxId ?? '', organization.billing.taxId ? (organization.billing.country ?? null) : null),
      emails: organization.billing.emails ?? [],
      language: organization.language,
    },
  }
}

/** A change of plan that waits is told of above every page; here are the others: renewals, and credit that is bought. */
async function readUnconfirmed(tx: Transaction, organizationId: OrganizationId): Promise<PaymentPageView['confirm']> {
  const rows = await tx
    .select({ document: documents, url: payments.confirmUrl })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .leftJoin(
      pendingActions,
      and(
        eq(pendingActions.organizationId, documents.organizationId),
        eq(pendingActions.documentId, documents.id),
        eq(pendingActions.state, 'waiting'),
        isNotNull(pendingActions.subscriptionId),
      ),
    )
    .where(
      and(eq(documents.organizationId, organizationId), eq(documents.status, 'open'), eq(payments.state, 'needs_customer'), isNull(pendingActions.documentId)),
    )
    .orderBy(asc(documents.id))
  return rows.flatMap(({ document, url }) =>
    url ? [{ id: document.id, number: documentNumber(document), amountDue: document.amountDue, currency: document.currency, url }] : [],
  )
}
