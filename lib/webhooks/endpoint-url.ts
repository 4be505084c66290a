import ipaddr from 'ipaddr.js'
import { ok, type Result, refuse } from '../result'

export const LONGEST_URL = 2_000

export type UrlMistake = 'not_a_url' | 'too_long' | 'not_https' | 'has_credentials' | 'has_fragment' | 'private_address'

/** Names that lead to this machine or stay inside a network, whatever a name server says. */
const INSIDE = /(^|\.)(localhost|local|internal|intranet|lan|home\.arpa)\.?$/i

/** Receivers on this machine and in its network, over http too: for trying it out, and for an operator whose systems are inside. */
export function arePrivateAddressesAllowed(): boolean {
  return process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE === '1'
}

/**
 * The address of an endpoint as it is kept. What can be seen of it is refused here, by name; where a public name leads is
 * looked at each time something is sent, because a name server may answer otherwise by then.
 */
export function readEndpointUrl(text: string): Result<string, UrlMistake> {
  if (text.length > LONGEST_URL) return refuse('too_long')
  if (!URL.canParse(text)) return refuse('not_a_url')
  const url = new URL(text)
  const allowsPrivate = arePrivateAddressesAllowed()
  if (url.protocol !== 'https:' && !(allowsPrivate && url.protocol === 'http:')) return refuse('not_https')
  if (url.username !== '' || url.password !== '') return refuse('has_credentials')
  if (url.hash !== '') return refuse('has_fragment')
  if (!allowsPrivate && isInside(url.hostname)) return refuse('private_address')
  return ok(url.href)
}

function isInside(host: string): boolean {
  const literal = host.replace(/^\[(.*)\]$/, '$1')
  if (ipaddr.isValid(literal)) return ipaddr.process(literal).range() !== 'unicast'
  return INSIDE.test(host) || !host.replace(/\.$/, '').includes('.')
}
