import type { Transaction } from '../../../../db/client'
import { auditLog } from '../../../../db/schema'
import { newId, type OrganizationId } from '../../../ids'
import type { Instant } from '../../../time'
import type { EventType } from '../../../webhooks/event-types'
import type { Actor } from '../../context'
import { type EventSubject, recordEvents } from './events'

export type AuditEntry = {
  organizationId: OrganizationId
  at: Instant
  actor: Actor
  /** The verb in the past tense after its noun: `subscription.changed`, `member.removed`. */
  action: string
  /** The id of what was acted on. */
  target: string
  before?: Record<string, unknown>
  after?: Record<string, unknown>
}

/** What of the activity the outside hears, and what about. Actions that say how something came about are left to what came about. */
const EVENTS: Record<string, { type: EventType; kind: EventSubject['kind'] }> = {
  'organization.created': { type: 'organization.created', kind: 'organization' },
  'organization.updated': { type: 'organization.updated', kind: 'organization' },
  'organization.deleted': { type: 'organization.deleted', kind: 'organization' },
  'member.added': { type: 'member.added', kind: 'member' },
  'member.removed': { type: 'member.removed', kind: 'member' },
  'member.role_changed': { type: 'member.role_changed', kind: 'member' },
  'subscription.created': { type: 'subscription.created', kind: 'subscription' },
  'subscription.changed': { type: 'subscription.changed', kind: 'subscription' },
  'subscription.change_scheduled': { type: 'subscription.changed', kind: 'subscription' },
  'subscription.change_dropped': { type: 'subscription.changed', kind: 'subscription' },
  'subscription.renewed': { type: 'subscription.renewed', kind: 'subscription' },
  'subscription.cancel_scheduled': { type: 'subscription.cancel_scheduled', kind: 'subscription' },
  'subscription.reactivated': { type: 'subscription.reactivated', kind: 'subscription' },
  'subscription.past_due': { type: 'subscription.past_due', kind: 'subscription' },
  'subscription.unpaid': { type: 'subscription.unpaid', kind: 'subscription' },
  'subscription.ended': { type: 'subscription.ended', kind: 'subscription' },
  'subscription.canceled': { type: 'subscription.ended', kind: 'subscription' },
  'limits.updated': { type: 'limits.updated', kind: 'subscription' },
  'invoice.paid': { type: 'invoice.paid', kind: 'invoice' },
  'invoice.marked_paid': { type: 'invoice.paid', kind: 'invoice' },
  'invoice.refunded': { type: 'invoice.refunded', kind: 'invoice' },
  'invoice.refunded_at_provider': { type: 'invoice.refunded', kind: 'invoice' },
  'invoice.refunded_by_exception': { type: 'invoice.refunded', kind: 'invoice' },
  'credit.expired': { type: 'credit.expired', kind: 'credits' },
  'credit.recharged': { type: 'auto_recharge.succeeded', kind: 'credits' },
  'credit.recharge_failed': { type: 'auto_recharge.failed', kind: 'credits' },
  'credit.recharge_off': { type: 'auto_recharge.turned_off', kind: 'credits' },
}

/** Who did what, when; in the transaction of what was done. Webhooks that listen for it are told of it (G86). */
export async function recordAudit(tx: Transaction, entries: readonly AuditEntry[]): Promise<void> {
  if (entries.length === 0) return
  await tx.insert(auditLog).values(entries.map((entry) => ({ ...entry, id: newId('aud') })))
  await recordEvents(
    tx,
    entries.flatMap(({ organizationId, at, action, target }) => {
      const event = EVENTS[action]
      return event ? [{ organizationId, at, type: event.type, subject: { kind: event.kind, id: event.kind === 'credits' ? organizationId : target } }] : []
    }),
  )
}
