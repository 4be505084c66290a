import { type SQL, sql } from 'drizzle-orm'
import { type Currency, currencyExponent } from '../../../money'
import { prepaidFacts, sameFact } from './books-prepaid'
import { type BooksCheck, balance, writtenId } from './books-sql'

/** Taken back by the operator (G80): what it had billed stays billed, and the plan that it was for runs on. Not an action's, which is as if it had not been. */
export const isRepaired = sql`(d.status = 'void'
  AND EXISTS (SELECT FROM audit_log repair WHERE repair.organization_id = d.organization_id AND repair.action = 'invoice.voided' AND repair.target = ${writtenId('inv', 'd.id')})
  AND NOT EXISTS (SELECT FROM pending_actions given_up WHERE given_up.organization_id = d.organization_id AND given_up.document_id = d.id))`

/** How many minor units make a major one, which the ledger counts in. */
function minorPerMajor(currencies: readonly Currency[]): SQL {
  const rows = currencies.map((currency) => sql`(${currency}::text, ${10 ** currencyExponent(currency)}::numeric)`)
  return rows.length === 0 ? sql`SELECT NULL::text AS currency, 1::numeric AS minor` : sql`VALUES ${sql.join(rows, sql`, `)}`
}

/** What the money checks share, for the statement's WITH. */
export function moneyTerms(currencies: readonly Currency[]): SQL {
  return sql`
    scale (currency, minor) AS (${minorPerMajor(currencies)}),
    postings AS (
      SELECT p.organization_id, ${sameFact} AS source, p.account::text AS account, p.transaction_id, p.currency, p.amount * coalesce(scale.minor, 1) AS amount
      FROM ledger_postings p JOIN scope USING (organization_id) LEFT JOIN scale USING (currency)
    ),
    used_credit AS (
      SELECT u.organization_id, u.document_id, u.grant_id, u.amount FROM credit_uses u JOIN scope USING (organization_id) WHERE u.released_at IS NULL
    ),
    reversed AS (
      -- The cash of a document's payment went back with that payment.
      SELECT g.organization_id, g.id AS grant_id, sum(gone.cash) AS cash, sum(v.credit) AS credit,
        sum(gone.cash - v.credit) FILTER (WHERE v.cause = 'refund') AS refunded, sum(gone.cash - v.credit) FILTER (WHERE v.cause = 'dispute') AS disputed
      FROM credit_reversals v JOIN scope USING (organization_id)
      JOIN credit_grants g ON g.organization_id = v.organization_id AND g.id = v.grant_id
      CROSS JOIN LATERAL (SELECT CASE WHEN g.document_id IS NULL THEN v.amount ELSE 0 END AS cash) gone
      WHERE v.state = 'taken' GROUP BY g.organization_id, g.id
    ),
    implied (organization_id, source, account, amount) AS (
      SELECT d.organization_id, ${writtenId('inv', 'd.id')} || fact.suffix, part.account, fact.sign * part.amount
      FROM documents d JOIN scope USING (organization_id)
      JOIN (VALUES (':issued', 1), (':voided', -1)) AS fact (suffix, sign) ON fact.sign = 1 OR d.status = 'void'
      CROSS JOIN LATERAL (VALUES ('receivable', d.amount_due), ('customer_credit', d.credit_applied - d.credit_issued - d.prepaid_applied),
        -- What was bought is owed until it is used.
        ('prepaid', d.prepaid_applied - CASE WHEN d.kind = 'purchase' THEN d.total ELSE 0 END), ('revenue', CASE WHEN d.kind = 'purchase' THEN 0 ELSE -d.total END)) AS part (account, amount)
      UNION ALL
      SELECT p.organization_id, ${writtenId('pay', 'p.id')} || ':collected', part.account, part.amount
      FROM payments p JOIN scope USING (organization_id)
      JOIN documents d ON d.organization_id = p.organization_id AND d.id = p.document_id
      -- Payment wins over a void invoice, and the money is the customer's (G80).
      CROSS JOIN LATERAL (VALUES ('cash', p.amount), (CASE WHEN d.status = 'void' THEN 'customer_credit' ELSE 'receivable' END, -p.amount)) AS part (account, amount)
      WHERE p.state IN ('collected', 'disputed')
      UNION ALL
      -- The bank has taken it back (G80).
      SELECT p.organization_id, ${writtenId('pay', 'p.id')} || ':dispute_lost', part.account, part.amount
      FROM payments p JOIN scope USING (organization_id)
      CROSS JOIN LATERAL (VALUES ('cash', -p.dispute_lost), ('disputes', p.dispute_lost)) AS part (account, amount)
      WHERE p.dispute_lost IS NOT NULL
      UNION ALL
      -- Money at the provider that belongs to no invoice (G80).
      SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':collected', part.account, part.amount
      FROM credit_grants g JOIN scope USING (organization_id)
      CROSS JOIN LATERAL (VALUES ('cash', g.amount), ('customer_credit', -g.amount)) AS part (account, amount)
      WHERE g.source = 'orphan_payment' AND g.document_id IS NULL
      UNION ALL
      -- What went back of a payment that is kept as credit (G80): what was left of the credit with it, and what was spent is lost.
      SELECT reversed.organization_id, ${writtenId('grant', 'reversed.grant_id')} || ':reversed', part.account, part.amount
      FROM reversed
      CROSS JOIN LATERAL (VALUES ('cash', -reversed.cash), ('customer_credit', reversed.credit), ('refunds', reversed.refunded), ('disputes', reversed.disputed)) AS part (account, amount)
      UNION ALL
      SELECT r.organization_id, ${writtenId('re', 'r.id')} || fact.suffix, part.account, fact.sign * part.amount
      FROM (
        SELECT r.*, CASE WHEN row_number() OVER (PARTITION BY r.organization_id, r.document_id ORDER BY r.completed_at DESC, r.id DESC) = 1 THEN coalesce((
          -- The refund that makes it whole gives back the credit that had paid a part (G67).
          SELECT sum(g.amount) FROM credit_grants g WHERE g.organization_id = r.organization_id AND g.document_id = r.document_id AND g.source = 'released' AND g.amount > 0
        ), 0) ELSE 0 END AS restored
        FROM refunds r JOIN scope USING (organization_id)
        -- One that the bank sent back has gone out before.
        WHERE r.state = 'succeeded' OR (r.state = 'failed' AND EXISTS (
          SELECT FROM postings WHERE postings.organization_id = r.organization_id AND postings.source = ${writtenId('re', 'r.id')} || ':succeeded'))
      ) r
      JOIN (VALUES (':succeeded', 1), (':returned', -1)) AS fact (suffix, sign) ON fact.sign = 1 OR r.state = 'failed'
      CROSS JOIN LATERAL (VALUES ('cash', -r.amount), ('customer_credit', -r.restored), ('refunds', r.amount + r.restored)) AS part (account, amount)
      UNION ALL
      -- What the operator gave or took by hand (G80).
      SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':adjusted', part.account, part.amount
      FROM credit_grants g JOIN scope USING (organization_id)
      CROSS JOIN LATERAL (VALUES ('adjustments', g.amount), ('customer_credit', -g.amount)) AS part (account, amount)
      WHERE g.source = 'adjustment'
      UNION ALL
      -- What was left of it when it ended.
      SELECT g.organization_id, ${writtenId('grant', 'g.id')} || ':expired', part.account, part.amount
      FROM credit_grants g JOIN scope USING (organization_id)
      CROSS JOIN LATERAL (VALUES ('adjustments', -g.expired_amount), ('customer_credit', g.expired_amount)) AS part (account, amount)
      WHERE g.expired_amount <> 0
      UNION ALL ${prepaidFacts}
    )`
}

