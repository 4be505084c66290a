import { sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { webhookEvents } from '../../../../db/schema'
import { newId, type OrganizationId, type SubscriptionId, uuidOf } from '../../../ids'
import { idArray, textArray, timeArray } from '../../../metering/arrays'
import { type Instant, systemClock } from '../../../time'
import type { EventType } from '../../../webhooks/event-types'

/** What is read afresh, as its GET answers, when the event is sent. */
export type EventSubject = { kind: 'organization' | 'member' | 'subscription' | 'usage' | 'invoice' | 'credits'; id: string }

export type NewEvent = {
  organizationId: OrganizationId
  type: EventType
  subject: EventSubject
  /** Billing time of the fact. */
  at: Instant
  /** Where it can be noticed twice: its name, so that it is told once. */
  fact?: string
}

/**
 * Writes what happened into the outbox of webhooks, in the transaction of what happened, so that neither is there without
 * the other (G86). One statement however many; what no endpoint hears is not written.
 */
export async function recordEvents(tx: Transaction, events: readonly NewEvent[]): Promise<void> {
  if (events.length === 0) return
  await tx.execute(sql`
    INSERT INTO webhook_events (organization_id, id, type, subject_kind, subject_id, at, fact, written_at)
    SELECT e.organization_id, e.id, e.type, e.subject_kind, e.subject_id, e.at, e.fact, ${systemClock.now().toString()}::timestamptz
    FROM unnest(
      ${idArray(
        'org',
        events.map(({ organizationId }) => organizationId),
      )}::uuid[], ${sql.param(events.map(() => uuidOf('evt', newId('evt'))))}::uuid[], ${textArray(events.map(({ type }) => type))}::text[],
      ${textArray(events.map(({ subject }) => subject.kind))}::text[], ${textArray(events.map(({ subject }) => subject.id))}::text[], ${timeArray(events.map(({ at }) => at))}::timestamptz[],
      ${textArray(events.map(({ fact }) => fact ?? null))}::text[]
    ) AS e (organization_id, id, type, subject_kind, subject_id, at, fact)
    WHERE (SELECT does_anybody_listen()) AND is_heard(e.organization_id, e.type)
    ON CONFLICT DO NOTHING`)
}

type Blocked = { organizationId: OrganizationId; subscriptionId: SubscriptionId /** Billing time. */; at: Instant }

/**
 * Requests of a subscription are refused from now on: told once, until it was told that they are allowed again. Its name is
 * that of the last such word, so that of many refusals at once one is told.
 */
export async function recordBlocked(tx: Transaction, { organizationId, subscriptionId, at }: Blocked): Promise<void> {
  const organization = sql`${uuidOf('org', organizationId)}::uuid`
  await tx.execute(sql`
    INSERT INTO webhook_events (organization_id, id, type, subject_kind, subject_id, at, fact, written_at)
    SELECT ${organization}, ${uuidOf('evt', newId('evt'))}::uuid, 'usage.blocked', 'usage', ${subscriptionId}, ${at.toString()}::timestamptz,
      ${subscriptionId} || ':' || coalesce((
        SELECT u.id::text FROM webhook_events u
        WHERE u.organization_id = ${organization} AND u.subject_id = ${subscriptionId} AND u.type IN ('usage.blocked', 'usage.unblocked') AND u.type = 'usage.unblocked'
        ORDER BY u.id DESC LIMIT 1), 'first'),
      ${systemClock.now().toString()}::timestamptz
    WHERE (SELECT does_anybody_listen()) AND (is_heard(${organization}, 'usage.blocked') OR is_heard(${organization}, 'usage.unblocked'))
    ON CONFLICT DO NOTHING`)
}

/** The end of a block is written where its beginning was, whoever hears it: the next block is told apart by it. */
export async function recordUnblocked(tx: Transaction, { organizationId, subscriptionId, at, block }: Blocked & { block: string }): Promise<void> {
  await tx
    .insert(webhookEvents)
    .values({
      organizationId,
      id: newId('evt'),
      type: 'usage.unblocked' satisfies EventType,
      subjectKind: 'usage',
      subjectId: subscriptionId,
      fact: block,
      at,
      writtenAt: systemClock.now(),
    })
    .onConflictDoNothing()
}
