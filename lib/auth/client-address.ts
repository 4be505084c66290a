/** As many proxies stand in front of us; each appends the address that it was called from. */
const TRUSTED_PROXIES = Math.max(1, Number(process.env.TRUSTED_PROXIES) || 1)

/**
 * The address that a request came from, for counting. `x-forwarded-for` is read from its right end, because a caller may
 * put whatever they like at its left; our own server (or the proxy in front of it) writes the last entry.
 */
export function clientAddressOf(forwardedFor: string | null | undefined): string {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  return hops.at(-TRUSTED_PROXIES) ?? hops[0] ?? 'unknown'
}
