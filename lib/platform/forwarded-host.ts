const LOOPBACK = /^(localhost|127\..*|\[::1\])$/

/**
 * Under which name a request counts as having come, whatever a proxy in front made of it and a caller wrote: the one that people have
 * in their address bar. Next compares it with the origin of each form that is sent, and builds its own addresses from it.
 *
 * @returns Null where people come by this machine's own names, of which there are several.
 */
export function forwardedHost(publicUrl: string): { 'x-forwarded-host': string; 'x-forwarded-proto': string } | null {
  if (!URL.canParse(publicUrl)) return null
  const { host, hostname, protocol } = new URL(publicUrl)
  return LOOPBACK.test(hostname) ? null : { 'x-forwarded-host': host, 'x-forwarded-proto': protocol.slice(0, -1) }
}
