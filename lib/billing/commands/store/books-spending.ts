import { and, asc, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { auditLog, type BooksDifference, documentLines, documents, subscriptions } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import { type Instant, instant, isBefore } from '../../../time'

type CapSetting = { at: Instant; enabled: boolean; cap: bigint | null }

type Month = { organizationId: OrganizationId; subscriptionId: string; start: Instant; end: Instant; billed: bigint; begun: number }

/**
 * No billing month was billed above its cap, on all invoices together, late usage included (B6): what they say against the
 * settings as the activity log has them, and not against what the counters remember.
 */
export async function findCapsPassed(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<BooksDifference[]> {
  const months = await billedMonths(tx, organizationIds)
  if (months.length === 0) return []
  const entries = await tx
    .select({ target: auditLog.target, at: auditLog.at, after: auditLog.after })
    .from(auditLog)
    .where(
      and(
        inArray(auditLog.organizationId, [...new Set(months.map((month) => month.organizationId))]),
        eq(auditLog.action, 'limits.updated'),
        inArray(auditLog.target, [...new Set(months.map((month) => month.subscriptionId))]),
      ),
    )
    .orderBy(asc(auditLog.at), asc(auditLog.id))
  return months.flatMap((month) => {
    const settings = entries.filter(({ target }) => target === month.subscriptionId).map(({ at, after }) => toSetting(at, after))
    const cap = highestCap(settings, month)
    // Periods that were begun at one instant share their start, and each has a cap of its own (G92).
    const most = cap === null ? null : cap * BigInt(month.begun)
    if (most === null || month.billed <= most) return []
    const about = `${month.subscriptionId} ${month.start}`
    return [{ organization: month.organizationId, check: 'spending_cap', about, expected: `at most ${most}`, found: month.billed.toString() }]
  })
}

function toSetting(at: Instant, after: unknown): CapSetting {
  const { pay_as_you_go: enabled, cap } = (after ?? {}) as { pay_as_you_go?: boolean; cap?: string | null }
  return { at, enabled: enabled === true, cap: cap == null ? null : BigInt(cap) }
}

/** The highest that held at any time of the month; null: none did. Nothing may be spent while it is switched off. */
export function highestCap(settings: readonly CapSetting[], { start, end }: Pick<Month, 'start' | 'end'>): bigint | null {
  const before = settings.filter(({ at }) => isBefore(at, start)).at(-1)
  const within = settings.filter(({ at }) => !isBefore(at, start) && !isBefore(end, at))
  let highest = 0n
  for (const { enabled, cap } of [...(before ? [before] : []), ...within]) {
    if (!enabled) continue
    if (cap === null) return null
    if (cap > highest) highest = cap
  }
  return highest
}

/** By subscription and billing month, what is billed for pay-as-you-go; a line of late usage belongs to the month of its segment. */
async function billedMonths(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<Month[]> {
  const periodStart = sql`(${documentLines.inputs} ->> 'period_start')::timestamptz`
  const segments = sql`FROM usage_segments s WHERE s.organization_id = ${documents.organizationId} AND s.subscription_id = ${documents.subscriptionId} AND s.period_start = ${periodStart} AND s.over_limit = 'pay_as_you_go'`
  const monthStart = sql`coalesce(${documentLines.inputs} ->> 'month_start', ${documentLines.inputs} ->> 'period_start')`
  const rows = await tx
    .select({
      organizationId: documents.organizationId,
      subscriptionId: subscriptions.id,
      start: sql<string>`${monthStart}`,
      end: sql<string>`min(${documentLines.inputs} ->> 'period_end')`,
      billed: sql<string>`sum(${documentLines.amount})`,
      begun: sql<string>`max((SELECT count(DISTINCT s.position) ${segments} AND (s.position = 0 OR s.starts_at = s.period_start)))`,
    })
    .from(documents)
    .innerJoin(documentLines, and(eq(documentLines.organizationId, documents.organizationId), eq(documentLines.documentId, documents.id)))
    .innerJoin(subscriptions, and(eq(subscriptions.organizationId, documents.organizationId), eq(subscriptions.id, documents.subscriptionId)))
    .where(
      and(
        inArray(documents.organizationId, [...organizationIds]),
        sql`${documents.status} <> 'void'`,
        sql`((${documentLines.kind} = 'extra_usage' AND ${documentLines.rule} = 'B5') OR (${documentLines.kind} = 'adjustment' AND ${documentLines.rule} = 'C8'))`,
        sql`EXISTS (SELECT ${segments})`,
      ),
    )
    .groupBy(documents.organizationId, subscriptions.id, monthStart)
  return rows.map(({ start, end, billed, begun, ...of }) => ({
    ...of,
    start: instant(start),
    end: instant(end),
    billed: BigInt(billed),
    begun: Math.max(1, Number(begun)),
  }))
}
