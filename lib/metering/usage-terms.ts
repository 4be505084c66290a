import type { UsageStandpoint } from '../billing/commands/store/automatic-purchase'
import type { OrganizationId } from '../ids'

/** How usage is booked this time: `lib/billing/flows/use.ts` calls until all that it needs is at hand. */
export type UsageTerms = {
  /** Whose row the transaction takes before the counters, because usage is known to buy something of theirs by itself (G5). */
  owning: readonly OrganizationId[]
  /** What does not fit may set a purchase off, for its caller waits and asks again (G63). */
  asksAgain: boolean
}

/** Takes counters only (decision 7), as nearly all usage does. */
export const FIRST_TRY: UsageTerms = { owning: [], asksAgain: true }

/** Nothing was written; the same again once this has been seen to. */
export type NotYet =
  /** A period of these organizations has ended: it is to be closed first. */
  | { code: 'behind'; organizationIds: OrganizationId[] }
  /** Usage would set off a purchase of theirs, which needs their rows to be taken before the counters. */
  | { code: 'sets_off'; organizationIds: OrganizationId[] }

/** Whose lock is still to be taken before `buying` can be done; null where every one is held. */
export function notYetLocked(buying: readonly UsageStandpoint[], buyers: ReadonlyMap<OrganizationId, unknown>): Extract<NotYet, { code: 'sets_off' }> | null {
  const missing = buying.map(({ subscription }) => subscription.organizationId).filter((id) => !buyers.has(id))
  return missing.length > 0 ? { code: 'sets_off', organizationIds: [...new Set(missing)] } : null
}
