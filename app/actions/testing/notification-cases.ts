import { and, eq, inArray } from 'drizzle-orm'
import { afterAll, beforeAll } from 'vitest'
import { inEngine } from '@/db/client'
import { mailMutes, mailRoutes, messages, notificationChannels } from '@/db/schema'
import { foundTenant, type Tenant } from '@/lib/auth/testing/acting-people'
import { connectChannel } from '@/lib/billing/commands/connect-channel'
import type { Stage } from '@/lib/billing/testing/stage'
import { newId } from '@/lib/ids'
import { type ChatServices, startChatServices } from '@/lib/notify/testing/chat-services'
import type { Case } from './action-case'

let services: ChatServices

const ofTenant = ({ life }: Tenant) => eq(notificationChannels.organizationId, life.organizationId)
const countChannels = (tenant: Tenant, where?: Parameters<typeof and>[0]) => inEngine((tx) => tx.$count(notificationChannels, and(ofTenant(tenant), where)))
const nobody = { plan: null, card: null }

async function connected(stage: Stage): Promise<{ tenant: Tenant; channelId: string }> {
  const tenant = await foundTenant(stage, nobody)
  const { organizationId } = tenant.life
  const chat = { organizationId, name: 'Billing room', kinds: ['receipt'] as const, target: { service: 'slack' as const, url: services.slackUrl } }
  const channel = await inEngine((tx) => connectChannel({ tx, actor: 'operator' }, chat))
  if (!channel.ok) throw new Error(channel.error.code)
  return { tenant, channelId: channel.value.id }
}

/** Where messages go: against a Slack of this machine. */
export const notificationCases = (stage: Stage): Record<string, Case> => {
  beforeAll(async () => {
    services = await startChatServices()
    Object.assign(process.env, services.variables, { HEADROOM_ENCRYPTION_KEYS: `first:${Buffer.alloc(32, 'k').toString('base64')}` })
  })
  afterAll(() => services.stop())
  return {
    connectChannelAction: {
      prepare: async () => {
        const tenant = await foundTenant(stage, nobody)
        const input = { service: 'slack', name: 'Billing room', kinds: ['receipt', 'payment_failed'], target: { url: services.slackUrl } }
        return { tenant, input, effects: () => countChannels(tenant) }
      },
    },
    updateChannelAction: {
      mayRepeat: 'what is saved again is the same',
      prepare: async () => {
        const { tenant, channelId } = await connected(stage)
        const effects = () => countChannels(tenant, eq(notificationChannels.name, 'Finance'))
        return { tenant, input: { channelId, name: 'Finance', kinds: ['receipt'] }, effects }
      },
    },
    pauseChannelAction: {
      mayRepeat: 'what is paused again is paused',
      prepare: async () => {
        const { tenant, channelId } = await connected(stage)
        return { tenant, input: { channelId, state: 'paused' }, effects: () => countChannels(tenant, eq(notificationChannels.state, 'paused')) }
      },
    },
    removeChannelAction: {
      prepare: async () => {
        const { tenant, channelId } = await connected(stage)
        const effects = () => countChannels(tenant, eq(notificationChannels.hint, ''))
        return { tenant, input: { channelId }, effects }
      },
    },
    testChannelAction: {
      mayRepeat: 'each press posts a test of its own',
      afterFour: 4,
      prepare: async () => {
        const { tenant, channelId } = await connected(stage)
        const effects = () =>
          inEngine((tx) => tx.$count(messages, and(eq(messages.organizationId, tenant.life.organizationId), eq(messages.kind, 'channel_test'))))
        return { tenant, input: { channelId }, effects }
      },
    },
    resendMessageAction: {
      prepare: async () => {
        const tenant = await foundTenant(stage, nobody)
        const { organizationId } = tenant.life
        const id = newId('msg')
        const at = await tenant.life.now()
        await inEngine((tx) =>
          tx.insert(messages).values({
            organizationId,
            id,
            kind: 'moved_to_free',
            channel: 'email',
            recipient: tenant.email,
            payload: {},
            fact: id,
            at,
            state: 'failed',
            tries: 9,
            error: 'too late',
          }),
        )
        const effects = () => inEngine((tx) => tx.$count(messages, and(eq(messages.id, id), inArray(messages.state, ['queued', 'sent']))))
        return { tenant, input: { messageId: id }, effects }
      },
    },
    routeMailAction: {
      mayRepeat: 'what is chosen again is the same',
      prepare: async () => {
        const tenant = await foundTenant(stage, nobody)
        const effects = () => inEngine((tx) => tx.$count(mailRoutes, eq(mailRoutes.organizationId, tenant.life.organizationId)))
        return { tenant, input: { topic: 'usage', audiences: ['owner', 'extra'] }, effects }
      },
    },
    muteTopicsAction: {
      mayRepeat: 'what is switched off again is off',
      prepare: async () => {
        const tenant = await foundTenant(stage, nobody)
        const effects = () => inEngine((tx) => tx.$count(mailMutes, eq(mailMutes.organizationId, tenant.life.organizationId)))
        return { tenant, input: { topics: ['usage'] }, effects }
      },
    },
  }
}
