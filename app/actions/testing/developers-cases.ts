import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { apiKeys, webhookDeliveries, webhookEndpoints } from '@/db/schema'
import { createApiKey } from '@/lib/auth/api-keys'
import { foundTenant, type Tenant } from '@/lib/auth/testing/acting-people'
import type { Stage } from '@/lib/billing/testing/stage'
import { listActivity } from '@/lib/billing/views/activity'
import type { WebhookEndpointId } from '@/lib/ids'
import { sendTest } from '@/lib/webhooks/deliveries'
import { createEndpoint } from '@/lib/webhooks/endpoints'
import type { Case } from './action-case'

const keysOf = ({ life }: Tenant) => inEngine((tx) => tx.$count(apiKeys, eq(apiKeys.organizationId, life.organizationId)))
const timesDone = async ({ life }: Tenant, done: string) =>
  (await inEngine((tx) => listActivity(tx, life.organizationId, { limit: 100 }))).filter(({ action }) => action === done).length

async function withEndpoint(stage: Stage) {
  const tenant = await foundTenant(stage)
  const { organizationId } = tenant.life
  return inEngine(async (tx) => {
    const made = await createEndpoint({ tx, actor: 'operator' }, organizationId, { url: 'https://example.com/hooks', events: ['*'], description: '' })
    if (!made.ok) throw new Error(made.error.code)
    const { id } = made.value.endpoint
    const sent = await sendTest({ tx, actor: 'operator' }, organizationId, id)
    if (!sent.ok) throw new Error(sent.error.code)
    await tx.update(webhookDeliveries).set({ state: 'failed', nextTryAt: null }).where(eq(webhookDeliveries.id, sent.value.id))
    return { tenant, endpointId: id, deliveryId: sent.value.id }
  })
}
const queuedTo = (endpointId: WebhookEndpointId) =>
  inEngine((tx) => tx.$count(webhookDeliveries, and(eq(webhookDeliveries.endpointId, endpointId), eq(webhookDeliveries.state, 'queued'))))

/** Keys of the organization's own, and its webhook endpoints. */
export const developersCases = (stage: Stage): Record<string, Case> => ({
  createKeyAction: {
    mayRepeat: 'each is a key of its own, shown to whoever pressed',
    afterFour: 4,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      return { tenant, input: { name: 'Finance export' }, effects: () => keysOf(tenant) }
    },
  },
  revokeKeyAction: {
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const { id } = await createApiKey({ scope: 'read', label: 'Finance export', organizationId: tenant.life.organizationId })
      return { tenant, input: { keyId: id }, effects: () => timesDone(tenant, 'key.revoked') }
    },
  },
  createEndpointAction: {
    mayRepeat: 'each is an endpoint of its own, with its own secret',
    afterFour: 4,
    prepare: async () => {
      const tenant = await foundTenant(stage)
      const input = { url: 'https://example.com/hooks', events: ['invoice.paid'], description: 'Data team' }
      const effects = () => inEngine((tx) => tx.$count(webhookEndpoints, eq(webhookEndpoints.organizationId, tenant.life.organizationId)))
      return { tenant, input, effects }
    },
  },
  changeEndpointAction: {
    prepare: async () => {
      const { tenant, endpointId } = await withEndpoint(stage)
      return { tenant, input: { endpointId, events: ['invoice.paid'] }, effects: () => timesDone(tenant, 'webhook_endpoint.updated') }
    },
  },
  deleteEndpointAction: {
    prepare: async () => {
      const { tenant, endpointId } = await withEndpoint(stage)
      return { tenant, input: { endpointId }, effects: () => timesDone(tenant, 'webhook_endpoint.deleted') }
    },
  },
  rotateSecretAction: {
    mayRepeat: 'each is a secret of its own, shown to whoever pressed; the last one signs',
    afterFour: 4,
    prepare: async () => {
      const { tenant, endpointId } = await withEndpoint(stage)
      return { tenant, input: { endpointId }, effects: () => timesDone(tenant, 'webhook_endpoint.secret_rotated') }
    },
  },
  sendTestAction: {
    mayRepeat: 'each is a test of its own',
    afterFour: 4,
    prepare: async () => {
      const { tenant, endpointId } = await withEndpoint(stage)
      return { tenant, input: { endpointId }, effects: () => queuedTo(endpointId) }
    },
  },
  resendAction: {
    mayRepeat: 'what waits to be sent again is sent again once',
    prepare: async () => {
      const { tenant, endpointId, deliveryId } = await withEndpoint(stage)
      return { tenant, input: { deliveryId }, effects: () => queuedTo(endpointId) }
    },
  },
})
