import { asc, eq, isNull } from 'drizzle-orm'
import { afterAll, beforeAll, beforeEach } from 'vitest'
import { inEngine, type Transaction } from '../../../db/client'
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../../db/schema'
import { addMember } from '../../billing/commands/add-member'
import { newId, type OrganizationId, type WebhookEndpointId } from '../../ids'
import { type Instant, systemClock } from '../../time'
import { sendDueWebhooks, spreadEvents } from '../../worker/send-webhooks'
import { createEndpoint } from '../endpoints'
import { openReceiver, type Receiver } from './receiver'

/** A receiver on this machine, and the steps of an event on its way to it; each test begins without endpoints. */
export function webhookStage() {
  let open: Receiver | null = null
  beforeAll(async () => {
    open = await openReceiver()
  })
  afterAll(() => open?.close())
  beforeEach(async () => {
    process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE = '1'
    open?.reset()
    await inEngine((tx) => tx.update(webhookEndpoints).set({ deletedAt: systemClock.now() }).where(isNull(webhookEndpoints.deletedAt)))
  })
  const receiver = new Proxy({} as Receiver, {
    get: (_, name) => Reflect.get(open as Receiver, name),
    set: (_, name, value) => Reflect.set(open as Receiver, name, value),
  })

  const soon = () => systemClock.now()
  const operator = <Value>(work: (context: { tx: Transaction; actor: 'operator' }) => Promise<Value>) => inEngine((tx) => work({ tx, actor: 'operator' }))

  return {
    receiver,
    soon,
    operator,

    async listen(owner: OrganizationId | null, events: string[] = ['*'], url = receiver.url) {
      const made = await operator((context) => createEndpoint(context, owner, { url, events, description: '' }))
      if (!made.ok) throw new Error(JSON.stringify(made.error))
      return { id: made.value.endpoint.id, secret: made.value.secret }
    },

    /** Something happens: somebody joins. */
    async happen(organizationId: OrganizationId, email = `${newId('user')}@example.com`) {
      const added = await operator((context) => addMember(context, { organizationId, email, role: 'member', invite: false }))
      if (!added.ok) throw new Error(added.error.code)
      return added.value
    },

    /** What the worker does, at a wall time that is handed in. */
    async sweep(now: Instant = soon()) {
      await spreadEvents({ now: () => now })
      return sendDueWebhooks({ now: () => now })
    },

    deliveriesTo: (id: WebhookEndpointId) =>
      inEngine((tx) => tx.select().from(webhookDeliveries).where(eq(webhookDeliveries.endpointId, id)).orderBy(asc(webhookDeliveries.id))),
    endpoint: async (id: WebhookEndpointId) => (await inEngine((tx) => tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id))))[0],
    eventsOf: (organizationId: OrganizationId) => inEngine((tx) => tx.select().from(webhookEvents).where(eq(webhookEvents.organizationId, organizationId))),
  }
}
