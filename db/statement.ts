import { type Placeholder, type SQL, sql } from 'drizzle-orm'
import { DIALECT, type Transaction } from './client'

/**
 * A statement that is asked thousands of times a second: its text, with `given(name)` where a value goes, is put together once, which took as long as
 * what it finds where it was done for each call. It is sent before this returns, once, whether or not anybody waits for the rows.
 */
export function statement<Values extends Record<string, unknown>, Row>(
  write: (given: (name: keyof Values & string) => Placeholder) => SQL,
): (tx: Transaction, values: Values) => Promise<Row[]> {
  const query = DIALECT.sqlToQuery(write((name) => sql.placeholder(name)))
  return async (tx, values) => {
    const { rows } = (await tx._.session.prepareQuery(query, undefined, undefined, false).execute(values)) as { rows: Row[] }
    return rows
  }
}
