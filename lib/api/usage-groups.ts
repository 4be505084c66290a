import { inMetering, type Transaction } from '../../db/client'
import type { OrganizationId } from '../ids'
import { type Consume, consumeTogether } from '../metering/consume'
import type { EventProperties, UsageEvent } from '../metering/event'
import { recordTogether } from '../metering/record-usage'
import type { Instant } from '../time'
import { GroupCommit, Lanes } from './group-commit'
import { resolveOrganizations } from './tenant'

type Sent = {
  id: string
  organization: string
  meter: string
  quantity: number
  key?: string | null | undefined
  properties?: EventProperties | null | undefined
}

/** As callers write them: whose they are is a name. */
export type SentEvent = Sent & { timestamp?: Instant | undefined }
export type SentWish = Sent

/** Where there is so much to do: one writes while the next decides, and a third waits for the disk. */
const LANES = 3
/** Of one organization the second group would only wait for the first: it begins where that takes longer than it should, because somebody else holds a counter. */
const RECORDING = { atOnce: 4, patienceMs: 25, heaviest: 1_000, light: 300 } as const
const CONSUMING = { atOnce: 8, patienceMs: 25, heaviest: 2_000, light: 300 } as const

/** Bodies of `POST /usage`; one of many organizations waits with the first of them. */
export const recording = new Lanes(
  LANES,
  () =>
    new GroupCommit(
      (bodies: readonly (readonly SentEvent[])[]) =>
        inMetering(async (tx) => {
          const found = await resolve(tx, bodies.flat())
          return recordTogether(
            { tx, actor: 'operator' },
            bodies.map((body) => body.map((one) => toEvent(one, found))),
          )
        }),
      { ...RECORDING, weightOf: (body) => body.length },
    ),
  ([first]) => first?.organization ?? '',
)

/** Requests of `POST /consume`. */
export const consuming = new Lanes(
  LANES,
  () =>
    new GroupCommit(
      (wishes: readonly SentWish[]) =>
        inMetering(async (tx) => {
          const found = await resolve(tx, wishes)
          return consumeTogether(
            { tx, actor: 'operator' },
            wishes.map((one) => toWish(one, found)),
          )
        }),
      { ...CONSUMING, weightOf: () => 1 },
    ),
  ({ organization }) => organization,
)

export async function eventsOf(tx: Transaction, sent: readonly SentEvent[]): Promise<UsageEvent[]> {
  const found = await resolve(tx, sent)
  return sent.map((one) => toEvent(one, found))
}

export async function wishOf(tx: Transaction, sent: SentWish): Promise<Consume> {
  return toWish(sent, await resolve(tx, [sent]))
}

function resolve(tx: Transaction, sent: readonly Sent[]): Promise<Map<string, OrganizationId>> {
  return resolveOrganizations(tx, new Set(sent.map(({ organization }) => organization)))
}

function toWish({ id, meter, organization, key, properties, quantity }: Sent, found: ReadonlyMap<string, OrganizationId>): Consume {
  return { id, meter, organizationId: found.get(organization) ?? null, quantity: BigInt(quantity), key: key ?? null, properties: properties ?? null }
}

function toEvent(sent: SentEvent, found: ReadonlyMap<string, OrganizationId>): UsageEvent {
  return { ...toWish(sent, found), timestamp: sent.timestamp ?? null }
}
