import type { SQL } from 'drizzle-orm'
import { DIALECT, type Transaction } from './client'

/**
 * A statement that is asked thousands of times a second, with a `sql.placeholder` for each of its values: its text is put together once, which took as
 * long as what it finds where it was done for each call. It is sent before this returns, once, whether or not anybody waits for the rows.
 *
 * @throws Error for a placeholder that is given no value.
 */
export function statement<Values extends Record<string, unknown>, Row>(text: SQL): (tx: Transaction, values: Values) => Promise<Row[]> {
  const query = DIALECT.sqlToQuery(text)
  return async (tx, values) => {
    const { rows } = (await tx._.session.prepareQuery(query, undefined, undefined, false).execute(values)) as { rows: Row[] }
    return rows
  }
}
