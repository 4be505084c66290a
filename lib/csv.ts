/** A spreadsheet takes a cell that begins so for a formula, and would run it (CWE-1236). */
const FORMULA = /^[=+\-@\t\r]/
const NEEDS_QUOTES = /[",\r\n]/

/** One line of a CSV file (RFC 4180), its end included. Text that a spreadsheet would run as a formula gets an apostrophe before it. */
export function csvLine(cells: readonly (string | bigint)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`
}

function csvCell(cell: string | bigint): string {
  if (typeof cell === 'bigint') return cell.toString()
  const harmless = FORMULA.test(cell) ? `'${cell}` : cell
  return NEEDS_QUOTES.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless
}

/** A file that is sent line by line, as it is made. `name` without its ending, in `[a-z0-9-]`. */
export function csvResponse(name: string, lines: Iterable<string>): Response {
  const encoder = new TextEncoder()
  const iterator = lines[Symbol.iterator]()
  const body = new ReadableStream<Uint8Array>({
    pull(controller) {
      const { done, value } = iterator.next()
      if (done) controller.close()
      else controller.enqueue(encoder.encode(value))
    },
  })
  return new Response(body, {
    headers: {
      'content-type': 'text/csv; charset=utf-8',
      'content-disposition': `attachment; filename="${name}.csv"`,
      'cache-control': 'private, no-store',
    },
  })
}
