import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { documents, payments } from '../../../db/schema'
import type { DocumentId, OrganizationId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import { addDays, type Instant, isBefore } from '../../time'
import { readOrganizationTime } from '../commands/store/organization'
import { balanceAt, readPrepaid } from '../commands/store/prepaid'
import { type LoadedSubscription, renewsAt } from '../commands/store/subscription'
import { isPrepaid } from '../core/catalog'
import { ceilingOf, type DenialReason, decideConsume, percentUsed } from '../core/limits'
import { countedUnits } from '../core/rating'
import { documentNumber } from '../document-number'
import { readLiveSubscriptions } from './held'
import { readWaitingActions } from './subscriptions'

/** What needs somebody, wherever they are in the organization; the most pressing first. */
export type AttentionItem =
  /** `stops`: extra units are refused until it is paid (G55). */
  | { kind: 'payment_failed'; invoice: DocumentId; number: string; amount: MinorUnits; currency: Currency; nextTryAt: string | null; stops: boolean }
  /** Several, told as one: one new card collects them all. `nextTryAt`: the first. */
  | { kind: 'payments_failed'; count: number; amount: MinorUnits; currency: Currency; nextTryAt: string | null; stops: boolean }
  | { kind: 'confirm_payment'; product: string; url: string }
  /** Not one more unit is served. `resetsAt`: when it is by itself; null: waiting does not help. */
  | { kind: 'blocked'; reason: DenialReason; product: string; productId: string; unit: string; used: bigint; limit: bigint | null; resetsAt: string | null }
  | { kind: 'limit_near'; product: string; productId: string; unit: string; used: bigint; limit: bigint; percent: number; blocks: boolean }
  | { kind: 'automatic_failed'; product: string; productId: string }
  | { kind: 'recharge_off' }
  | { kind: 'trial_ends'; product: string; productId: string; plan: string; at: string }
  | { kind: 'ends'; product: string; productId: string; plan: string; at: string }

const TRIAL_NOTICE_DAYS = 4
const RECHARGE_FAILURES = 3

/** Bought credit that is used up where a plan needs it, and auto-recharge that switched itself off (P4, P6). */
async function balanceItems(tx: Transaction, organizationId: OrganizationId, live: readonly LoadedSubscription[], now: Instant): Promise<AttentionItem[]> {
  const drawing = live.find(({ holding }) => isPrepaid(holding.terms.plan))
  if (!drawing) return []
  const { product } = drawing.holding.terms
  const state = (await readPrepaid(tx, [organizationId])).get(organizationId)
  const isUsedUp = !state || balanceAt(state, now) <= 0n
  const isSwitchedOff = state !== undefined && !state.account.recharge && state.account.failuresInARow >= RECHARGE_FAILURES
  const about = { product: product.name, productId: product.id, unit: product.meters[0]?.unit ?? '', used: 0n, limit: null, resetsAt: null }
  return [
    ...(isUsedUp ? [{ kind: 'blocked', reason: 'quota_exhausted', ...about } as const] : []),
    ...(isSwitchedOff ? [{ kind: 'recharge_off' } as const] : []),
  ]
}

export async function getAttention(tx: Transaction, organizationId: OrganizationId): Promise<AttentionItem[]> {
  const failed = await readFailedPayments(tx, organizationId)
  const now = (await readOrganizationTime(tx, organizationId))?.now
  if (!now) return failed
  const waiting = await readWaitingActions(tx, organizationId)
  const found: AttentionItem[] = []
  const live = await readLiveSubscriptions(tx, organizationId)
  found.push(...(await balanceItems(tx, organizationId, live, now)))
  for (const one of live) {
    const { row, holding } = one
    const product = holding.terms.product
    const url = waiting.get(row.id)?.url
    if (url) found.push({ kind: 'confirm_payment', product: product.name, url })
    found.push(...usageItems(one))
    if (row.autoPurchaseFailedAt && (row.autoUpgrade || row.autoRenew)) found.push({ kind: 'automatic_failed', product: product.name, productId: product.id })
    const { trialEnd, cancelAt } = holding
    if (trialEnd && !cancelAt && holding.status === 'trialing' && isBefore(trialEnd, addDays(now, TRIAL_NOTICE_DAYS)))
      found.push({ kind: 'trial_ends', product: product.name, productId: product.id, plan: holding.terms.plan.name, at: trialEnd.toString() })
    if (row.cancelAt) found.push({ kind: 'ends', product: product.name, productId: product.id, plan: holding.terms.plan.name, at: row.cancelAt.toString() })
  }
  return [...failed, ...found]
}

async function readFailedPayments(tx: Transaction, organizationId: OrganizationId): Promise<AttentionItem[]> {
  const { id, series, number, kind, amountDue, currency } = documents
  const [first] = await tx
    .select({
      id,
      series,
      number,
      kind,
      currency,
      // Of all of them, whichever row comes first.
      count: sql<number>`count(*) OVER ()`.mapWith(Number),
      total: sql<MinorUnits>`sum(${amountDue}) OVER ()`.mapWith(amountDue),
      stops: sql<boolean>`bool_or(${kind} = 'extra_usage') OVER ()`,
      retryAt: sql<Instant | null>`min(${payments.retryAt}) OVER ()`.mapWith(payments.retryAt),
    })
    .from(documents)
    .innerJoin(payments, and(eq(payments.organizationId, documents.organizationId), eq(payments.documentId, documents.id)))
    // Written out: a plan that is kept can only then use the index of what is not paid.
    .where(and(eq(documents.organizationId, organizationId), sql`${documents.status} = 'open'`, isNotNull(payments.firstFailedAt)))
    .orderBy(asc(documents.issuedAt))
    .limit(1)
  if (!first) return []
  const { count, stops } = first
  const about = { amount: first.total, currency: first.currency, nextTryAt: first.retryAt?.toString() ?? null, stops }
  return count > 1 ? [{ kind: 'payments_failed', count, ...about }] : [{ kind: 'payment_failed', invoice: first.id, number: documentNumber(first), ...about }]
}

function usageItems({ row, holding }: LoadedSubscription): AttentionItem[] {
  const { product, plan } = holding.terms
  return product.meters.flatMap((meter): AttentionItem[] => {
    const running = holding.segments.findLast((segment) => segment.meter === meter.id)
    // Whether a balance is used up is told once, not by each meter that draws from it.
    if (!running || running.limit === null || plan.overLimit.type === 'prepaid') return []
    const used = countedUnits(running)
    const about = { product: product.name, productId: product.id, unit: meter.unit, used, limit: running.limit }
    const decision = decideConsume({ ...running, counted: used, settings: holding.settings, quantity: 1n })
    if (!decision.allowed) return [{ kind: 'blocked', reason: decision.reason, ...about, resetsAt: resetOf(row, decision.reason) }]
    const lowest = product.policies.alertThresholds[0]
    const percent = percentUsed({ limit: running.limit, counted: used })
    const blocks = ceilingOf({ ...running, counted: used }) === running.limit
    return lowest !== undefined && percent !== null && percent >= lowest ? [{ kind: 'limit_near', ...about, percent, blocks }] : []
  })
}

/** A cap begins anew with the billing month, a limit with the period (B6). */
function resetOf(row: LoadedSubscription['row'], reason: DenialReason): string | null {
  switch (reason) {
    case 'limit_reached':
    case 'hard_limit_reached':
      return renewsAt(row).toString()
    case 'spending_cap_reached':
      return (row.reviewAt ?? renewsAt(row)).toString()
    case 'quota_exhausted':
    case 'subscription_unpaid':
      return null
  }
}
