import { type SQL, sql } from 'drizzle-orm'
import { instantText } from '../../db/columns'
import { type Id, uuidOf } from '../ids'
import type { Instant } from '../time'

// One parameter a column, however many rows: `unnest` of these is what keeps a body of 10,000 events at one statement. They are written as Postgres
// reads them, because of most types it is known that nothing in them is to be escaped.

type PlainType = 'uuid' | 'bigint' | 'integer' | 'timestamptz' | 'boolean'

function array(items: readonly string[], type: PlainType | 'text' | 'bytea'): SQL {
  return sql`${`{${items.join()}}`}::${sql.raw(type)}[]`
}

export function idArray<Prefix extends string>(prefix: Prefix, ids: readonly Id<Prefix>[]): SQL {
  return array(
    ids.map((id) => uuidOf(prefix, id)),
    'uuid',
  )
}

export function textArray(values: readonly (string | null)[]): SQL {
  return array(
    values.map((value) => (value === null ? 'NULL' : `"${ESCAPED.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`)),
    'text',
  )
}

/** Of objects, as JSON. What JSON writes has nothing to escape but what JSON escapes itself, and in the same way. */
export function jsonArray(values: readonly (object | null)[]): SQL {
  return array(
    values.map((value) => (value === null ? 'NULL' : JSON.stringify(JSON.stringify(value)))),
    'text',
  )
}

const ESCAPED = /["\\]/

/** Of hex digits, two a byte. */
export function hashArray(values: readonly string[]): SQL {
  return array(
    values.map((value) => `\\\\x${value}`),
    'bytea',
  )
}

export function unitsArray(values: readonly (bigint | null)[]): SQL {
  return array(
    values.map((value) => value?.toString() ?? 'NULL'),
    'bigint',
  )
}

export function numberArray(values: readonly number[]): SQL {
  return array(values.map(String), 'integer')
}

/** Most events of a body are of one moment, whose text is put together once. */
export function timeArray(values: readonly (Instant | null)[]): SQL {
  const texts = new Map<Instant, string>()
  const textOf = (value: Instant) => {
    const text = texts.get(value) ?? instantText(value)
    texts.set(value, text)
    return text
  }
  return array(
    values.map((value) => (value ? textOf(value) : 'NULL')),
    'timestamptz',
  )
}

export function flagArray(values: readonly boolean[]): SQL {
  return array(values.map(String), 'boolean')
}
