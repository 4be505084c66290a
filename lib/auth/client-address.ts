import ipaddr from 'ipaddr.js'

/**
 * The address that a request came from, for counting tries and for whoever looks at them. Our server puts the address that it was called from at the
 * right end of `x-forwarded-for`; each of the `TRUSTED_PROXIES` in front of it has put one before that. Whatever stands
 * further left was written by the caller, and could be anything.
 */
export function clientAddressOf(forwardedFor: string | null | undefined, trustedProxies = Number(process.env.TRUSTED_PROXIES) || 0): string {
  const hops = (forwardedFor ?? '')
    .split(',')
    .map((hop) => hop.trim())
    .filter((hop) => hop !== '')
  return written(hops.at(-1 - trustedProxies) ?? hops[0] ?? 'unknown')
}

/** Some proxies tell the port too, which is another one for each connection. */
const WITH_PORT = /^(?:\[([^\]]+)\]|([^:]+))(?::\d+)?$/

/** In one way, of the many that there are. */
function written(hop: string): string {
  const [, six, four] = WITH_PORT.exec(hop) ?? []
  const address = six ?? four ?? hop
  return ipaddr.isValid(address) ? ipaddr.process(address).toString() : address
}

const NETWORK_PARTS = 4
const NO_HOST = [0, 0, 0, 0]

/** The addresses that count as one: whoever has one of IPv6 has all of its /64. */
export function networkOf(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address
  return new ipaddr.IPv6([...ipaddr.IPv6.parse(address).parts.slice(0, NETWORK_PARTS), ...NO_HOST]).toString()
}
