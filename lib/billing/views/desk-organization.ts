import { and, count, desc, eq, isNull, lt, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { auditLog, documents, limitRequests, members, operatorNotices, operators, organizations, payments, testClocks, users } from '../../../db/schema'
import type { DocumentId, MemberId, OrganizationId, PaymentId } from '../../ids'
import { type Currency, type ExactAmount, exact, type MinorUnits, ZERO } from '../../money'
import { systemClock } from '../../time'
import { automaticPurchasesStopped } from '../commands/store/stopped-purchases'
import { loadTrustTiers } from '../commands/store/trust'
import { documentNumber } from '../document-number'
import { type ActivityEntryView, getActivityFeed } from './activity-feed'
import { creditBalances, prepaidBalances } from './organizations'
import { findPaymentMethod } from './payment-method'

/** Who an organization is, for its operator: everything that is one figure or one line. */
export type DeskOrganization = {
  id: OrganizationId
  name: string
  slug: string
  externalId: string | null
  metadata: Record<string, string>
  currency: Currency
  country: string | null
  registeredAt: string
  closedAt: string | null
  /** What time it is there; null where that is real time. */
  clock: { id: string; now: string } | null
  /** As set by an operator or reached by what was paid, whichever is higher (G71). */
  trustTier: number
  /** The provider's name for them; null: they never came as far as a card. */
  payerRef: string | null
  card: { brand: string; last4: string; expires: string; refusedForGood: boolean } | null
  creditBalance: MinorUnits
  prepaidBalance: ExactAmount
  memberCount: number
  /** Nothing is bought by itself, because a bank disputes a payment or has taken it back (G80). */
  purchasesStopped: boolean
  /** The present owners, whose pages an operator may look at. */
  owners: { id: MemberId; email: string }[]
  openNotices: number
  openRequests: number
}

/** Null where there never was one; a closed one is still shown, because its invoices are kept for the operator (A14). */
export async function getDeskOrganization(tx: Transaction, id: OrganizationId): Promise<DeskOrganization | null> {
  const [found] = await tx
    .select({ organization: organizations, clockNow: testClocks.now })
    .from(organizations)
    .leftJoin(testClocks, eq(testClocks.id, organizations.testClockId))
    .where(eq(organizations.id, id))
  if (!found) return null
  const { organization, clockNow } = found
  const now = clockNow ?? systemClock.now()
  const method = await findPaymentMethod(tx, id)
  const tierOf = await loadTrustTiers(tx, [{ ...organization, now }])
  return {
    id,
    name: organization.name,
    slug: organization.slug,
    externalId: organization.externalId,
    metadata: organization.metadata,
    currency: organization.currency,
    country: organization.country,
    registeredAt: organization.registeredAt.toString(),
    closedAt: organization.deletedAt?.toString() ?? null,
    clock: organization.testClockId && clockNow ? { id: organization.testClockId, now: clockNow.toString() } : null,
    trustTier: tierOf({ ...organization, now }),
    payerRef: organization.payerRef,
    card: method && {
      brand: method.brand,
      last4: method.last4,
      expires: `${String(method.expMonth).padStart(2, '0')}/${method.expYear}`,
      refusedForGood: method.refusedForGood,
    },
    creditBalance: (await creditBalances(tx, [id])).get(id) ?? ZERO,
    prepaidBalance: (await prepaidBalances(tx, [{ id, now }])).get(id) ?? exact('0'),
    purchasesStopped: (await automaticPurchasesStopped(tx, [id])).has(id),
    ...(await readPeople(tx, id)),
    openNotices: await tx.$count(operatorNotices, and(eq(operatorNotices.organizationId, id), isNull(operatorNotices.resolvedAt))),
    openRequests: await tx.$count(limitRequests, and(eq(limitRequests.organizationId, id), eq(limitRequests.status, 'pending'))),
  }
}

const OWNERS_SHOWN = 5

async function readPeople(tx: Transaction, id: OrganizationId): Promise<Pick<DeskOrganization, 'memberCount' | 'owners'>> {
  const [all] = await tx
    .select({ count: count() })
    .from(members)
    .where(and(eq(members.organizationId, id), isNull(members.removedAt)))
  const owners = await tx
    .select({ id: members.id, email: users.email })
    .from(members)
    .innerJoin(users, eq(users.id, members.userId))
    .where(and(eq(members.organizationId, id), eq(members.role, 'owner'), isNull(members.removedAt)))
    .orderBy(members.addedAt, members.id)
    .limit(OWNERS_SHOWN)
  return { memberCount: all?.count ?? 0, owners }
}

/** One payment an invoice; what the provider calls it is what an operator looks up there. */
export type DeskPayment = {
  id: PaymentId
  documentId: DocumentId
  number: string
  amount: MinorUnits
  currency: Currency
  state: (typeof payments.$inferSelect)['state']
  isLost: boolean
  providerRef: string | null
  bankReference: string | null
  reason: string | null
  attempts: number
  createdAt: string
  retryAt: string | null
}

export type DeskPaymentPage = { rows: DeskPayment[]; next: PaymentId | null }

const PAYMENT = { payment: payments, series: documents.series, number: documents.number }

function selectPayments(tx: Transaction) {
  return tx
    .select(PAYMENT)
    .from(payments)
    .innerJoin(documents, and(eq(documents.organizationId, payments.organizationId), eq(documents.id, payments.documentId)))
    .$dynamic()
}

/** Newest first. */
export async function listDeskPayments(
  tx: Transaction,
  organizationId: OrganizationId,
  { limit, before }: { limit: number; before?: PaymentId | undefined },
): Promise<DeskPaymentPage> {
  const found = await selectPayments(tx)
    .where(and(eq(payments.organizationId, organizationId), before && lt(payments.id, before)))
    .orderBy(desc(payments.id))
    .limit(limit + 1)
  const rows = found.slice(0, limit).map(viewPayment)
  return { rows, next: found.length > limit ? (rows.at(-1)?.id ?? null) : null }
}

/** Null where nothing of it was to be collected. */
export async function findDeskPayment(tx: Transaction, organizationId: OrganizationId, documentId: DocumentId): Promise<DeskPayment | null> {
  const [found] = await selectPayments(tx).where(and(eq(payments.organizationId, organizationId), eq(payments.documentId, documentId)))
  return found ? viewPayment(found) : null
}

type PaymentFound = { payment: typeof payments.$inferSelect; series: (typeof documents.$inferSelect)['series']; number: bigint | null }

function viewPayment({ payment, series, number }: PaymentFound): DeskPayment {
  return {
    id: payment.id,
    documentId: payment.documentId,
    number: documentNumber({ series, number }),
    amount: payment.amount,
    currency: payment.currency,
    state: payment.state,
    isLost: payment.disputeLost !== null,
    providerRef: payment.providerRef,
    bankReference: payment.bankReference,
    reason: payment.reason,
    attempts: payment.attempts,
    createdAt: payment.createdAt.toString(),
    retryAt: payment.retryAt?.toString() ?? null,
  }
}

export type DeskActivityEntry = ActivityEntryView & {
  /** Which operator; the customer reads "Support". */
  operator: string | null
}

/** As the customer reads it, with the operator's own name where one acted from the desk. */
export async function getDeskActivity(
  tx: Transaction,
  organizationId: OrganizationId,
  page: Parameters<typeof getActivityFeed>[2],
): Promise<{ items: DeskActivityEntry[]; next: ActivityEntryView['id'] | null }> {
  const { items, next } = await getActivityFeed(tx, organizationId, page)
  const byOperator = items.filter(({ actor }) => actor.kind === 'operator').map(({ id }) => sql.param(id, auditLog.id))
  if (byOperator.length === 0) return { items: items.map((item) => ({ ...item, operator: null })), next }
  const rows = await tx
    .select({ id: auditLog.id, email: operators.email })
    .from(auditLog)
    .innerJoin(operators, eq(operators.id, auditLog.operatorId))
    .where(
      and(
        eq(auditLog.organizationId, organizationId),
        sql`${auditLog.id} in (${sql.join(
          byOperator.map((id) => sql`${id}::uuid`),
          sql`, `,
        )})`,
      ),
    )
  const names = new Map(rows.map(({ id, email }) => [id, email]))
  return { items: items.map((item) => ({ ...item, operator: names.get(item.id) ?? null })), next }
}
