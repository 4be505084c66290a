import type { PoolClient } from 'pg'
import type { Stripe } from 'stripe'
import { systemClock } from '../../time'
import { noSuch } from './failure'
import { newStripeId } from './stripe-ids'

/** The Stripe API version whose shapes are answered; the compiler holds it to the pinned SDK's. */
export const API_VERSION = '2026-10-28.endive' satisfies typeof Stripe.API_VERSION

export type ObjectsByKind = {
  customer: Stripe.Customer
  payment_method: Stripe.PaymentMethod
  setup_intent: Stripe.SetupIntent
  'checkout.session': Stripe.Checkout.Session
  payment_intent: Stripe.PaymentIntent
  charge: Stripe.Charge
  refund: Stripe.Refund
  dispute: Stripe.Dispute
  event: SandboxEvent
}
export type Kind = keyof ObjectsByKind

/** Stripe's event, whose type the SDK spells as a union of every event there is. */
export type SandboxEvent = Omit<Stripe.EventBase, 'data' | 'type'> & { type: string; data: { object: object; previous_attributes?: object } }

/** One call of the API, or one form of a hosted page: everything happens in its transaction or not at all. */
export type Call = {
  client: PoolClient
  requestId: string | null
  idempotencyKey: string | null
  /** Where a browser reaches the hosted pages, without a trailing slash. */
  publicUrl: string
  webhooks: boolean
  /** How long a refund that settles later takes, in milliseconds. */
  settleAfter: number
}

/** What Stripe knows about an object and does not show. */
export type Hidden = {
  /** A payment method's test card, by number. */
  card?: string
  /** The bank confirmed it when it was saved. */
  setUp?: boolean
  /** A refund's final state, once its time has come. */
  becomes?: 'succeeded' | 'failed'
  /** Where an intent's bank page leads back to, also once it was answered. */
  returnUrl?: string | null
}

/** Unix time in seconds, as Stripe writes it. */
export function unixNow(): number {
  return Math.floor(systemClock.now().epochMilliseconds / 1000)
}

type Row<K extends Kind> = { body: ObjectsByKind[K]; hidden: Hidden }

export async function findObject<K extends Kind>(call: Call, kind: K, id: string, lock: 'for update' | '' = ''): Promise<Row<K> | null> {
  const found = await call.client.query<Row<K>>(`select body, hidden from stripe_sandbox.objects where id = $1 and kind = $2 ${lock}`, [id, kind])
  return found.rows[0] ?? null
}

/** Writes the object as it is now, whether it is new or not. */
export async function saveObject<K extends Kind>(call: Call, body: ObjectsByKind[K], hidden?: Hidden, dueAfter?: number): Promise<void> {
  const links = body as { customer?: unknown; payment_intent?: unknown }
  await call.client.query(
    `insert into stripe_sandbox.objects (id, kind, created, customer, payment_intent, body, hidden, due_at)
     values ($1, $2, $3, $4, $5, $6, coalesce($7, '{}'::jsonb), now() + $8 * interval '1 millisecond')
     on conflict (id) do update set body = excluded.body, customer = excluded.customer, hidden = coalesce($7, objects.hidden), due_at = case when $7::jsonb is null then objects.due_at else excluded.due_at end`,
    [
      body.id,
      body.object,
      body.created,
      typeof links.customer === 'string' ? links.customer : null,
      typeof links.payment_intent === 'string' ? links.payment_intent : null,
      JSON.stringify(body),
      hidden === undefined ? null : JSON.stringify(hidden),
      dueAfter ?? null,
    ],
  )
}

export async function saveHidden(call: Call, id: string, hidden: Hidden): Promise<void> {
  await call.client.query('update stripe_sandbox.objects set hidden = $2 where id = $1', [id, JSON.stringify(hidden)])
}

/** Records that something happened, with the object as it is at this moment, and queues it for the webhook. */
export async function recordEvent(call: Call, type: string, object: ObjectsByKind[Exclude<Kind, 'event'>]): Promise<void> {
  const event: SandboxEvent = {
    id: newStripeId('evt'),
    object: 'event',
    api_version: API_VERSION,
    created: unixNow(),
    data: { object },
    livemode: false,
    pending_webhooks: call.webhooks ? 1 : 0,
    request: { id: call.requestId, idempotency_key: call.idempotencyKey },
    type,
  }
  await saveObject<'event'>(call, event)
  if (call.webhooks) await call.client.query('insert into stripe_sandbox.deliveries (event_id) values ($1)', [event.id])
}

export type Page = { limit?: number | undefined; starting_after?: string | undefined; ending_before?: string | undefined }
export type ListFilter = {
  customer?: string | undefined
  payment_intent?: string | undefined
  charge?: string | undefined
  types?: readonly string[] | undefined
  created?: Bounds | undefined
}
export type Bounds = { gt?: number | undefined; gte?: number | undefined; lt?: number | undefined; lte?: number | undefined }

const DEFAULT_PAGE = 10

/** Newest first, as every list of Stripe's. */
export async function listObjects<K extends Kind>(call: Call, kind: K, url: string, filter: ListFilter, page: Page): Promise<Stripe.ApiList<ObjectsByKind[K]>> {
  const limit = page.limit ?? DEFAULT_PAGE
  const backwards = page.ending_before !== undefined
  for (const param of ['starting_after', 'ending_before'] as const) {
    const place = page[param]
    if (place !== undefined && !(await findObject(call, kind, place))) throw noSuch(kind, place, param)
  }
  const found = await call.client.query<{ body: ObjectsByKind[K] }>(
    `select body from stripe_sandbox.objects
     where kind = $1
       and ($2::text is null or customer = $2) and ($3::text is null or payment_intent = $3)
       and ($4::text is null or body ->> 'charge' = $4) and ($5::text[] is null or body ->> 'type' = any($5))
       and ($6::bigint is null or created > $6) and ($7::bigint is null or created >= $7)
       and ($8::bigint is null or created < $8) and ($9::bigint is null or created <= $9)
       and ($10::text is null or sequence < (select sequence from stripe_sandbox.objects where id = $10))
       and ($11::text is null or sequence > (select sequence from stripe_sandbox.objects where id = $11))
     order by sequence ${backwards ? 'asc' : 'desc'} limit $12`,
    [
      kind,
      filter.customer ?? null,
      filter.payment_intent ?? null,
      filter.charge ?? null,
      filter.types ?? null,
      filter.created?.gt ?? null,
      filter.created?.gte ?? null,
      filter.created?.lt ?? null,
      filter.created?.lte ?? null,
      page.starting_after ?? null,
      page.ending_before ?? null,
      limit + 1,
    ],
  )
  const data = found.rows.slice(0, limit).map((row) => row.body)
  return { object: 'list', data: backwards ? data.reverse() : data, has_more: found.rows.length > limit, url }
}
