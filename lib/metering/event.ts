import { hash } from 'node:crypto'
import type { OrganizationId } from '../ids'
import { isStorable } from '../storable-text'
import type { Instant } from '../time'

/** What a JSON number holds exactly; a larger quantity could not have been meant. */
export const MAX_QUANTITY = 2n ** 53n - 1n

const HASH_DIGITS = 32

export type EventProperties = Readonly<Record<string, string | number | boolean | null>>

/** One report of use by the operator's product. */
export type UsageEvent = {
  /** The caller's own, unique in the organization. */
  id: string
  /** Null: the caller named one that there is not. */
  organizationId: OrganizationId | null
  meter: string
  quantity: bigint
  /** Billing time; null: now. */
  timestamp: Instant | null
  /** A label that the operator's product chooses, e.g. of one of the customer's API keys (G83). */
  key: string | null
  properties: EventProperties | null
}

/**
 * What is remembered of an event so that a repeat is known, and a repeat with other content is refused (G60): 16 bytes each, as hex digits, which are
 * compared and written as they are; bytes would be two objects an event that the runtime has to clear away.
 */
export type Fingerprint = { idHash: string; contentHash: string }

/** What is worked out of an event once. */
export type EventPrint = Fingerprint & {
  /** Its timestamp in epoch milliseconds; null without one. Asked once, because an instant takes up to half a microsecond to say them. */
  timestampMs: number | null
}

export function fingerprint(event: UsageEvent): EventPrint {
  const { meter, quantity, timestamp, key, properties } = event
  const timestampMs = timestamp?.epochMilliseconds ?? null
  const content = [meter, quantity.toString(), timestampMs, key, properties && sortedEntries(properties)]
  return { idHash: hashOfId(event.id), contentHash: shortHash(JSON.stringify(content)), timestampMs }
}

/** The order in which a caller writes properties is no part of what they say. */
function sortedEntries(properties: EventProperties): [string, unknown][] {
  return Object.entries(properties).sort(([a], [b]) => (a < b ? -1 : 1))
}

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/**
 * A UUID of version 7 is as long and as unique as a hash, and grows with time: such ids are written at one end of the index of those that were
 * seen, which stays in memory however many there are. Any other is hashed, and is written anywhere.
 */
function hashOfId(id: string): string {
  return UUID_V7.test(id) ? id.replaceAll('-', '') : shortHash(id)
}

/** In one call: a `Hash` is an object of the runtime, which stays until the next full collection. */
function shortHash(text: string): string {
  return hash('sha256', text, 'hex').slice(0, HASH_DIGITS)
}

/** Why no event can look like this, in words; null where it is well formed. */
export function malformation(event: UsageEvent): string | null {
  if (event.quantity < 0n || event.quantity > MAX_QUANTITY) return `quantity must be a whole number from 0 to ${MAX_QUANTITY}`
  const { id, key, properties } = event
  const isKept = isStorable(id) && (key === null || isStorable(key)) && (properties === null || isStorableWhole(properties))
  return isKept ? null : 'text must be well-formed Unicode without the character U+0000'
}

function isStorableWhole(properties: EventProperties): boolean {
  return Object.entries(properties).every(([name, value]) => isStorable(name) && (typeof value !== 'string' || isStorable(value)))
}
