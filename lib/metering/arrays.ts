import { type SQL, sql } from 'drizzle-orm'
import { instantText } from '../../db/columns'
import { type Id, uuidOf } from '../ids'
import type { Instant } from '../time'

// One parameter a column, however many rows: `unnest` of these is what keeps a body of 10,000 events at one statement.

function array(values: readonly unknown[], type: string): SQL {
  return sql`${sql.param(values)}::${sql.raw(type)}[]`
}

/** Values that are texts already, as Postgres reads that type. */
export function column(type: 'uuid' | 'timestamptz', texts: readonly string[]): SQL {
  return array(texts, type)
}

export function idArray<Prefix extends string>(prefix: Prefix, ids: readonly Id<Prefix>[]): SQL {
  return array(
    ids.map((id) => uuidOf(prefix, id)),
    'uuid',
  )
}

export function textArray(values: readonly (string | null)[]): SQL {
  return array(values, 'text')
}

export function hashArray(values: readonly Buffer[]): SQL {
  return array(values, 'bytea')
}

export function unitsArray(values: readonly (bigint | null)[]): SQL {
  return array(
    values.map((value) => value?.toString() ?? null),
    'bigint',
  )
}

export function positionArray(values: readonly number[]): SQL {
  return array(values, 'smallint')
}

export function timeArray(values: readonly (Instant | null)[]): SQL {
  return array(
    values.map((value) => value && instantText(value)),
    'timestamptz',
  )
}

export function flagArray(values: readonly boolean[]): SQL {
  return array(values, 'boolean')
}
