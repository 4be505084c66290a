import { and, asc, eq, isNotNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments } from '../../../db/schema'
import type { DocumentId, OrganizationId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { type LoadedSubscription, renewsAt } from '../commands/store/subscription'
import { percentUsed } from '../core/limits'
import { countedUnits } from '../core/rating'
import { documentNumber } from '../document-number'
import { readLiveSubscriptions } from './held'
import { readWaitingActions } from './subscriptions'

/** What needs somebody, wherever they are in the organization; the most pressing first. */
export type AttentionItem =
  | { kind: 'payment_failed'; invoice: DocumentId; number: string; amount: MinorUnits; currency: Currency; nextTryAt: string | null }
  | { kind: 'confirm_payment'; product: string; url: string }
  | { kind: 'limit_reached'; product: string; productId: string; unit: string; used: bigint; limit: bigint; resetsAt: string }
  | { kind: 'limit_near'; product: string; productId: string; unit: string; used: bigint; limit: bigint; percent: number; blocks: boolean }
  | { kind: 'ends'; product: string; productId: string; plan: string; at: string }

const OPEN_SHOWN = 5

export async function getAttention(tx: Transaction, organizationId: OrganizationId): Promise<AttentionItem[]> {
  const failed = await readFailedPayments(tx, organizationId)
  const waiting = await readWaitingActions(tx, organizationId)
  const found: AttentionItem[] = []
  for (const one of await readLiveSubscriptions(tx, organizationId)) {
    const { row, holding } = one
    const product = holding.terms.product
    const url = waiting.get(row.id)?.url
    if (url) found.push({ kind: 'confirm_payment', product: product.name, url })
    found.push(...usageItems(one))
    if (row.cancelAt) found.push({ kind: 'ends', product: product.name, productId: product.id, plan: holding.terms.plan.name, at: row.cancelAt.toString() })
  }
  return [...failed, ...found]
}

async function readFailedPayments(tx: Transaction, organizationId: OrganizationId): Promise<AttentionItem[]> {
  const { id, series, number, amountDue, currency } = documents
  const open = await tx
    .select({ id, series, number, amountDue, currency, retryAt: payments.retryAt })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.status, 'open'), isNotNull(payments.firstFailedAt)))
    .orderBy(asc(documents.issuedAt))
    .limit(OPEN_SHOWN)
  return open.map((invoice) => ({
    kind: 'payment_failed',
    invoice: invoice.id,
    number: documentNumber(invoice),
    amount: invoice.amountDue,
    currency: invoice.currency,
    nextTryAt: invoice.retryAt?.toString() ?? null,
  }))
}

function usageItems({ row, holding }: LoadedSubscription): AttentionItem[] {
  const { product, plan } = holding.terms
  return product.meters.flatMap((meter): AttentionItem[] => {
    const running = holding.segments.findLast((segment) => segment.meter === meter.id)
    if (!running || running.limit === null) return []
    const used = countedUnits(running)
    const blocks = plan.overLimit.type === 'block'
    const about = { product: product.name, productId: product.id, unit: meter.unit, used, limit: running.limit }
    if (blocks && used >= running.limit) return [{ kind: 'limit_reached', ...about, resetsAt: renewsAt(row).toString() }]
    const lowest = product.policies.alertThresholds[0]
    const percent = percentUsed({ limit: running.limit, counted: used })
    return lowest !== undefined && percent !== null && percent >= lowest ? [{ kind: 'limit_near', ...about, percent, blocks }] : []
  })
}
