import { type Column, type GetColumnData, getTableColumns, getTableName, type SQL, Subquery, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/**
 * `column = value`, where Postgres learns the value only as it runs: whose rows a list is of.
 *
 * If it knew it, a list of a customer with a good part of a table's rows would look cheaper than the average one, whose plan a connection keeps, and
 * would be planned anew for each page.
 */
export function eqAtRunTime<Of extends Column>(column: Of, value: GetColumnData<Of, 'raw'>): SQL {
  return sql`${column} = (SELECT ${sql.param(value, column)}::${sql.raw(column.getSQLType())})`
}

export type NewestOf<Of extends PgTable> = Subquery<Of['_']['name'], Of['_']['columns']>

/**
 * To select from in the table's place: its newest rows by `key`, of which a page takes `limit`.
 *
 * A limit is a parameter, of which a plan that is kept assumes a tenth of all rows: it too would look dear beside a plan for the page. To plan takes
 * longer than to read, so there is a limit above it that is written out, of few sizes.
 */
export function newestOf<Of extends PgTable>(table: Of, { where, key, limit }: { where: SQL | undefined; key: Column; limit: number }): NewestOf<Of> {
  const most = 2 ** Math.ceil(Math.log2(Math.max(limit, 1)))
  const rows = sql`SELECT * FROM ${table} WHERE ${where} ORDER BY ${key} DESC LIMIT ${sql.raw(String(most))}`
  return new Subquery(rows, getTableColumns(table), getTableName(table))
}
