import { sql } from 'drizzle-orm'
import { isRepaired } from './books-money'
import type { BooksCheck } from './books-sql'

const totalIsSumOfLines: BooksCheck = sql`
  SELECT d.organization_id, 'document_total', 'inv', d.id, NULL::text, coalesce(sum(l.amount), 0)::text, d.total::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN document_lines l ON l.organization_id = d.organization_id AND l.document_id = d.id
  GROUP BY d.organization_id, d.id, d.total HAVING coalesce(sum(l.amount), 0) <> d.total`

/** G6: `amount_due = max(total, 0) − credit_applied`, `credit_issued = max(−total, 0)`. */
const figuresFollowFromTotal: BooksCheck = sql`
  SELECT d.organization_id, 'document_figures', 'inv', d.id, figure.name, figure.expected::text, figure.found::text
  FROM documents d JOIN scope USING (organization_id)
  CROSS JOIN LATERAL (VALUES ('amount_due', greatest(d.total, 0) - d.credit_applied, d.amount_due), ('credit_issued', greatest(-d.total, 0), d.credit_issued))
    AS figure (name, expected, found)
  WHERE figure.expected <> figure.found`

/** Collected, and not taken back by the bank. */
const isKept = sql`(p.state = 'collected' OR (p.state = 'disputed' AND p.dispute_lost IS NULL))`

/** A document is paid when its payment was collected, or there was nothing to collect; and not otherwise. */
const paidMeansCollected: BooksCheck = sql`
  SELECT d.organization_id, 'document_status', 'inv', d.id, NULL::text,
    CASE WHEN d.amount_due = 0 OR ${isKept} THEN 'paid' WHEN p.dispute_lost IS NOT NULL THEN 'uncollectible' ELSE 'not paid' END, d.status
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN payments p ON p.organization_id = d.organization_id AND p.document_id = d.id
  WHERE d.status <> 'void' AND ((d.status = 'paid') <> (d.amount_due = 0 OR coalesce(${isKept}, false)) OR (p.dispute_lost IS NOT NULL AND d.status <> 'uncollectible'))`

/** An invoice with an amount due has one payment, of that amount. */
const duesHavePayments: BooksCheck = sql`
  SELECT d.organization_id, 'document_payment', 'inv', d.id, NULL::text, d.amount_due::text, coalesce(p.amount, 0)::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN payments p ON p.organization_id = d.organization_id AND p.document_id = d.id
  WHERE d.amount_due <> coalesce(p.amount, 0)`

const paidAndRefundedAmounts: BooksCheck = sql`
  SELECT d.organization_id, 'document_cash', 'inv', d.id, figure.name, figure.expected::text, figure.found::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN payments p ON p.organization_id = d.organization_id AND p.document_id = d.id
  CROSS JOIN LATERAL (
    SELECT coalesce(sum(r.amount), 0) AS amount FROM refunds r WHERE r.organization_id = d.organization_id AND r.document_id = d.id AND r.state = 'succeeded'
  ) refunded
  CROSS JOIN LATERAL (VALUES
    ('amount_paid', CASE WHEN d.status IN ('paid', 'uncollectible') AND p.state IN ('collected', 'disputed') THEN p.amount ELSE 0 END, d.amount_paid),
    ('amount_refunded', refunded.amount, d.amount_refunded)) AS figure (name, expected, found)
  WHERE figure.expected <> figure.found`

/** Of what came in for the document: paid with it, or kept as credit where it was void. A lost dispute has taken its part. */
const refundsWithinPayments: BooksCheck = sql`
  SELECT d.organization_id, 'refund', 'inv', d.id, NULL::text, 'at most ' || (p.amount - coalesce(p.dispute_lost, 0)), sum(r.amount)::text
  FROM refunds r JOIN scope USING (organization_id)
  JOIN documents d ON d.organization_id = r.organization_id AND d.id = r.document_id
  JOIN payments p ON p.organization_id = r.organization_id AND p.id = r.payment_id
  WHERE r.state <> 'failed' GROUP BY d.organization_id, d.id, p.amount, p.dispute_lost HAVING sum(r.amount) > p.amount - coalesce(p.dispute_lost, 0)`

/** What its disputes come to is what stands with the payment. */
const disputesAddUp: BooksCheck = sql`
  SELECT p.organization_id, 'dispute', 'pay', p.id, figure.name, figure.expected, figure.found
  FROM payments p JOIN scope USING (organization_id)
  LEFT JOIN LATERAL (
    SELECT bool_or(d.state <> 'won') AS unsettled, sum(d.amount) FILTER (WHERE d.state = 'lost') AS lost
    FROM disputes d WHERE d.organization_id = p.organization_id AND d.payment_id = p.id
  ) come ON true
  CROSS JOIN LATERAL (VALUES
    ('state', CASE WHEN come.unsettled THEN 'disputed' ELSE 'not disputed' END, CASE WHEN p.state = 'disputed' THEN 'disputed' ELSE 'not disputed' END),
    ('lost', coalesce(come.lost::text, 'none'), coalesce(p.dispute_lost::text, 'none'))) AS figure (name, expected, found)
  WHERE figure.expected <> figure.found`

