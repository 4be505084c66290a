import type { limitRequests } from '../../../../db/schema'

/** A higher hard limit that was asked for (S8). */
export type LimitRequest = typeof limitRequests.$inferSelect
