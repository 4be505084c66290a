/**
 * The address that a request came from, for counting tries. Our server puts the address that it was called from at the
 * right end of `x-forwarded-for`; each of the `TRUSTED_PROXIES` in front of it has put one before that. Whatever stands
 * further left was written by the caller, and could be anything.
 */
export function clientAddressOf(forwardedFor: string | null | undefined, trustedProxies = Number(process.env.TRUSTED_PROXIES) || 0): string {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  return hops.at(-1 - trustedProxies) ?? hops[0] ?? 'unknown'
}
