import { exportedColumns } from './export-rows'
import { EXPORTED } from './exported-tables'

/** What the columns of a file are, for whoever reads it with a program of their own. */
const KINDS: readonly [type: RegExp, words: string][] = [
  [/^numeric/, 'exact amount, in major units of the currency'],
  [/^timestamp/, 'time, ISO 8601, UTC'],
  [/^date/, 'day, ISO 8601'],
  [/^(bigint|integer|smallint)$/, 'whole number'],
  [/\[\]$/, 'list'],
  [/^jsonb/, 'object'],
  [/^boolean/, 'true or false'],
  [/^uuid/, 'id'],
]

const HEAD = `Everything that this installation keeps of your organization, at one moment.

*.jsonl        a JSON object a line, UTF-8
*.csv          the same for a spreadsheet; text that it would run as a formula has an apostrophe before it
manifest.json  every file with its rows, its bytes and its SHA-256; its last, so that an archive without it is not whole

Money in whole minor units (cents) is a whole number; whole numbers of any size are strings. Ids name rows of the other files:
inv_… an invoice, sub_… a subscription, mem_… a member, user_… a person. Passwords, keys and other secrets are in none of them.
`

/** The README of an export, from the list of what is exported. */
export function describeExport(): string {
  const files = EXPORTED.map((exported) => {
    const endings = exported.csv ? `${exported.file}.jsonl, ${exported.file}.csv` : `${exported.file}.jsonl`
    const columns = exportedColumns(exported).map(({ name, column }) => {
      const words = KINDS.find(([type]) => type.test(column.getSQLType()))?.[1] ?? 'text'
      return `    ${name.padEnd(26)}${words}`
    })
    return `${endings}\n  ${exported.about}\n${columns.join('\n')}\n`
  })
  return [HEAD, ...files].join('\n')
}
