import { type SQL, sql } from 'drizzle-orm'

/** A subquery whose every row is one difference: see `BOOKS_COLUMNS` in `books.ts`. It reads `scope (organization_id)`. */
export type BooksCheck = SQL

const ID_ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** An id as people and the ledger's sources write it (`inv_01h2x…`), from its uuid: 130 bits in 26 groups of five. */
export function writtenId(prefix: string, column: string): SQL {
  return sql.raw(`(
    SELECT '${prefix}_' || string_agg(substr('${ID_ALPHABET}', substring(b.bits FROM n * 5 + 1 FOR 5)::bit(5)::integer + 1, 1), '' ORDER BY n)
    FROM (SELECT B'00' || ('x' || replace(${column}::text, '-', ''))::bit(128) AS bits) b, generate_series(0, 25) n)`)
}

/** An account's balance against the rows whose sum it is. */
export function balance(account: string, name: string, rows: SQL): BooksCheck {
  return sql`
    SELECT organization_id, ${sql.raw(`'${name}'`)}, 'org', organization_id, NULL::text, coalesce(fact.amount, 0)::text, trim_scale(coalesce(posted.amount, 0))::text
    FROM (SELECT organization_id, sum(amount) AS amount FROM (${rows}) row_of GROUP BY organization_id) fact
    FULL JOIN (SELECT organization_id, sum(amount) AS amount FROM postings WHERE account = ${sql.raw(`'${account}'`)} GROUP BY organization_id) posted USING (organization_id)
    WHERE coalesce(fact.amount, 0) <> coalesce(posted.amount, 0)`
}
