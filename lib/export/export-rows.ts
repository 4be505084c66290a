import { getTableColumns, type SQL, sql } from 'drizzle-orm'
import type { PgColumn } from 'drizzle-orm/pg-core'
import type { Transaction } from '../../db/client'
import { columnName } from '../../db/row-reader'
import { type CsvCell, csvLine } from '../csv'
import { type OrganizationId, uuidOf } from '../ids'
import { Temporal } from '../time'
import type { ExportedTable } from './exported-tables'

const ROWS_AT_A_TIME = 500

type Row = Record<string, unknown>
type ExportedColumn = { name: string; column: PgColumn }

/** The columns of its file, as the file calls them. */
export function exportedColumns({ table, without = {} }: ExportedTable): ExportedColumn[] {
  return Object.entries(getTableColumns(table)).flatMap(([key, column]) => (key in without ? [] : [{ name: columnName(column), column: column as PgColumn }]))
}

/** A JSON object a line. Whole numbers of any size, and exact amounts, are strings. */
export async function* jsonLines(rows: AsyncIterable<Row[]>): AsyncGenerator<string> {
  for await (const some of rows) yield some.map((row) => `${JSON.stringify(row)}\n`).join('')
}

/** The same for a spreadsheet. What is a list or an object is JSON in its cell. */
export async function* csvLines(exported: ExportedTable, rows: AsyncIterable<Row[]>): AsyncGenerator<string> {
  const names = exportedColumns(exported).map(({ name }) => name)
  yield csvLine(names)
  for await (const some of rows) yield some.map((row) => csvLine(names.map((name) => cellOf(row[name])))).join('')
}

const NUMBER = /^-?\d+(\.\d+)?$/

function cellOf(value: unknown): CsvCell {
  if (value === null || value === undefined) return ''
  if (typeof value === 'object') return JSON.stringify(value)
  const text = String(value)
  return NUMBER.test(text) ? { decimal: text as `${number}` } : text
}

/** A table's rows of one organization by a cursor, some at a time, so that years of them need no more memory than a page of them. */
export async function* readRows(tx: Transaction, exported: ExportedTable, organizationId: OrganizationId): AsyncGenerator<Row[]> {
  const columns = exportedColumns(exported)
  const names = sql.raw(columns.map(({ name }) => `"${name}"`).join(', '))
  const cursor = sql.identifier(`export_${exported.file}`)
  await tx.execute(
    sql`DECLARE ${cursor} NO SCROLL CURSOR FOR SELECT ${names} FROM ${exported.table} WHERE ${ownRows(exported, organizationId)}${order(exported)}`,
  )
  for (;;) {
    const { rows } = await tx.execute<Row>(sql`FETCH ${sql.raw(String(ROWS_AT_A_TIME))} FROM ${cursor}`)
    if (rows.length === 0) break
    yield rows.map((row) => Object.fromEntries(columns.map(({ name, column }) => [name, written(column, row[name])])))
  }
  await tx.execute(sql`CLOSE ${cursor}`)
}

/** Also where the role that reads sees nothing else anyway. */
function ownRows({ where }: ExportedTable, organizationId: OrganizationId): SQL {
  return where?.(organizationId) ?? sql`organization_id = ${uuidOf('org', organizationId)}`
}

/** Ids grow with time. The ids of events are their callers', and sorting them all would take as long as they are many. */
function order(exported: ExportedTable): SQL {
  const isOurs = exportedColumns(exported).some(({ name, column }) => name === 'id' && column.getSQLType() === 'uuid')
  return isOurs ? sql` ORDER BY id` : sql``
}

/** Exact amounts stay the decimals that Postgres writes; ids, times and whole numbers are as everywhere else. */
function written(column: PgColumn, value: unknown): unknown {
  if (value === null || value === undefined) return null
  if (column.getSQLType().startsWith('numeric')) return value
  return plain(column.mapFromDriverValue(value))
}

/** What a mail's link is made of opens something, however well it is sealed, and a link to the bank confirms a payment. */
const OPENS = /^(sealed|url$)/

function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return value.toString()
  if (value instanceof Temporal.Instant) return value.toString()
  if (Array.isArray(value)) return value.map(plain)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).flatMap(([name, part]) => (OPENS.test(name) ? [] : [[name, plain(part)]])))
}
