import { isIP } from 'node:net'
import { publicUrl } from './public-url'

/** Whom passkeys are for: this installation, by the address that people reach it at. `id` is its name alone, without a port. */
export type RelyingParty = { id: string; origin: string }

/**
 * From `HEADROOM_URL` and never from a request's own headers. Null where browsers give no passkeys: they want a name and not a number,
 * and https, but on `localhost`.
 */
export function relyingParty(): RelyingParty | null {
  const { protocol, hostname, origin } = new URL(publicUrl())
  const isNumber = isIP(hostname.replace(/^\[|\]$/g, '')) !== 0
  const isSafe = protocol === 'https:' || hostname === 'localhost' || hostname.endsWith('.localhost')
  return isSafe && !isNumber ? { id: hostname, origin } : null
}
