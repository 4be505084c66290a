import { bigint, date, pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn, unitsColumn } from '../columns'

/** Sums of usage by month and key, with their days: what charts read. A row a month and not a day: most of what usage costs to count is rows. */
export const usageRollups = pgTable(
  'usage_rollups',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    periodStart: instantColumn().notNull(),
    /** First day of the month, UTC. */
    month: date({ mode: 'string' }).notNull(),
    /** Empty: events without a key. */
    key: text().notNull(),
    quantity: unitsColumn().notNull(),
    /** Units by day of the month. The array begins and ends with the first and the last day that has any; days between them without are null or 0. */
    days: bigint({ mode: 'bigint' }).array().notNull(),
  },
  (rollup) => [primaryKey({ columns: [rollup.organizationId, rollup.subscriptionId, rollup.meter, rollup.periodStart, rollup.month, rollup.key] })],
)
