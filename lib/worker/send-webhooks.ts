import { SpanKind } from '@opentelemetry/api'
import { and, asc, eq, inArray, isNull, lte, type SQL, sql } from 'drizzle-orm'
import { inEngine, type Transaction } from '../../db/client'
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../db/schema'
import { webhookBody } from '../api/webhook-body'
import { newId, type WebhookEndpointId } from '../ids'
import { traced } from '../observe/trace'
import { addMinutes, type Clock, type Instant, isBefore, systemClock } from '../time'
import { type Delivery, newDelivery } from '../webhooks/deliveries'
import { disableEndpoint } from '../webhooks/disable-endpoint'
import { EVERY_EVENT } from '../webhooks/event-types'
import { sendWebhook, type WebhookAnswer, type WebhookFailure } from '../webhooks/send-webhook'
import { openSigningSecrets } from '../webhooks/signing-secret'
import { type Receiver, sendInTurns } from './send-in-turns'

const SECOND = 1
const MINUTE = 60 * SECOND
const HOUR = 60 * MINUTE

/** Seconds from one try to the next, as the Standard Webhooks convention proposes: three days in all. */
const BACK_OFF_SECONDS = [5 * SECOND, 5 * MINUTE, 30 * MINUTE, 2 * HOUR, 5 * HOUR, 10 * HOUR, 14 * HOUR, 20 * HOUR, 24 * HOUR] as const
/** An endpoint that took nothing for so long is switched off. */
const FAILING_HOURS = 72
const SPREAD_AT_ONCE = 500
/** From one worker to one endpoint. */
const AT_ONCE_TO_ONE = 4
/** More than one try takes. */
const LEASE_MINUTES = 2
const GONE = 410
const ERROR_MAX = 300

export type SentWebhooks = { delivered: number; postponed: number; failed: number /** The first of those that wait for seconds. */; again: Instant | null }

/** Also where a long row behind a dead endpoint has left it few tries. */
const TRIED_FOR_SECONDS = BACK_OFF_SECONDS.reduce((sum, seconds) => sum + seconds, 0)

type Meanwhile = { isStopping?: () => boolean /** What may bring events. */; beforeLooking?: () => Promise<unknown> }

/** When a delivery is tried again after its n-th try (1 is the first); null after the last. */
export function secondsToNextTry(tries: number): number | null {
  return BACK_OFF_SECONDS[tries - 1] ?? null
}

/** Makes a delivery for each endpoint that hears an event, of events that have not been spread yet; how many events. */
export function spreadEvents(clock: Clock = systemClock): Promise<number> {
  return inEngine(async (tx) => {
    const events = await tx
      .select()
      .from(webhookEvents)
      .where(isNull(webhookEvents.spreadAt))
      .orderBy(asc(webhookEvents.id))
      .limit(SPREAD_AT_ONCE)
      .for('update', { skipLocked: true })
    if (events.length === 0) return 0
    const at = clock.now()
    const rows = await tx
      .select({ event: webhookEvents, endpoint: { id: webhookEndpoints.id, organizationId: webhookEndpoints.organizationId } })
      .from(webhookEvents)
      .innerJoin(webhookEndpoints, hears())
      .where(
        inArray(
          webhookEvents.id,
          events.map(({ id }) => id),
        ),
      )
      .orderBy(asc(webhookEvents.id), asc(webhookEndpoints.id))
    const deliveries = rows.map(({ event, endpoint }) =>
      newDelivery({ id: newId('del'), organizationId: event.organizationId, endpoint, eventId: event.id, type: event.type, at }),
    )
    if (deliveries.length > 0) await tx.insert(webhookDeliveries).values(deliveries)
    await tx
      .update(webhookEvents)
      .set({ spreadAt: at })
      .where(
        inArray(
          webhookEvents.id,
          events.map(({ id }) => id),
        ),
      )
    return events.length
  })
}

/** An endpoint that was made after the event hears only what comes from then on. */
function hears(): SQL | undefined {
  return and(
    isLive(),
    sql`(${webhookEndpoints.organizationId} IS NULL OR ${webhookEndpoints.organizationId} = ${webhookEvents.organizationId})`,
    sql`(${webhookEvents.type} = ANY (${webhookEndpoints.events}) OR ${EVERY_EVENT} = ANY (${webhookEndpoints.events}))`,
    sql`${webhookEndpoints.createdAt} <= ${webhookEvents.writtenAt}`,
  )
}

