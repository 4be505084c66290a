import { sql } from 'drizzle-orm'
import { bigint, customType, text } from 'drizzle-orm/pg-core'
import { type Id, idOf, uuidOf } from '../lib/ids'
import { type ExactAmount, exact, type MinorUnits } from '../lib/money'
import { Remembered } from '../lib/remembered'
import { type Instant, Temporal } from '../lib/time'

const EXACT_SCALE = 12

/** A prefixed id (`org_…`) kept as a plain 16-byte `uuid`. */
export function idColumn<Prefix extends string>(prefix: Prefix) {
  return customType<{ data: Id<Prefix>; driverData: string }>({
    dataType: () => 'uuid',
    toDriver: (id) => uuidOf(prefix, id),
    fromDriver: (uuid) => idOf(prefix, uuid),
  })()
}

/** As Postgres reads it. Milliseconds are the grain of all time (`lib/time.ts`). By way of `Date`, which is many times as fast as Temporal at it. */
export function instantText(at: Instant): string {
  return new Date(at.epochMilliseconds).toISOString()
}

const INSTANTS_KEPT = 10_000
const instants = new Remembered<Instant>(INSTANTS_KEPT)

/** Of a time as Postgres writes it. The same few — of periods, of a clock — are read again and again. */
export function instantOf(text: string): Instant {
  const known = instants.get(text)
  if (known) return known
  return instants.keep(text, Temporal.Instant.fromEpochMilliseconds(Date.parse(text.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'))))
}

/** Billing or wall time as `Temporal.Instant`; the driver's `Date` never leaves this file. */
export const instantColumn = customType<{ data: Instant; driverData: Date | string }>({
  dataType: () => 'timestamp (3) with time zone',
  toDriver: instantText,
  fromDriver: (value) => (value instanceof Date ? Temporal.Instant.fromEpochMilliseconds(value.getTime()) : instantOf(value)),
})

/** Whole minor units of the currency that stands beside it. */
export const minorColumn = () => bigint({ mode: 'bigint' }).$type<MinorUnits>()

/** A count of units of a meter. */
export const unitsColumn = () => bigint({ mode: 'bigint' })

/** An exact amount at 10⁻¹² of the major unit; `numeric`, because an int8 would end at 9.2 million. */
export const exactColumn = customType<{ data: ExactAmount; driverData: string }>({
  dataType: () => `numeric(38, ${EXACT_SCALE})`,
  toDriver: (amount) => {
    const digits = (amount < 0n ? -amount : amount).toString().padStart(EXACT_SCALE + 1, '0')
    return `${amount < 0n ? '-' : ''}${digits.slice(0, -EXACT_SCALE)}.${digits.slice(-EXACT_SCALE)}`
  },
  fromDriver: (text) => exact(text),
})

/** Filled by its default, from the trace that the transaction was opened in (`watchTransactions` of db/client.ts); null where nobody traces. */
export const tracedColumn = () => text().default(sql`nullif(current_setting('app.traceparent', true), '')`)

/** 16 bytes of a SHA-256. */
export const hashColumn = customType<{ data: Buffer; driverData: Buffer }>({ dataType: () => 'bytea' })
