import { type Instant, Temporal } from '../../../time'

/** JSON has neither whole numbers of any size nor instants; both are written with a tag and come back as they were. */
type Tagged = { $bigint: string } | { $instant: string }

/** A decision as plain JSON, for a `jsonb` column. */
export function toRecord(value: unknown): unknown {
  if (typeof value === 'bigint') return { $bigint: value.toString() } satisfies Tagged
  if (value instanceof Temporal.Instant) return { $instant: value.toString() } satisfies Tagged
  if (Array.isArray(value)) return value.map(toRecord)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(Object.entries(value).flatMap(([key, inner]) => (inner === undefined ? [] : [[key, toRecord(inner)]])))
  }
  return value
}

/** What `toRecord` wrote, as it was. The caller names its type: only our own commands write these columns. */
export function fromRecord<Value>(record: unknown): Value {
  return revive(record) as Value
}

function revive(record: unknown): unknown {
  if (Array.isArray(record)) return record.map(revive)
  if (typeof record !== 'object' || record === null) return record
  if ('$bigint' in record && typeof record.$bigint === 'string') return BigInt(record.$bigint)
  if ('$instant' in record && typeof record.$instant === 'string') return Temporal.Instant.from(record.$instant) satisfies Instant
  return Object.fromEntries(Object.entries(record).map(([key, inner]) => [key, revive(inner)]))
}
