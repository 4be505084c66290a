import type { Instant } from '@/lib/time'

type Limited = { code: 'rate_limited'; retryAt: Instant }

/** Refusals as pages get them, which take no instants. */
export type WithRetryText<Refusal> = Exclude<Refusal, Limited> | { code: 'rate_limited'; retryAt: string }

/** A refusal as a page gets it, which takes no instants: from when one may try again is ISO 8601. */
export function retryAsText<Refusal extends { code: string }>(refusal: Refusal): WithRetryText<Refusal> {
  return isLimited(refusal) ? { code: 'rate_limited', retryAt: refusal.retryAt.toString() } : (refusal as Exclude<Refusal, Limited>)
}

function isLimited(refusal: { code: string }): refusal is Limited {
  return refusal.code === 'rate_limited'
}
