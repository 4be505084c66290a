/**
 * Why a request is not to be served, as the server said it. `unreachable`: it could not be asked, or does not take the key, and nothing is left
 * that was leased. `rate_limited`: it is there, and has been asked too much with this key.
 */
export type DeniedBecause = 'limit_reached' | 'no_subscription' | 'unreachable' | 'rate_limited' | (string & {})

export type Decision =
  /** `leased`: counted already, in a lease. Else the server was away and the client was told to go on; it is reported as usage. */
  | { allowed: true; leased: boolean }
  /** `rule`, `formula` and `inputs` explain it, where the server said it. */
  | { allowed: false; reason: DeniedBecause; rule?: string; formula?: string; inputs?: Record<string, unknown> }

export const ALLOWED: Decision = Object.freeze({ allowed: true, leased: true })
export const UNREACHABLE: Decision = Object.freeze({ allowed: false, reason: 'unreachable' })
export const BUSY: Decision = Object.freeze({ allowed: false, reason: 'rate_limited' })