const isLive = () => and(isNull(webhookEndpoints.deletedAt), isNull(webhookEndpoints.disabledAt))

/**
 * Sends what is due, each at least once; always in wall time, whatever clock an organization lives on. Events that come meanwhile are sent
 * too, because an endpoint that hangs may make it last.
 *
 * A delivery is claimed just before it is sent, by moving its due time ahead in a transaction of its own; the network comes after it. So a
 * worker that dies in between only delays it, two workers never send the same one, and a dead receiver holds nobody's rows.
 */
export async function sendDueWebhooks(clock: Clock = systemClock, { isStopping = () => false, beforeLooking }: Meanwhile = {}): Promise<SentWebhooks> {
  const outcome: SentWebhooks = { delivered: 0, postponed: 0, failed: 0, again: null }
  const comeBack = (at: Instant) => {
    if (!outcome.again || isBefore(at, outcome.again)) outcome.again = at
  }
  const hasSentAll = await sendInTurns<WebhookEndpointId, Delivery>({
    async look() {
      await beforeLooking?.()
      while ((await spreadEvents(clock)) === SPREAD_AT_ONCE && !isStopping());
      return endpointsWithDue(clock)
    },
    claim: (id) => claimOne(id, clock),
    async send(delivery) {
      const { did, again } = await sendOne(delivery, clock)
      outcome[did]++
      if (again) comeBack(again)
    },
    mostOfOne: AT_ONCE_TO_ONE,
    isStopping,
  })
  if (!hasSentAll) comeBack(clock.now())
  return outcome
}

/** Whoever has waited the longest first. */
function endpointsWithDue(clock: Clock): Promise<Receiver<WebhookEndpointId>[]> {
  const now = clock.now().toString()
  return inEngine((tx) =>
    tx
      .select({ id: webhookEndpoints.id, isFailing: sql<boolean>`${webhookEndpoints.failingSince} IS NOT NULL` })
      .from(webhookEndpoints)
      .innerJoinLateral(
        sql`(
          SELECT w.next_try_at FROM webhook_deliveries w
          WHERE w.endpoint_id = ${webhookEndpoints.id} AND w.next_try_at <= ${now}::timestamptz
          ORDER BY w.next_try_at LIMIT 1
        ) AS first_due`,
        sql`true`,
      )
      .where(isLive())
      .orderBy(sql`first_due.next_try_at`),
  )
}

function claimOne(endpointId: WebhookEndpointId, clock: Clock): Promise<Delivery | null> {
  return inEngine(async (tx) => {
    const now = clock.now()
    const due = tx
      .select({ id: webhookDeliveries.id })
      .from(webhookDeliveries)
      .where(and(eq(webhookDeliveries.endpointId, endpointId), lte(webhookDeliveries.nextTryAt, now)))
      .orderBy(asc(webhookDeliveries.nextTryAt))
      .limit(1)
      .for('update', { skipLocked: true })
    const [claimed] = await tx
      .update(webhookDeliveries)
      .set({ tries: sql`${webhookDeliveries.tries} + 1`, nextTryAt: addMinutes(now, LEASE_MINUTES) })
      .where(eq(webhookDeliveries.id, due))
      .returning()
    return claimed ?? null
  })
}

type Did = { did: 'delivered' | 'postponed' | 'failed'; again: Instant | null }

async function sendOne(delivery: Delivery, clock: Clock): Promise<Did> {
  const at = clock.now()
  const tried = await tryOne(delivery, at)
  // Switched off or deleted since it was claimed; whoever did that has given it up.
  if (!tried) return { did: 'failed', again: null }
  const { body: requestBody, answer, isOurFault } = tried
  const { endpointId } = delivery
  const status = 'status' in answer ? answer.status : null
  const responseBody = 'status' in answer ? answer.body : null
  const result = { triedAt: at, requestBody, durationMs: answer.durationMs, responseStatus: status, responseBody }
  return inEngine(async (tx) => {
    if (status !== null && status >= 200 && status < 300) {
      await change(tx, delivery, { ...result, state: 'delivered', nextTryAt: null, error: null })
      await noteSuccess(tx, endpointId)
      return { did: 'delivered', again: null }
    }
    const isOver = status === GONE || !isBefore(at, delivery.dueSince.add({ seconds: TRIED_FOR_SECONDS }))
    const seconds = isOver ? null : secondsToNextTry(delivery.tries)
    const again = seconds === null ? null : clock.now().add({ seconds })
    const error = 'error' in answer ? answer.error : wordStatus(answer.status)
    await change(tx, delivery, { ...result, state: again ? 'queued' : 'failed', nextTryAt: again, error })
    if (!isOurFault) await noteFailure(tx, endpointId, { at, isGone: status === GONE, isLast: !again })
    return { did: again ? 'postponed' : 'failed', again: seconds !== null && seconds < MINUTE ? again : null }
  })
}

