import { and, eq, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { type BooksDifference, prepaidAccounts, prepaidDraws, prepaidGrants, usageSegments } from '../../../../db/schema'
import type { OrganizationId } from '../../../ids'
import { type ExactAmount, exact, unitPriceString } from '../../../money'
import { unitPriceOf } from '../../core/catalog'
import { type BooksCheck, balance, writtenId } from './books-sql'
import { toSegment } from './subscription'

/**
 * A fact that is posted in parts (a lot's draws, day by day; a debt, as it grows; what disputes take of a payment) is one to the books: its name up to the
 * part. In `postings`, whose row is `p`.
 */
export const sameFact = sql`CASE WHEN left(p.source, 4) IN ('gran', 'org_', 'mem_', 'pay_') THEN regexp_replace(p.source, '^([^:]+:[^:]+).*$', '\\1') ELSE p.source END`

const SCALE = sql`JOIN scale USING (currency)`

/** Draws of usage; what paid a debt or an invoice, or went back with its payment, is posted otherwise. */
const isUsage = sql`d.meter <> 'debt' AND d.meter NOT LIKE 'inv\\_%' AND d.meter NOT LIKE '%:%'`

/** What bought credit and personal credit imply of the ledger. */
export const prepaidFacts = sql`
  SELECT fact.organization_id, fact.source, part.account, part.amount
  FROM (
    SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':drawn' AS source, sum(d.posted) * min(scale.minor) AS amount
    FROM prepaid_grants g JOIN scope USING (organization_id) ${SCALE}
    JOIN prepaid_draws d ON d.organization_id = g.organization_id AND d.grant_id = g.id AND ${isUsage}
    GROUP BY g.organization_id, g.id
    UNION ALL
    SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':expired', g.expired_amount * scale.minor
    FROM prepaid_grants g JOIN scope USING (organization_id) ${SCALE} WHERE g.expired_amount IS NOT NULL
    UNION ALL
    SELECT a.organization_id, ${writtenId('org', 'a.organization_id')} || ':owed', (a.debt_posted + coalesce(paid.amount, 0)) * scale.minor
    FROM prepaid_accounts a JOIN scope USING (organization_id) ${SCALE}
    LEFT JOIN (SELECT d.organization_id, sum(d.posted) AS amount FROM prepaid_draws d WHERE d.meter = 'debt' GROUP BY d.organization_id) paid
      ON paid.organization_id = a.organization_id
  ) fact
  CROSS JOIN LATERAL (VALUES ('prepaid', fact.amount), ('revenue', -fact.amount)) AS part (account, amount)
  UNION ALL
  -- What was left of a purchase that went back (G80).
  SELECT back.organization_id, back.source, part.account, part.amount
  FROM (
    SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':went_back' AS source,
      sum(d.amount * scale.minor) FILTER (WHERE d.meter LIKE 'refund:%') AS refunded, sum(d.amount * scale.minor) FILTER (WHERE d.meter LIKE 'dispute:%') AS disputed
    FROM prepaid_grants g JOIN scope USING (organization_id) ${SCALE}
    JOIN prepaid_draws d ON d.organization_id = g.organization_id AND d.grant_id = g.id AND d.meter LIKE '%:%'
    GROUP BY g.organization_id, g.id
  ) back
  CROSS JOIN LATERAL (VALUES ('prepaid', coalesce(back.refunded, 0) + coalesce(back.disputed, 0)), ('refunds', -back.refunded), ('disputes', -back.disputed)) AS part (account, amount)
  UNION ALL
  SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':contributed', part.account, part.amount
  FROM credit_grants g JOIN scope USING (organization_id)
  CROSS JOIN LATERAL (VALUES ('personal_credit', g.amount), ('customer_credit', -g.amount)) AS part (account, amount)
  WHERE g.source = 'contribution'
  UNION ALL
  -- What the operator gave to a member is a fact of the ledger alone; its balance is compared with what members hold.
  SELECT organization_id, source, account, sum(amount) FROM postings WHERE source LIKE 'mem\\_%:personal\\_credit' GROUP BY organization_id, source, account`

/** A liability of what is left, of purchases that are not paid yet, and of what was drawn and is not posted yet. */
const prepaidIsOwed = balance(
  'prepaid',
  'prepaid',
  sql`
    SELECT g.organization_id, -g.remaining * scale.minor AS amount FROM prepaid_grants g JOIN scope USING (organization_id) ${SCALE}
    UNION ALL SELECT a.organization_id, a.debt_posted * scale.minor FROM prepaid_accounts a JOIN scope USING (organization_id) ${SCALE}
    UNION ALL SELECT d.organization_id, -(d.amount - d.posted) * scale.minor FROM prepaid_draws d JOIN scope USING (organization_id)
      JOIN prepaid_grants g ON g.organization_id = d.organization_id AND g.id = d.grant_id ${SCALE}
    UNION ALL SELECT d.organization_id, -d.total FROM documents d JOIN scope USING (organization_id) WHERE d.kind = 'purchase' AND d.status IN ('open', 'uncollectible')
      AND NOT EXISTS (SELECT FROM prepaid_grants g WHERE g.organization_id = d.organization_id AND g.document_id = d.id)`,
)

const personalCreditIsMembers = balance(
  'personal_credit',
  'personal_credit',
  sql`SELECT m.organization_id, -m.personal_credit AS amount FROM members m JOIN scope USING (organization_id)`,
)

/** What is left of a lot is what was bought less what was drawn, what paid a debt, what went back with its payment, and what has expired. */
const lotsAddUp: BooksCheck = sql`
  SELECT g.organization_id, 'prepaid_grant', 'grant', g.id, NULL::text, trim_scale(g.amount - coalesce(drawn.amount, 0) - coalesce(g.expired_amount, 0))::text, trim_scale(g.remaining)::text
  FROM prepaid_grants g JOIN scope USING (organization_id)
  LEFT JOIN (SELECT d.organization_id, d.grant_id, sum(d.amount) AS amount FROM prepaid_draws d JOIN scope USING (organization_id) GROUP BY d.organization_id, d.grant_id) drawn
    ON drawn.organization_id = g.organization_id AND drawn.grant_id = g.id
  WHERE g.amount - coalesce(drawn.amount, 0) - coalesce(g.expired_amount, 0) <> g.remaining`

/** Every purchase that is paid has made a lot of its amount, and no lot is there without one. */
const purchasesAreLots: BooksCheck = sql`
  SELECT organization_id, 'prepaid_purchase', 'inv', document_id, NULL::text, coalesce(bought.amount, 0)::text, trim_scale(coalesce(lot.amount, 0))::text
  FROM (
    SELECT d.organization_id, d.id AS document_id, d.total AS amount FROM documents d JOIN scope USING (organization_id)
    WHERE d.kind = 'purchase' AND (d.status = 'paid' OR (d.status = 'uncollectible' AND d.amount_paid > 0))
  ) bought
  FULL JOIN (
    SELECT g.organization_id, g.document_id, sum(g.amount * scale.minor) AS amount FROM prepaid_grants g JOIN scope USING (organization_id) ${SCALE}
    WHERE g.document_id IS NOT NULL GROUP BY g.organization_id, g.document_id
  ) lot USING (organization_id, document_id)
  WHERE coalesce(bought.amount, 0) <> coalesce(lot.amount, 0)`

const appliedCameFromLots: BooksCheck = sql`
  SELECT d.organization_id, 'document_prepaid', 'inv', d.id, NULL::text, (CASE WHEN d.status = 'void' THEN 0 ELSE d.prepaid_applied END)::text, trim_scale(coalesce(drawn.amount, 0))::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN LATERAL (
    SELECT sum(w.amount * scale.minor) AS amount FROM prepaid_draws w JOIN prepaid_grants g ON g.organization_id = w.organization_id AND g.id = w.grant_id ${SCALE}
    WHERE w.organization_id = d.organization_id AND w.meter = ${writtenId('inv', 'd.id')}
  ) drawn ON d.prepaid_applied > 0
  WHERE CASE WHEN d.status = 'void' THEN 0 ELSE d.prepaid_applied END <> coalesce(drawn.amount, 0)`

export const prepaidChecks: readonly BooksCheck[] = [prepaidIsOwed, personalCreditIsMembers, lotsAddUp, purchasesAreLots, appliedCameFromLots]

const NOTHING = exact('0')

/** What was drawn, or is owed, is the price of every unit that was counted: rated by the rule itself, not in SQL (P1, P7). */
export async function findMisdrawnCredit(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<BooksDifference[]> {
  const segments = await tx
    .select()
    .from(usageSegments)
    .where(and(inArray(usageSegments.organizationId, [...organizationIds]), eq(usageSegments.overLimit, 'prepaid')))
  const drawn = await tx
    .select({ organizationId: prepaidDraws.organizationId, amount: sql<ExactAmount>`sum(${prepaidDraws.amount})`.mapWith(prepaidGrants.amount) })
    .from(prepaidDraws)
    .where(
      and(inArray(prepaidDraws.organizationId, [...organizationIds]), sql`${prepaidDraws.meter} NOT LIKE 'inv\\_%' AND ${prepaidDraws.meter} NOT LIKE '%:%'`),
    )
    .groupBy(prepaidDraws.organizationId)
  const owing = await tx
    .select({ organizationId: prepaidAccounts.organizationId, amount: prepaidAccounts.debt })
    .from(prepaidAccounts)
    .where(inArray(prepaidAccounts.organizationId, [...organizationIds]))
  const costs = sumsOf(
    segments.map((row) => {
      const { overLimit, meter, units } = toSegment(row)
      return { organizationId: row.organizationId, amount: ((unitPriceOf(overLimit, meter) ?? NOTHING) * units) as ExactAmount }
    }),
  )
  const paid = sumsOf([...drawn, ...owing])
  return [...new Set([...costs.keys(), ...paid.keys()])].flatMap((organization) => {
    const [expected, found] = [costs.get(organization) ?? NOTHING, paid.get(organization) ?? NOTHING]
    if (expected === found) return []
    return [{ organization, check: 'prepaid_usage', about: organization, expected: unitPriceString(expected), found: unitPriceString(found) }]
  })
}

function sumsOf(rows: readonly { organizationId: OrganizationId; amount: ExactAmount }[]): Map<OrganizationId, ExactAmount> {
  const sums = new Map<OrganizationId, ExactAmount>()
  for (const { organizationId, amount } of rows) sums.set(organizationId, ((sums.get(organizationId) ?? NOTHING) + amount) as ExactAmount)
  return sums
}
