import type { Instant } from '@/lib/time'

type Limited = { code: string; retryAt: Instant }

/** Refusals as pages get them, which take no instants. */
export type WithRetryText<Refusal> = Refusal extends Limited ? Omit<Refusal, 'retryAt'> & { retryAt: string } : Refusal

/** A refusal as a page gets it, which takes no instants: from when one may try again is ISO 8601. */
export function retryAsText<Refusal extends { code: string }>(refusal: Refusal): WithRetryText<Refusal> {
  return (isLimited(refusal) ? { ...refusal, retryAt: refusal.retryAt.toString() } : refusal) as WithRetryText<Refusal>
}

function isLimited(refusal: { code: string }): refusal is Limited {
  return 'retryAt' in refusal
}
