import { and, eq, isNotNull } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { webhookDeliveries, webhookEndpoints } from '../../../db/schema'
import type { WebhookEndpointId } from '../../ids'
import type { RunningInterface } from './running-interface'
import type { TwiceCase } from './twice'

let urls = 0

async function makeEndpoint(api: RunningInterface): Promise<WebhookEndpointId> {
  const { id } = await api.make('/webhook_endpoints', { url: `https://example.com/twice/${++urls}`, events: ['organization.deleted'] })
  return id
}

const queuedTo = (endpoint: WebhookEndpointId) =>
  inEngine((tx) => tx.$count(webhookDeliveries, and(eq(webhookDeliveries.endpointId, endpoint), eq(webhookDeliveries.state, 'queued'))))

/** The operator's endpoints, and what is sent to them. */
export const webhookCases: readonly TwiceCase[] = [
  {
    route: 'POST /webhook_endpoints',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async () => {
      const url = `https://example.com/twice/${++urls}`
      const effects = () => inEngine((tx) => tx.$count(webhookEndpoints, eq(webhookEndpoints.url, url)))
      return { customer: null, path: '/webhook_endpoints', body: { url, events: ['organization.deleted'] }, effects }
    },
  },
  {
    route: 'PATCH /webhook_endpoints/{webhook_endpoint}',
    second: ['done'],
    prepare: async (api) => {
      const path = `/webhook_endpoints/${await makeEndpoint(api)}`
      const effects = async () => ((await api.read(path)).description === 'Renamed' ? 1 : 0)
      return { customer: null, path, body: { description: 'Renamed' }, effects }
    },
  },
  {
    route: 'DELETE /webhook_endpoints/{webhook_endpoint}',
    second: ['done', 'not_found'],
    prepare: async (api) => {
      const path = `/webhook_endpoints/${await makeEndpoint(api)}`
      const effects = async () => ((await api.send('GET', path)).status === 404 ? 1 : 0)
      return { customer: null, path, effects }
    },
  },
  {
    route: 'POST /webhook_endpoints/{webhook_endpoint}/rotate_secret',
    second: ['done'],
    prepare: async (api) => {
      const id = await makeEndpoint(api)
      const rotated = and(eq(webhookEndpoints.id, id), isNotNull(webhookEndpoints.previousSecret))
      return { customer: null, path: `/webhook_endpoints/${id}/rotate_secret`, effects: () => inEngine((tx) => tx.$count(webhookEndpoints, rotated)) }
    },
  },
  {
    route: 'POST /webhook_endpoints/{webhook_endpoint}/test',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const id = await makeEndpoint(api)
      return { customer: null, path: `/webhook_endpoints/${id}/test`, effects: () => queuedTo(id) }
    },
  },
  {
    route: 'POST /deliveries/{delivery}/resend',
    second: ['done'],
    prepare: async (api) => {
      const id = await makeEndpoint(api)
      const delivery = await api.make(`/webhook_endpoints/${id}/test`)
      return { customer: null, path: `/deliveries/${delivery.id}/resend`, effects: () => queuedTo(id) }
    },
  },
]
