import { sql } from 'drizzle-orm'
import { foreignKey, index, pgTable, primaryKey, smallint, text, unique, uniqueIndex } from 'drizzle-orm/pg-core'
import { idColumn, instantColumn } from '../columns'
import { members, organizations } from './organizations'

/** A chat that messages of an organization are posted to. All times are wall time. */
export const notificationChannels = pgTable(
  'notification_channels',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    id: idColumn('chan').notNull(),
    service: text({ enum: ['slack', 'discord', 'telegram'] }).notNull(),
    name: text().notNull(),
    /** Of messages that are posted to it. */
    kinds: text().array().notNull(),
    /** The address or token, sealed (`lib/platform/sealed-secret.ts`); null once it was removed. */
    sealedTarget: text(),
    /** The end of it, to tell two apart. */
    hint: text().notNull(),
    state: text({ enum: ['active', 'paused'] }).notNull(),
    /** By somebody, or because nothing gets through; null while it is active. */
    pausedBecause: text({ enum: ['by_hand', 'refused', 'unreachable'] }),
    /** Since when nothing gets through; null: the last one did. */
    failingSince: instantColumn(),
    failures: smallint().notNull().default(0),
    lastDeliveredAt: instantColumn(),
    createdAt: instantColumn().notNull(),
    /** Kept for the names in the log, for a while. */
    removedAt: instantColumn(),
  },
  (channel) => [
    primaryKey({ columns: [channel.organizationId, channel.id] }),
    unique('notification_channels_id').on(channel.id),
    uniqueIndex('notification_channels_name').on(channel.organizationId, sql`lower(${channel.name})`).where(sql`removed_at is null`),
    index('notification_channels_removed').on(channel.removedAt).where(sql`removed_at is not null`),
  ],
)

/** Who gets the optional mails of a topic; without a row everybody in charge of bills does. */
export const mailRoutes = pgTable(
  'mail_routes',
  {
    organizationId: idColumn('org')
      .notNull()
      .references(() => organizations.id),
    topic: text().notNull(),
    /** `owner`, `admin`, `billing`, and `extra` for the extra recipients of invoices. */
    audiences: text().array().notNull(),
  },
  (route) => [primaryKey({ columns: [route.organizationId, route.topic] })],
)

/** Topics whose optional mails a member has switched off for themselves. */
export const mailMutes = pgTable(
  'mail_mutes',
  {
    organizationId: idColumn('org').notNull(),
    memberId: idColumn('mem').notNull(),
    topics: text().array().notNull(),
  },
  (mute) => [
    primaryKey({ columns: [mute.organizationId, mute.memberId] }),
    foreignKey({ columns: [mute.organizationId, mute.memberId], foreignColumns: [members.organizationId, members.id] }),
  ],
)
