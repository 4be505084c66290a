import type { Instant } from '../../time'
import type { Explanation } from './line'

export type RejectionCode =
  | 'past_due'
  | 'cancellation_scheduled'
  | 'same_plan'
  | 'plan_not_offered'
  | 'not_eligible'
  | 'downgrade_already_used'
  | 'downgrade_usage_exceeded'

/** Why a plan change is refused, with the facts that a person needs to see what to do about it (C9, G8, G31). */
export type Rejection = Explanation & {
  code: RejectionCode
  /** A plain English sentence with the numbers in it. */
  message: string
  /**
   * The first instant at which the same request would be allowed with the usage as it is now; null where waiting does not
   * help, as with a payment that is due or a cancellation that is scheduled.
   */
  retryAt: Instant | null
  renewalAt: Instant
  currentUsage: bigint | null
  /** Rounded down for show; the comparison was exact (G31). */
  allowedUsage: bigint | null
  meter: string | null
  elapsedDays: number | null
  targetLimit: bigint | null
}

/** The facts that only a guarded downgrade knows. */
export const NO_USAGE_FACTS = { currentUsage: null, allowedUsage: null, meter: null, elapsedDays: null, targetLimit: null } as const