type Tried = { body: string | null; answer: WebhookAnswer | WebhookFailure; isOurFault: boolean }

/** Null where it is not ours to send any more. */
async function tryOne(delivery: Delivery, at: Instant): Promise<Tried | null> {
  try {
    const prepared = await inEngine(async (tx) => {
      const [found] = await tx
        .select({ event: webhookEvents, endpoint: webhookEndpoints })
        .from(webhookDeliveries)
        .innerJoin(webhookEvents, eq(webhookEvents.id, webhookDeliveries.eventId))
        .innerJoin(webhookEndpoints, eq(webhookEndpoints.id, webhookDeliveries.endpointId))
        .where(and(isOurs(delivery), isLive()))
      return found ? { endpoint: found.endpoint, body: await webhookBody(tx, found.event), parent: found.event.traceparent } : null
    })
    if (!prepared) return null
    const { endpoint, body, parent } = prepared
    const secrets = openSigningSecrets(endpoint, at)
    const send = () => sendWebhook({ url: endpoint.url, id: delivery.eventId, body, secrets, at })
    const attributes = { 'headroom.event': delivery.type, 'headroom.delivery': delivery.id }
    return { body, answer: await traced('send webhook', { kind: SpanKind.CLIENT, attributes, parent }, send), isOurFault: false }
  } catch (fault) {
    // Never the receiver's doing; it waits as any other, so that what is put right within three days loses nothing.
    const error = `This could not be sent: ${fault instanceof Error ? fault.message.slice(0, ERROR_MAX) : 'unknown'}`
    return { body: null, answer: { error, durationMs: 0 }, isOurFault: true }
  }
}

/** A redirect is named, because its target may well have worked. */
function wordStatus(status: number): string {
  if (status >= 300 && status < 400) return 'It answered with a redirect, and those are not followed'
  return status === GONE ? 'It answered that it is gone for good' : `It answered ${status}`
}

async function noteSuccess(tx: Transaction, id: WebhookEndpointId): Promise<void> {
  await tx
    .update(webhookEndpoints)
    .set({ failingSince: null })
    .where(and(eq(webhookEndpoints.id, id), sql`failing_since IS NOT NULL`))
}

type Failure = { at: Instant; isGone: boolean /** There is no further try. */; isLast: boolean }

/** Remembers since when nothing has got through, and switches the endpoint off where that is too long. */
async function noteFailure(tx: Transaction, id: WebhookEndpointId, { at, isGone, isLast }: Failure): Promise<void> {
  if (isGone) return disableEndpoint(tx, id, 'gone', at)
  await tx
    .update(webhookEndpoints)
    .set({ failingSince: at })
    .where(and(eq(webhookEndpoints.id, id), isNull(webhookEndpoints.failingSince)))
  if (!isLast) return
  const [endpoint] = await tx.select({ failingSince: webhookEndpoints.failingSince }).from(webhookEndpoints).where(eq(webhookEndpoints.id, id))
  const isLong = endpoint?.failingSince && !isBefore(at, endpoint.failingSince.add({ hours: FAILING_HOURS }))
  if (isLong) await disableEndpoint(tx, id, 'failing', at)
}

async function change(tx: Transaction, delivery: Delivery, changed: Partial<Delivery>): Promise<void> {
  await tx.update(webhookDeliveries).set(changed).where(isOurs(delivery))
}

/** Not once it was sent again by hand, given up, or taken over where our lease ran out: that is the later word. */
const isOurs = ({ id, dueSince, tries }: Delivery) =>
  and(eq(webhookDeliveries.id, id), eq(webhookDeliveries.dueSince, dueSince), eq(webhookDeliveries.tries, tries), eq(webhookDeliveries.state, 'queued'))