/** Every ledger transaction adds up to zero, per currency. */
const transactionsBalance: BooksCheck = sql`
  SELECT organization_id, 'ledger_transaction' AS name, NULL AS prefix, NULL::uuid AS id, min(source) AS about, '0' AS expected, trim_scale(sum(amount))::text AS found
  FROM postings GROUP BY organization_id, transaction_id, currency HAVING sum(amount) <> 0`

/** The ledger holds exactly what documents, payments and refunds imply: nothing is missing, wrong, or there without a fact. */
const postingsMatchFacts: BooksCheck = sql`
  SELECT organization_id, 'ledger_posting', NULL, NULL::uuid, source || ' ' || account, coalesce(implied.amount, 0)::text, trim_scale(coalesce(posted.amount, 0))::text
  FROM (SELECT * FROM implied WHERE amount <> 0) implied FULL JOIN (
    SELECT organization_id, source, account, sum(amount) AS amount FROM postings GROUP BY organization_id, source, account
  ) posted USING (organization_id, source, account)
  WHERE coalesce(implied.amount, 0) <> coalesce(posted.amount, 0)`

const receivableIsWhatIsOpen = balance(
  'receivable',
  'receivable',
  sql`
    SELECT d.organization_id, d.amount_due AS amount FROM documents d JOIN scope USING (organization_id)
    WHERE d.status IN ('open', 'uncollectible')
      AND NOT EXISTS (SELECT FROM payments p WHERE p.organization_id = d.organization_id AND p.document_id = d.id AND p.state = 'disputed')`,
)

