import clsx from 'clsx'
import type { ReactNode } from 'react'

export type Column<Row> = {
  id: string
  header: string
  /** What the cell shows; dates, words and amounts ready to read. */
  cell: (row: Row) => ReactNode
  /** Amounts and counts stand at the end of their column. */
  align?: 'start' | 'end'
  /** Names the row: spoken with each of its cells, and its heading where the table has become a list. */
  rowHeader?: boolean
  /** The header is for ears only: a column of buttons. */
  hideHeader?: boolean
  /** Stands beside the row's heading, without its header, where the table has become a list: the figure or the button that one looks for. At most one. */
  aside?: boolean
}

type Props<Row> = {
  /** What the table is, for those who hear it. */
  caption: string
  columns: readonly Column<Row>[]
  rows: readonly Row[]
  rowKey: (row: Row) => string
  /** Stands in the table's place where there are no rows. */
  empty?: ReactNode
  /** Inside a card that is `flush`, cells keep the card's margin. */
  inset?: boolean
  footer?: ReactNode
}

// Said outright, because some browsers forget that a table is one as soon as it is laid out as anything else.
const ROLES = {
  table: { role: 'table' },
  rows: { role: 'rowgroup' },
  row: { role: 'row' },
  columnHeader: { role: 'columnheader' },
  rowHeader: { role: 'rowheader', scope: 'row' },
  cell: { role: 'cell' },
} as const

/**
 * A table where there is room, and a list of headed entries where there is not (less than 36 rem *of its own place*, so it works in a dialog too).
 */
export function DataTable<Row>({ caption, columns, rows, rowKey, empty, inset = false, footer }: Props<Row>) {
  if (rows.length === 0 && empty) return <>{empty}</>
  const hasAside = columns.some((column) => column.aside)
  const edge = inset ? 'first:ps-5 last:pe-5 sm:first:ps-6 sm:last:pe-6' : 'first:ps-0 last:pe-0'
  return (
    <div className="@container min-w-0">
      <table className="block @xl:table w-full border-collapse text-sm" {...ROLES.table}>
        <caption className="sr-only">{caption}</caption>
        <thead className="@xl:table-header-group sr-only @xl:not-sr-only" {...ROLES.rows}>
          <tr className="@xl:table-row" {...ROLES.row}>
            {columns.map((column) => (
              <th
                className={clsx(
                  'whitespace-nowrap border-line border-b px-3 py-2 font-normal text-muted text-sm',
                  edge,
                  column.align === 'end' ? 'text-end' : 'text-start',
                )}
                key={column.id}
                {...ROLES.columnHeader}
                scope="col"
              >
                <span className={clsx(column.hideHeader && 'sr-only')}>{column.header}</span>
              </th>
            ))}
          </tr>
        </thead>
        <tbody className="block @xl:table-row-group divide-y divide-line" {...ROLES.rows}>
          {rows.map((row) => (
            <tr
              className={clsx('grid @xl:table-row grid-cols-[minmax(0,1fr)_auto] gap-x-4 py-3 @xl:py-0', inset && 'px-5 @xl:px-0 sm:px-6')}
              key={rowKey(row)}
              {...ROLES.row}
            >
              {columns.map((column) => {
                const Cell = column.rowHeader ? 'th' : 'td'
                const isHeading = column.rowHeader || column.aside
                return (
                  <Cell
                    className={clsx(
                      '@xl:table-cell items-baseline justify-between gap-4 @xl:px-3 py-1 @xl:py-3 align-middle font-normal',
                      column.aside ? 'col-start-2 row-start-1' : column.rowHeader && hasAside ? 'col-start-1' : clsx('col-span-2', !column.rowHeader && 'flex'),
                      inset ? '@xl:first:ps-5 @xl:last:pe-5 sm:@xl:first:ps-6 sm:@xl:last:pe-6' : '@xl:first:ps-0 @xl:last:pe-0',
                      column.align === 'end' ? 'figures @xl:text-end' : '@xl:text-start',
                      column.rowHeader && 'text-start font-medium',
                    )}
                    key={column.id}
                    {...(column.rowHeader ? ROLES.rowHeader : ROLES.cell)}
                  >
                    {!column.hideHeader && !isHeading && (
                      <span aria-hidden className="@xl:hidden shrink-0 font-normal text-muted">
                        {column.header}
                      </span>
                    )}
                    <span className={clsx('@xl:text-start min-w-0', !column.rowHeader && 'text-end', column.align === 'end' && '@xl:text-end')}>
                      {column.cell(row)}
                    </span>
                  </Cell>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {footer}
    </div>
  )
}
