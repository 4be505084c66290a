import { and, asc, desc, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, limitRequests, operatorNotices, operators, organizations, subscriptions } from '../../../db/schema'
import type { DocumentId, LimitRequestId, NoticeId, OrganizationId, SubscriptionId } from '../../ids'
import { type Currency, type MinorUnits, minor } from '../../money'
import { systemClock } from '../../time'
import { loadCatalog } from '../commands/store/catalog'
import { documentNumber } from '../document-number'

type Whose = { organization: { id: OrganizationId; name: string } }

/** A higher hard limit that was asked for (S8). */
export type WaitingLimit = Whose & { id: LimitRequestId; product: string; hardLimit: bigint; useCase: string; askedAt: string }
/** An invoice that is to be paid by bank before its plan begins (T13). */
export type WaitingTransfer = Whose & { id: DocumentId; number: string; amountDue: MinorUnits; currency: Currency; issuedAt: string }
/** A renewal that threw, and is left alone until somebody has looked (decision 7). */
export type SetAside = Whose & { id: SubscriptionId; product: string; error: string; since: string }
export type DeskNotice = {
  id: NoticeId
  organization: Whose['organization'] | null
  kind: (typeof operatorNotices.$inferSelect)['kind']
  documentId: DocumentId | null
  target: string | null
  money: { amount: MinorUnits; currency: Currency } | null
  detail: string | null
  at: string
  resolved: { at: string; by: string | null; how: string } | null
}

export type DeskRequests = { limits: WaitingLimit[]; transfers: WaitingTransfer[]; notices: DeskNotice[]; setAside: SetAside[]; resolved: DeskNotice[] }

/** A queue is for working off, the oldest first; what stands behind these comes up when they are done. */
const SHOWN = 50
const RESOLVED_SHOWN = 10

const OWNER = { id: organizations.id, name: organizations.name }
const isSetAside = and(isNotNull(subscriptions.renewalError), isNull(subscriptions.endedAt))
const isAwaitingTransfer = and(eq(documents.status, 'open'), eq(documents.kind, 'pro_forma'))

/** How much waits for an operator: what is open is what nobody has decided yet, so it stays small. */
export async function countWaiting(tx: Transaction): Promise<number> {
  const limits = await tx.$count(limitRequests, eq(limitRequests.status, 'pending'))
  const transfers = await tx.$count(documents, isAwaitingTransfer)
  const notices = await tx.$count(operatorNotices, isNull(operatorNotices.resolvedAt))
  const setAside = await tx.$count(subscriptions, isSetAside)
  return limits + transfers + notices + setAside
}

/** Everything that waits for an operator, of one organization or of all. */
export async function getDeskRequests(tx: Transaction): Promise<DeskRequests> {
  const names = new Map((await loadCatalog(tx, systemClock.now())).map(({ id, name }) => [id, name]))
  const named = <One extends { product: string }>(one: One): One => ({ ...one, product: names.get(one.product) ?? one.product })
  return {
    limits: (await waitingLimits(tx)).map(named),
    transfers: await waitingTransfers(tx),
    notices: await listNotices(tx, 'open'),
    setAside: (await listSetAside(tx)).map(named),
    resolved: await listNotices(tx, 'resolved'),
  }
}

async function waitingLimits(tx: Transaction): Promise<WaitingLimit[]> {
  const rows = await tx
    .select({ request: limitRequests, product: subscriptions.product, organization: OWNER })
    .from(limitRequests)
    .innerJoin(organizations, eq(organizations.id, limitRequests.organizationId))
    .innerJoin(subscriptions, and(eq(subscriptions.organizationId, limitRequests.organizationId), eq(subscriptions.id, limitRequests.subscriptionId)))
    .where(and(eq(limitRequests.status, 'pending'), isNull(organizations.deletedAt)))
    .orderBy(asc(limitRequests.id))
    .limit(SHOWN)
  return rows.map(({ request, product, organization }) => ({
    id: request.id,
    organization,
    product,
    hardLimit: request.hardLimit,
    useCase: request.useCase,
    askedAt: request.createdAt.toString(),
  }))
}

async function waitingTransfers(tx: Transaction): Promise<WaitingTransfer[]> {
  const rows = await tx
    .select({ document: documents, organization: OWNER })
    .from(documents)
    .innerJoin(organizations, eq(organizations.id, documents.organizationId))
    .where(isAwaitingTransfer)
    .orderBy(asc(documents.id))
    .limit(SHOWN)
  return rows.map(({ document, organization }) => ({
    id: document.id,
    organization,
    number: documentNumber(document),
    amountDue: document.amountDue,
    currency: document.currency,
    issuedAt: document.issuedAt.toString(),
  }))
}

async function listSetAside(tx: Transaction): Promise<SetAside[]> {
  const rows = await tx
    .select({ id: subscriptions.id, product: subscriptions.product, error: subscriptions.renewalError, since: subscriptions.periodEnd, organization: OWNER })
    .from(subscriptions)
    .innerJoin(organizations, eq(organizations.id, subscriptions.organizationId))
    .where(isSetAside)
    .orderBy(asc(subscriptions.id))
    .limit(SHOWN)
  return rows.map((row) => ({ ...row, error: row.error ?? '', since: row.since.toString() }))
}

async function listNotices(tx: Transaction, which: 'open' | 'resolved'): Promise<DeskNotice[]> {
  const rows = await tx
    .select({ notice: operatorNotices, organization: OWNER, by: operators.email })
    .from(operatorNotices)
    .leftJoin(organizations, eq(organizations.id, operatorNotices.organizationId))
    .leftJoin(operators, eq(operators.id, operatorNotices.resolvedBy))
    .where(which === 'open' ? isNull(operatorNotices.resolvedAt) : isNotNull(operatorNotices.resolvedAt))
    .orderBy(which === 'open' ? asc(operatorNotices.id) : desc(operatorNotices.resolvedAt))
    .limit(which === 'open' ? SHOWN : RESOLVED_SHOWN)
  return rows.map(({ notice, organization, by }) => ({
    id: notice.id,
    organization,
    kind: notice.kind,
    documentId: notice.target?.startsWith('inv_') ? (notice.target as DocumentId) : null,
    target: notice.target,
    money: notice.amount !== null && notice.currency !== null ? { amount: minor(BigInt(notice.amount)), currency: notice.currency } : null,
    detail: notice.detail,
    at: notice.at.toString(),
    resolved: notice.resolvedAt && { at: notice.resolvedAt.toString(), by, how: notice.resolution ?? '' },
  }))
}