const documentsHaveNumbers: BooksCheck = sql`
  SELECT d.organization_id, 'document_number', 'inv', d.id, NULL::text, 'a number', 'none'
  FROM documents d JOIN scope USING (organization_id) WHERE d.number IS NULL`

/** A person's open invoice is what their action waits for (G79), and an action waits for nothing else. */
const actionsWaitForOpenInvoices: BooksCheck = sql`
  SELECT d.organization_id, 'waiting_action', 'inv', d.id, NULL::text,
    CASE WHEN d.status = 'open' THEN 'an action that waits' ELSE 'no action that waits' END, coalesce(a.state, 'none')
  FROM documents d JOIN scope USING (organization_id)
  JOIN payments p ON p.organization_id = d.organization_id AND p.document_id = d.id
  LEFT JOIN pending_actions a ON a.organization_id = d.organization_id AND a.document_id = d.id
  WHERE (NOT p.dunning OR d.kind = 'pro_forma') AND (d.status = 'open') <> coalesce(a.state = 'waiting', false)`

/** Nobody has a paid plan for nothing: its period has an invoice that is paid, or open and being collected. */
const paidPlansAreInvoiced: BooksCheck = sql`
  SELECT s.organization_id, 'plan_invoice', 'sub', s.id, NULL::text, 'an invoice for the running ' || s.plan || ' period', 'none'
  FROM subscriptions s JOIN scope USING (organization_id)
  JOIN catalog_versions c ON c.product = s.product AND c.version = s.catalog_version
  WHERE s.started_at IS NOT NULL AND s.ended_at IS NULL AND s.status IN ('active', 'past_due')
    AND EXISTS (
      SELECT FROM jsonb_array_elements(c.document -> 'plans') AS sold (terms) WHERE sold.terms ->> 'id' = s.plan AND (sold.terms -> 'prices' ->> s.interval)::bigint > 0
      UNION ALL SELECT FROM custom_plans own WHERE own.organization_id = s.organization_id AND own.id = s.plan)
    AND NOT EXISTS (
      SELECT FROM documents d WHERE d.organization_id = s.organization_id AND d.subscription_id = s.id AND d.period_start = s.period_start
        AND d.series = 'invoice' AND d.kind IN ('renewal', 'change', 'pro_forma') AND (d.status <> 'void' OR ${isRepaired})
        AND NOT EXISTS (SELECT FROM pending_actions a WHERE a.organization_id = d.organization_id AND a.document_id = d.id AND a.state = 'waiting'))`

/** Periods follow one another without a gap; the one that runs, or ran when its organization was closed, follows the last. */
const periodsFollow: BooksCheck = sql`
  SELECT organization_id, 'period', 'sub', subscription_id, period_start::text, next_start::text, period_end::text
  FROM (
    SELECT p.organization_id, p.subscription_id, p.period_start, p.period_end,
      coalesce(lead(p.period_start) OVER (PARTITION BY p.organization_id, p.subscription_id ORDER BY p.period_start), s.period_start) AS next_start
    FROM subscription_periods p JOIN scope USING (organization_id)
    JOIN subscriptions s ON s.organization_id = p.organization_id AND s.id = p.subscription_id
  ) closed WHERE next_start <> period_end`

export const documentChecks: readonly BooksCheck[] = [
  totalIsSumOfLines,
  figuresFollowFromTotal,
  paidMeansCollected,
  duesHavePayments,
  paidAndRefundedAmounts,
  refundsWithinPayments,
  disputesAddUp,
  documentsHaveNumbers,
  actionsWaitForOpenInvoices,
  paidPlansAreInvoiced,
  periodsFollow,
]

/** Each series counts from 1 without a gap; of all organizations together, so it is asked once a run. */
export const seriesAreGapless = sql`
  SELECT 'document_series' AS name, s.series AS about, (s.next - 1)::text AS expected, count(d.number)::text AS found
  FROM document_series s LEFT JOIN documents d ON d.series = s.series
  GROUP BY s.series, s.next
  HAVING count(d.number) <> s.next - 1 OR coalesce(max(d.number), 0) <> s.next - 1 OR count(DISTINCT d.number) <> count(d.number) OR coalesce(min(d.number), 1) <> 1`
