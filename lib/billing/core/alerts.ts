export type AlertDecision = {
  /** The threshold that is told now; null: none. */
  fire: number | null
  /** Lower ones that the same jump passed: they count as told and send nothing. */
  passedOver: number[]
  /** Thresholds that hold now; an alert of another one is cleared from the page. */
  holding: number[]
}

/**
 * Which alert a usage sets off (A5, G44). It fires at `used ≥ threshold × limit`, once a period and limit; `fired` are the
 * thresholds that were told or passed over under this limit in this period. Where nothing is used, nothing is told.
 */
export function decideAlerts(input: { thresholds: readonly number[]; limit: bigint | null; counted: bigint; fired: readonly number[] }): AlertDecision {
  const { thresholds, limit, counted, fired } = input
  if (limit === null || counted === 0n) return { fire: null, passedOver: [], holding: [] }
  const holding = thresholds.filter((threshold) => counted * 100n >= limit * BigInt(threshold)).sort((a, b) => a - b)
  const fresh = holding.filter((threshold) => !fired.includes(threshold))
  const highest = holding.at(-1) ?? null
  const fire = highest !== null && fresh.includes(highest) ? highest : null
  return { fire, passedOver: fresh.filter((threshold) => threshold !== fire), holding }
}
