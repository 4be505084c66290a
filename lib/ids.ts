import { TypeID, typeid } from 'typeid-js'

/**
 * Ids are UUIDv7 (time-ordered, so that an index grows at one end), written for people as a prefix and 26
 * characters: `org_01h2xcejqtf2nbrexx3vqjhp41`. In Postgres they are plain `uuid`; see `db/columns.ts`.
 */
export type Id<Prefix extends string> = `${Prefix}_${string}`

export type OrganizationId = Id<'org'>
export type SubscriptionId = Id<'sub'>
export type DocumentId = Id<'inv'>
export type QuoteId = Id<'quote'>
export type TestClockId = Id<'clock'>
export type MemberId = Id<'mem'>
export type UserId = Id<'user'>
export type PaymentId = Id<'pay'>
export type RefundId = Id<'re'>
export type ApiKeyId = Id<'key'>
export type LeaseId = Id<'lease'>
export type GrantId = Id<'grant'>
export type LimitRequestId = Id<'lim'>
export type OperatorId = Id<'op'>
export type NoticeId = Id<'note'>
export type PortalSessionId = Id<'portal'>
export type WebhookEndpointId = Id<'whk'>
export type WebhookDeliveryId = Id<'del'>
export type ChannelId = Id<'chan'>
export type MessageId = Id<'msg'>

export function newId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return typeid(prefix).toString() as Id<Prefix>
}

export function isId<Prefix extends string>(prefix: Prefix, value: string): value is Id<Prefix> {
  try {
    uuidOf(prefix, value)
    return true
  } catch {
    return false
  }
}

/** Translating takes a microsecond, and a busy process meets the same ids in every row: the last ones are remembered, in two generations. */
class Remembered {
  #young = new Map<string, string>()
  #old = new Map<string, string>()

  get(key: string, make: () => string): string {
    const known = this.#young.get(key)
    if (known !== undefined) return known
    const value = this.#old.get(key) ?? make()
    if (this.#young.size >= REMEMBERED) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
    return value
  }
}

const REMEMBERED = 20_000
const uuids = new Remembered()
const ids = new Remembered()

/** @throws Error where `id` is not a well-formed id of that prefix. */
export function uuidOf<Prefix extends string>(prefix: Prefix, id: string): string {
  return uuids.get(`${prefix} ${id}`, () => TypeID.fromString(id, prefix).toUUID())
}

export function idOf<Prefix extends string>(prefix: Prefix, uuid: string): Id<Prefix> {
  return ids.get(`${prefix} ${uuid}`, () => TypeID.fromUUID(prefix, uuid).toString()) as Id<Prefix>
}
