/**
 * What in a migration would break the version before, which still runs beside it while the new one is rolled out, or would hold everybody up.
 * It reads SQL as our migrations are written, and rather finds too much: what is meant all the same says since when it is safe.
 */

/** In a comment of the statement: `-- safe after 0.2.0: nothing has read it since`. */
const ESCAPE = /--\s*safe after \d+\.\d+\.\d+: \S.+/
const NAME = String.raw`(?:"?public"?\.)?"?(\w+)"?`

/** Without a limit in how many rows they hold: to index one takes minutes, during which nobody writes to it. */
const LARGE = new Set(
  ['audit_log', 'document_lines', 'documents', 'credit_uses', 'idempotency_answers', 'ledger_postings', 'messages', 'payments', 'usage_event_ids'].concat([
    'usage_events',
    'usage_rollups',
    'usage_segments',
    'webhook_deliveries',
    'webhook_events',
  ]),
)

type Rule = { breaks: string; found(statement: string, isNew: (table: string) => boolean): boolean }

const onOld = (pattern: RegExp) => (statement: string, isNew: (table: string) => boolean) => {
  const table = pattern.exec(statement)?.[1]
  return table !== undefined && !isNew(table)
}
const altering = (rest: string) => onOld(new RegExp(`^alter table (?:only )?(?:if exists )?${NAME} .*${rest}`, 'is'))

const RULES: readonly Rule[] = [
  { breaks: 'drops a column', found: altering(String.raw`\bdrop column\b`) },
  { breaks: 'drops a table', found: onOld(new RegExp(`^drop (?:table|view|materialized view) (?:if exists )?${NAME}`, 'i')) },
  { breaks: 'renames', found: altering(String.raw`\brename\b`) },
  { breaks: 'requires a column that may be empty', found: altering(String.raw`\bset not null\b`) },
  { breaks: 'changes a type', found: altering(String.raw`\balter column "?\w+"? (?:set data )?type\b`) },
  {
    breaks: 'adds a column that whoever does not know it leaves empty',
    found: (statement, isNew) =>
      altering(String.raw`\badd column\b`)(statement, isNew) &&
      statement.split(/\badd column\b/i).some((column, index) => index > 0 && /\bnot null\b/i.test(column) && !/\b(?:default|generated)\b/i.test(column)),
  },
  {
    breaks: 'refuses what was written before',
    found: altering(String.raw`\badd (?:constraint "?\w+"? )?(?:check|unique|exclude|primary key)\b`),
  },
  {
    breaks: 'lets one where there were several',
    found: onOld(new RegExp(String.raw`^create unique index (?:if not exists )?"?\w+"? on (?:only )?${NAME}`, 'i')),
  },
  {
    breaks: 'holds up whoever writes to a large table',
    found: (statement, isNew) => {
      const table = new RegExp(String.raw`^create (?:unique )?index (?!concurrently)(?:if not exists )?"?\w+"? on (?:only )?${NAME}`, 'i').exec(statement)?.[1]
      return table !== undefined && LARGE.has(table) && !isNew(table)
    },
  },
  { breaks: 'drops a function that the version before calls', found: (statement) => /^drop function\b/i.test(statement) },
  { breaks: 'takes a right away', found: (statement) => /^revoke\b.*\bfrom\b.*\bheadroom_/is.test(statement) },
]

/** Statements of a migration, each with the comments that stand before it. Bodies of functions are not looked into. */
function statementsOf(migration: string): { comments: string; statement: string }[] {
  return migration
    .replaceAll(/\$(\w*)\$.*?\$\1\$/gs, '$body$')
    .split(/;|--> statement-breakpoint/)
    .map((part) => ({
      comments: part.match(/^\s*--.*$/gm)?.join('\n') ?? '',
      statement: part.replaceAll(/--.*$/gm, '').replaceAll(/\s+/g, ' ').trim(),
    }))
    .filter(({ statement }) => statement !== '')
}

/** What of it breaks, and by which statement. */
export function breakingStatements(migration: string): { breaks: string; statement: string }[] {
  const statements = statementsOf(migration)
  const made = new Set(statements.flatMap(({ statement }) => new RegExp(`^create table (?:if not exists )?${NAME}`, 'i').exec(statement)?.[1] ?? []))
  return statements
    .filter(({ comments }) => !ESCAPE.test(comments))
    .flatMap(({ statement }) => RULES.filter(({ found }) => found(statement, (table) => made.has(table))).map(({ breaks }) => ({ breaks, statement })))
}
