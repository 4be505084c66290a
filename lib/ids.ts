import { TypeID, typeid } from 'typeid-js'
import { Remembered } from './remembered'

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
export type PasskeyId = Id<'passkey'>
export type SignInId = Id<'sgn'>
export type NoticeId = Id<'note'>
export type PortalSessionId = Id<'portal'>
export type WebhookEndpointId = Id<'whk'>
export type WebhookDeliveryId = Id<'del'>
export type ChannelId = Id<'chan'>
export type MessageId = Id<'msg'>
export type ExportId = Id<'exp'>

export function newId<Prefix extends string>(prefix: Prefix): Id<Prefix> {
  return typeid(prefix).toString() as Id<Prefix>
}

export function isId<Prefix extends string>(prefix: Prefix, value: string): value is Id<Prefix> {
  if (!value.startsWith(prefix)) return false // Most of what is asked is none; a thrown error takes as long as ten translations.
  try {
    uuidOf(prefix, value)
    return true
  } catch {
    return false
  }
}

/** Translating takes a microsecond, and a busy process meets the same ids in every row. */
const REMEMBERED = 20_000
const uuids = new Remembered<string>(REMEMBERED)
/** By prefix: one uuid may be written with more than one. */
const ids = new Map<string, Remembered<string>>()

/** @throws Error where `id` is not a well-formed id of that prefix. */
export function uuidOf<Prefix extends string>(prefix: Prefix, id: string): string {
  const known = id.startsWith(prefix) && id[prefix.length] === '_' ? uuids.get(id) : undefined
  return known ?? uuids.keep(id, TypeID.fromString(id, prefix).toUUID())
}

export function idOf<Prefix extends string>(prefix: Prefix, uuid: string): Id<Prefix> {
  const known = ids.get(prefix) ?? new Remembered<string>(REMEMBERED)
  ids.set(prefix, known)
  return (known.get(uuid) ?? known.keep(uuid, TypeID.fromUUID(prefix, uuid).toString())) as Id<Prefix>
}
