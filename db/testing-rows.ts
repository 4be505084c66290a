import { type Client, escapeIdentifier } from 'pg'

export type PlantedColumn = { name: string; value: string }

/** A value of its own for each column that has to have one, by its type; as SQL. */
const VALUES: [type: RegExp, value: string][] = [
  [/^uuid$/, 'gen_random_uuid()'],
  [/^(?:text|character varying.*)$/, 'gen_random_uuid()::text'],
  [/^(?:smallint|integer|bigint|numeric.*|double precision)$/, '1'],
  [/^boolean$/, 'false'],
  [/^timestamp.*$/, 'now()'],
  [/^date$/, "(now() AT TIME ZONE 'UTC')::date"],
  [/^jsonb?$/, `'{}'`],
  [/^bytea$/, `decode(md5(random()::text), 'hex')`],
  [/\[\]$/, `'{}'`],
]

/** The columns of a table that an insert names, of the schema as it is: all that must be there, and those that are `given`. */
export async function plantableColumns(owner: Client, table: string, given: Record<string, string>): Promise<PlantedColumn[]> {
  const { rows } = await owner.query<{ name: string; type: string; first: string | null; is_required: boolean }>(
    `SELECT a.attname AS name, format_type(a.atttypid, a.atttypmod) AS type, a.attnotnull AND NOT a.atthasdef AND a.attidentity = '' AS is_required,
       (SELECT enumlabel FROM pg_enum e WHERE e.enumtypid = a.atttypid ORDER BY enumsortorder LIMIT 1) AS first
     FROM pg_attribute a WHERE a.attrelid = $1::regclass AND a.attnum > 0 AND NOT a.attisdropped AND a.attgenerated = '' ORDER BY a.attnum`,
    [table],
  )
  return rows
    .filter(({ name, is_required }) => is_required || name in given)
    .map(({ name, type, first }) => {
      const value = given[name] ?? (first === null ? VALUES.find(([of]) => of.test(type))?.[1] : `'${first}'`)
      if (value === undefined) throw new Error(`${table}.${name}: nothing is known to plant in a ${type}`)
      return { name, value }
    })
}

export function insertOf(table: string, columns: readonly PlantedColumn[]): string {
  const names = columns.map(({ name }) => escapeIdentifier(name)).join(', ')
  return `INSERT INTO ${escapeIdentifier(table)} (${names}) VALUES (${columns.map(({ value }) => value).join(', ')})`
}

/** Past foreign keys and triggers, which ask for rows of other tables: what is planted is there to be seen or not, and says nothing. */
export async function plant(owner: Client, table: string, given: Record<string, string>): Promise<void> {
  const columns = await plantableColumns(owner, table, given)
  await owner.query('BEGIN')
  await owner.query('SET LOCAL session_replication_role = replica')
  await owner.query(insertOf(table, columns))
  await owner.query('COMMIT')
}
