import { isNotNull, isNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { messages, webhookDeliveries, webhookEndpoints, webhookEvents } from '@/db/schema'
import { newId, type OrganizationId } from '../../ids'
import { addMinutes, systemClock } from '../../time'

export const CHANNELS = ['mail', 'chat', 'webhook'] as const
export type Channel = (typeof CHANNELS)[number]

/** Nothing waits for anybody any more. */
export async function settleOutgoing(): Promise<void> {
  await inEngine(async (tx) => {
    await tx.update(messages).set({ state: 'sent', nextTryAt: null }).where(isNotNull(messages.nextTryAt))
    await tx.update(webhookDeliveries).set({ state: 'delivered', nextTryAt: null }).where(isNotNull(webhookDeliveries.nextTryAt))
    await tx.update(webhookEvents).set({ spreadAt: systemClock.now() }).where(isNull(webhookEvents.spreadAt))
  })
}

/** An event that nobody has spread over the endpoints since then. */
export async function plantEvent(organizationId: OrganizationId, minutesAgo: number, spread = false) {
  const at = addMinutes(systemClock.now(), -minutesAgo)
  const event = { organizationId, id: newId('evt'), type: 'invoice.paid', subjectKind: 'invoice', subjectId: 'inv', at, writtenAt: at } as const
  await inEngine((tx) => tx.insert(webhookEvents).values({ ...event, spreadAt: spread ? at : null }))
  return event
}

/** One that is due since then, and has not gone. */
export async function plantOutgoing(channel: Channel, organizationId: OrganizationId, minutesAgo: number): Promise<void> {
  const due = addMinutes(systemClock.now(), -minutesAgo)
  if (channel === 'webhook') {
    const { id: eventId, type } = await plantEvent(organizationId, minutesAgo, true)
    const endpoint = { organizationId, id: newId('whk'), url: 'https://example.com', events: ['*'], secret: 'sealed', createdBy: 'a test' }
    await inEngine(async (tx) => {
      await tx.insert(webhookEndpoints).values(endpoint)
      const delivery = { organizationId, id: newId('del'), endpointId: endpoint.id, eventId, type, forOperator: false }
      await tx.insert(webhookDeliveries).values({ ...delivery, state: 'queued', createdAt: due, dueSince: due, nextTryAt: due })
    })
    return
  }
  const id = newId('msg')
  const message = {
    organizationId,
    id,
    kind: 'receipt',
    recipient: 'ada@example.com',
    payload: {},
    fact: id,
    at: due,
    state: 'queued',
    nextTryAt: due,
  } as const
  await inEngine((tx) => tx.insert(messages).values({ ...message, channel: channel === 'mail' ? 'email' : 'slack' }))
}
