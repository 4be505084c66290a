import { and, desc, eq, lt, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptionPeriods } from '../../../db/schema'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../ids'
import type { MinorUnits } from '../../money'
import type { Instant } from '../../time'
import type { Interval } from '../core/catalog'

/** Newest first; `before` is the `next` of the page before. */
export type HistoryPage = { organizationId: OrganizationId; subscriptionId: SubscriptionId; before?: Instant | null; limit?: number }

export type PastPeriod = { start: Instant; end: Instant; plan: string; interval: Interval }

/** `next`: what to ask for before; null on the last page. */
export type Page<Item> = { items: Item[]; next: Instant | null }

const PAGE_LENGTH = 20

/** Closed periods for the period picker. */
export async function getPeriods(tx: Transaction, page: HistoryPage): Promise<Page<PastPeriod>> {
  const rows = await readPeriods(tx, page, false)
  return pageOf(rows, page, ({ periodStart: start, periodEnd: end, plan, interval }) => ({ start, end, plan, interval }))
}

export type PastOverage = { period: { start: Instant; end: Instant }; plan: string; overage: bigint; amount: MinorUnits; invoice: DocumentId | null }

/** Each past cycle's extra units and their charge, late usage included (A11, G59); cycles without are left out (G77). */
export async function getOverageHistory(tx: Transaction, page: HistoryPage): Promise<Page<PastOverage>> {
  const rows = await readPeriods(tx, page, true)
  return pageOf(rows, page, ({ periodStart: start, periodEnd: end, plan, overageUnits: overage, overageAmount: amount, documentId: invoice }) => ({
    period: { start, end },
    plan,
    overage,
    amount,
    invoice,
  }))
}

type PeriodRow = typeof subscriptionPeriods.$inferSelect

/** By key, so that the hundredth page costs what the first does. */
function readPeriods(
  tx: Transaction,
  { organizationId, subscriptionId, before, limit = PAGE_LENGTH }: HistoryPage,
  withOverage: boolean,
): Promise<PeriodRow[]> {
  return tx
    .select()
    .from(subscriptionPeriods)
    .where(
      and(
        eq(subscriptionPeriods.organizationId, organizationId),
        eq(subscriptionPeriods.subscriptionId, subscriptionId),
        before ? lt(subscriptionPeriods.periodStart, before) : undefined,
        withOverage ? sql`${subscriptionPeriods.overageUnits} > 0` : undefined,
      ),
    )
    .orderBy(desc(subscriptionPeriods.periodStart))
    .limit(limit + 1)
}

function pageOf<Item>(rows: readonly PeriodRow[], { limit = PAGE_LENGTH }: HistoryPage, toItem: (row: PeriodRow) => Item): Page<Item> {
  const shown = rows.slice(0, limit)
  return { items: shown.map(toItem), next: rows.length > limit ? (shown.at(-1)?.periodStart ?? null) : null }
}
