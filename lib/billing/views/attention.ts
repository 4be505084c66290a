import { and, asc, eq, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments, subscriptions } from '../../../db/schema'
import type { DocumentId, OrganizationId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { findWaitingAction } from '../commands/store/account'
import { loadSubscriptions } from '../commands/store/subscription'
import { percentUsed } from '../core/limits'
import { countedUnits } from '../core/rating'
import { documentNumber } from '../document-number'

/** What needs somebody, wherever they are in the organization; the most pressing first. */
export type AttentionItem =
  | { kind: 'payment_failed'; invoice: DocumentId; number: string; amount: MinorUnits; currency: Currency; nextTryAt: string | null }
  | { kind: 'confirm_payment'; product: string; url: string }
  | { kind: 'limit_reached'; product: string; productId: string; unit: string; used: bigint; limit: bigint; resetsAt: string }
  | { kind: 'limit_near'; product: string; productId: string; unit: string; used: bigint; limit: bigint; percent: number; blocks: boolean }
  | { kind: 'ends'; product: string; productId: string; plan: string; at: string }

const OPEN_SHOWN = 5

export async function getAttention(tx: Transaction, organizationId: OrganizationId): Promise<AttentionItem[]> {
  const open = await tx
    .select({ document: documents, payment: payments })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    .where(and(eq(documents.organizationId, organizationId), eq(documents.status, 'open')))
    .orderBy(asc(documents.issuedAt))
    .limit(OPEN_SHOWN)
  const failed = open
    .filter(({ payment }) => payment.firstFailedAt !== null)
    .map(
      ({ document, payment }): AttentionItem => ({
        kind: 'payment_failed',
        invoice: document.id,
        number: documentNumber(document),
        amount: document.amountDue,
        currency: document.currency,
        nextTryAt: payment.retryAt?.toString() ?? null,
      }),
    )
  const loaded = await loadSubscriptions(tx, { where: and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt)), lock: false })
  const found: AttentionItem[] = []
  for (const one of loaded) {
    const { row, holding } = one
    const product = holding.terms.product
    const waiting = await findWaitingAction(tx, organizationId, row.id)
    if (waiting?.url) found.push({ kind: 'confirm_payment', product: product.name, url: waiting.url })
    found.push(...usageItems(one))
    if (row.cancelAt) found.push({ kind: 'ends', product: product.name, productId: product.id, plan: holding.terms.plan.name, at: row.cancelAt.toString() })
  }
  return [...failed, ...found]
}

function usageItems({ row, holding }: Awaited<ReturnType<typeof loadSubscriptions>>[number]): AttentionItem[] {
  const { product, plan } = holding.terms
  return product.meters.flatMap((meter): AttentionItem[] => {
    const running = holding.segments.findLast((segment) => segment.meter === meter.id)
    if (!running || running.limit === null) return []
    const used = countedUnits(running)
    const blocks = plan.overLimit.type === 'block'
    const about = { product: product.name, productId: product.id, unit: meter.unit, used, limit: running.limit }
    if (blocks && used >= running.limit) return [{ kind: 'limit_reached', ...about, resetsAt: row.periodEnd.toString() }]
    const lowest = product.policies.alertThresholds[0]
    const percent = percentUsed({ limit: running.limit, counted: used })
    return lowest !== undefined && percent !== null && percent >= lowest ? [{ kind: 'limit_near', ...about, percent, blocks }] : []
  })
}
