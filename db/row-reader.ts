import { type Column, getTableColumns, type InferSelectModel, type SQL, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'

/**
 * A table's columns for a statement that is written by hand, and a row of them as Drizzle would give it. For what is asked thousands of times a
 * second: putting a query together costs as much as what it finds.
 */
export function rowReader<Table extends PgTable>(
  table: Table,
  alias: string,
): { columns: SQL; read: (row: Record<string, unknown>) => InferSelectModel<Table> } {
  const columns = Object.entries(getTableColumns(table)).map(([key, column]) => ({ key, name: columnName(column), column }))
  return {
    columns: sql.raw(columns.map(({ name }) => `${alias}.${name}`).join(', ')),
    read(row) {
      const read: Record<string, unknown> = {}
      for (const { key, name, column } of columns) {
        const value = row[name]
        read[key] = value === null ? null : column.mapFromDriverValue(value)
      }
      return read as InferSelectModel<Table>
    },
  }
}

/** As the client is told to (`casing` in db/client.ts). */
export function columnName({ name }: Column): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)
}
