import { instantText } from '../../db/columns'
import { type Id, uuidOf } from '../ids'
import type { Instant } from '../time'

// One parameter a column, however many rows: `unnest` of these is what keeps a body of 10,000 events at one statement. They are written as Postgres
// reads them, because of most types it is known that nothing in them is to be escaped. Which type it is says the statement.

function array(items: readonly string[]): string {
  return `{${items.join()}}`
}

export function idArray<Prefix extends string>(prefix: Prefix, ids: readonly Id<Prefix>[]): string {
  return array(ids.map((id) => uuidOf(prefix, id)))
}

export function textArray(values: readonly (string | null)[]): string {
  return array(values.map((value) => (value === null ? 'NULL' : `"${ESCAPED.test(value) ? value.replaceAll(/["\\]/g, '\\$&') : value}"`)))
}

/** Of objects, as JSON. What JSON writes has nothing to escape but what JSON escapes itself, and in the same way. */
export function jsonArray(values: readonly (object | null)[]): string {
  return array(values.map((value) => (value === null ? 'NULL' : JSON.stringify(JSON.stringify(value)))))
}

const ESCAPED = /["\\]/

/** Of hex digits, two a byte. */
export function hashArray(values: readonly string[]): string {
  return array(values.map((value) => `\\\\x${value}`))
}

export function unitsArray(values: readonly (bigint | null)[]): string {
  return array(values.map((value) => value?.toString() ?? 'NULL'))
}

export function numberArray(values: readonly number[]): string {
  return array(values.map(String))
}

/** Most events of a body are of one moment, whose text is put together once. */
export function timeArray(values: readonly (Instant | null)[]): string {
  const texts = new Map<Instant, string>()
  const textOf = (value: Instant) => {
    const text = texts.get(value) ?? instantText(value)
    texts.set(value, text)
    return text
  }
  return array(values.map((value) => (value ? textOf(value) : 'NULL')))
}

export function flagArray(values: readonly boolean[]): string {
  return array(values.map(String))
}