const cashIsCollectedLessRefunded = balance(
  'cash',
  'cash',
  sql`
    SELECT p.organization_id, p.amount - coalesce(p.dispute_lost, 0) AS amount FROM payments p JOIN scope USING (organization_id) WHERE p.state IN ('collected', 'disputed')
    UNION ALL SELECT g.organization_id, g.amount FROM credit_grants g JOIN scope USING (organization_id) WHERE g.source = 'orphan_payment' AND g.document_id IS NULL
    UNION ALL SELECT reversed.organization_id, -reversed.cash FROM reversed
    UNION ALL SELECT r.organization_id, -r.amount FROM refunds r JOIN scope USING (organization_id) WHERE r.state = 'succeeded'`,
)

const customerCreditIsWhatIsLeft = balance(
  'customer_credit',
  'customer_credit',
  sql`SELECT g.organization_id, -g.remaining AS amount FROM credit_grants g JOIN scope USING (organization_id)`,
)

const grantsAddUp: BooksCheck = sql`
  SELECT g.organization_id, 'credit_grant', 'grant', g.id, NULL::text, (g.amount - coalesce(used.amount, 0) - g.expired_amount - coalesce(reversed.credit, 0))::text, g.remaining::text
  FROM credit_grants g JOIN scope USING (organization_id)
  LEFT JOIN (SELECT organization_id, grant_id, sum(amount) AS amount FROM used_credit GROUP BY organization_id, grant_id) used
    ON used.organization_id = g.organization_id AND used.grant_id = g.id
  LEFT JOIN reversed ON reversed.organization_id = g.organization_id AND reversed.grant_id = g.id
  WHERE g.amount - coalesce(used.amount, 0) - g.expired_amount - coalesce(reversed.credit, 0) <> g.remaining`

const appliedCreditCameFromGrants: BooksCheck = sql`
  SELECT d.organization_id, 'document_credit', 'inv', d.id, NULL::text, (CASE WHEN d.status = 'void' THEN 0 ELSE d.credit_applied - d.carried_forward - d.prepaid_applied END)::text, coalesce(used.amount, 0)::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN (SELECT organization_id, document_id, sum(amount) AS amount FROM used_credit GROUP BY organization_id, document_id) used
    ON used.organization_id = d.organization_id AND used.document_id = d.id
  WHERE CASE WHEN d.status = 'void' THEN 0 ELSE d.credit_applied - d.carried_forward - d.prepaid_applied END <> coalesce(used.amount, 0)`

/** What a document gave to the account, for good or to be owed, is a grant of that amount. */
const issuedCreditIsGranted: BooksCheck = sql`
  SELECT d.organization_id, 'document_grant', 'inv', d.id, NULL::text, (d.credit_issued - d.carried_forward)::text, coalesce(granted.amount, 0)::text
  FROM documents d JOIN scope USING (organization_id)
  LEFT JOIN (
    SELECT g.organization_id, g.document_id, sum(g.amount) AS amount FROM credit_grants g JOIN scope USING (organization_id)
    WHERE g.source IN ('credit_note', 'carried_forward') GROUP BY g.organization_id, g.document_id
  ) granted ON granted.organization_id = d.organization_id AND granted.document_id = d.id
  WHERE d.credit_issued - d.carried_forward <> coalesce(granted.amount, 0)`

export const moneyChecks: readonly BooksCheck[] = [
  transactionsBalance,
  postingsMatchFacts,
  receivableIsWhatIsOpen,
  cashIsCollectedLessRefunded,
  customerCreditIsWhatIsLeft,
  grantsAddUp,
  appliedCreditCameFromGrants,
  issuedCreditIsGranted,
]
