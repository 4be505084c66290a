import { pgTable, primaryKey, text } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn, unitsColumn } from '../columns'

/** Sums of usage by hour, day and month and by key: what charts read. */
export const usageRollups = pgTable(
  'usage_rollups',
  {
    organizationId: idColumn('org').notNull(),
    subscriptionId: idColumn('sub').notNull(),
    meter: text().notNull(),
    grain: text({ enum: ['hour', 'day', 'month'] }).notNull(),
    periodStart: instantColumn().notNull(),
    /** Start of the hour, day or month, UTC. */
    bucket: instantColumn().notNull(),
    /** Empty: events without a key. */
    key: text().notNull(),
    quantity: unitsColumn().notNull(),
  },
  (rollup) => [
    primaryKey({ columns: [rollup.organizationId, rollup.subscriptionId, rollup.meter, rollup.grain, rollup.periodStart, rollup.bucket, rollup.key] }),
  ],
)
