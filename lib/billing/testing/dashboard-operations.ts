import { and, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { auditLog, mailRoutes, notificationChannels, subscriptions } from '@/db/schema'
import { type ChannelId, newId, type WebhookEndpointId } from '../../ids'
import { addMember } from '../commands/add-member'
import { connectChannel } from '../commands/connect-channel'
import { inviteAgain } from '../commands/invite-again'
import { pauseChannel } from '../commands/pause-channel'
import { removeChannel } from '../commands/remove-channel'
import { resumePurchases } from '../commands/resume-purchases'
import { routeMail } from '../commands/route-mail'
import { tryRenewalAgain } from '../commands/try-renewal-again'
import { updateChannel } from '../commands/update-channel'
import type { Answer } from './operations'
import { first, type Scenario } from './scenario'

/** What both of a pair are about; `turn`: which of them it is, so that two wishes of one kind are not the same wish. */
export type Shared = { channelId: ChannelId; endpointId: WebhookEndpointId; turn: 0 | 1 }

/** What only the dashboard has. */
export type DashboardOperation = {
  name: string
  refusals: readonly string[]
  /** Told done, `after` reads what is there of it, and that must be `kept`. */
  prepare: (life: Scenario, shared: Shared) => Promise<{ begin: () => Promise<Answer>; kept: unknown; after: () => Promise<unknown> }>
}

const TARGET = { service: 'slack', url: 'https://hooks.slack.com/services/T0/B0/x' } as const

export async function connected({ organizationId }: Scenario): Promise<ChannelId> {
  const done = await first((context) => connectChannel(context, { organizationId, name: 'The room', kinds: ['usage_alert_80'], target: TARGET }))
  if (!done.ok) throw new Error(done.error.code)
  return done.value.id
}

async function channelOf({ organizationId }: Scenario, channelId: ChannelId) {
  const where = and(eq(notificationChannels.organizationId, organizationId), eq(notificationChannels.id, channelId))
  const [channel] = await inEngine((tx) => tx.select().from(notificationChannels).where(where))
  if (!channel) throw new Error('there is no such channel')
  return channel
}

const connect: DashboardOperation = {
  name: 'connect a chat',
  refusals: [],
  prepare: async ({ organizationId }) => {
    const name = newId('chan')
    const where = and(eq(notificationChannels.organizationId, organizationId), eq(notificationChannels.name, name))
    return {
      begin: () => first((context) => connectChannel(context, { organizationId, name, kinds: ['usage_alert_80'], target: TARGET })),
      kept: 1,
      after: () => inEngine((tx) => tx.$count(notificationChannels, where)),
    }
  },
}

const update: DashboardOperation = {
  name: 'change a chat',
  refusals: ['not_found'],
  prepare: async (life, { channelId }) => {
    const { organizationId } = life
    const name = newId('chan')
    return {
      begin: () => first((context) => updateChannel(context, { organizationId, channelId, name, kinds: ['cancellation_scheduled'] })),
      kept: { name, kinds: ['cancellation_scheduled'] },
      after: () => channelOf(life, channelId).then((channel) => ({ name: channel.name, kinds: channel.kinds })),
    }
  },
}

const pause: DashboardOperation = {
  name: 'pause a chat',
  refusals: ['not_found'],
  prepare: async (life, { channelId }) => ({
    begin: () => first((context) => pauseChannel(context, { organizationId: life.organizationId, channelId, paused: true })),
    kept: 'paused',
    after: () => channelOf(life, channelId).then(({ state }) => state),
  }),
}

const removeChat: DashboardOperation = {
  name: 'remove a chat',
  refusals: ['not_found'],
  prepare: async (life, { channelId }) => ({
    begin: () => first((context) => removeChannel(context, { organizationId: life.organizationId, channelId })),
    kept: { isRemoved: true, sealedTarget: null },
    after: () => channelOf(life, channelId).then(({ removedAt, sealedTarget }) => ({ isRemoved: removedAt !== null, sealedTarget })),
  }),
}

const route: DashboardOperation = {
  name: 'say who gets which mail',
  refusals: [],
  prepare: async ({ organizationId }, { turn }) => {
    const audiences = turn === 0 ? (['owner'] as const) : (['admin', 'billing'] as const)
    return {
      begin: () => first((context) => routeMail(context, { organizationId, topic: 'usage', audiences })),
      kept: [[...audiences]],
      after: () =>
        inEngine((tx) => tx.select().from(mailRoutes).where(eq(mailRoutes.organizationId, organizationId))).then((rows) => rows.map((row) => row.audiences)),
    }
  },
}

const invite: DashboardOperation = {
  name: 'invite again',
  refusals: ['invited_recently'],
  prepare: async ({ organizationId }) => {
    const person = { email: `${newId('user')}@example.com`, name: 'Grace', role: 'member' as const, invite: false }
    const added = await first((context) => addMember(context, { organizationId, ...person }))
    if (!added.ok) throw new Error(added.error.code)
    const memberId = added.value.id
    const where = and(eq(auditLog.organizationId, organizationId), eq(auditLog.target, memberId), eq(auditLog.action, 'member.invited'))
    return {
      begin: () => first((context) => inviteAgain(context, { organizationId, memberId })),
      kept: 1,
      after: () => inEngine((tx) => tx.$count(auditLog, where)),
    }
  },
}

const resume: DashboardOperation = {
  name: 'let purchases go on',
  refusals: ['nothing_stopped'],
  prepare: async ({ organizationId }) => ({
    begin: () => first((context) => resumePurchases(context, { organizationId, reason: 'Spoke to them.' })),
    kept: null,
    after: () => Promise.resolve(null),
  }),
}

const tryAgain: DashboardOperation = {
  name: 'try a renewal again',
  refusals: ['not_found'],
  prepare: async ({ organizationId }) => {
    const where = eq(subscriptions.organizationId, organizationId)
    const [row] = await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'It threw.' }).where(where).returning())
    if (!row) throw new Error('there is no subscription')
    return {
      begin: () => first((context) => tryRenewalAgain(context, { organizationId, subscriptionId: row.id })),
      kept: null,
      after: () => inEngine((tx) => tx.select().from(subscriptions).where(eq(subscriptions.id, row.id))).then(([kept]) => kept?.renewalError),
    }
  },
}

export const DASHBOARD_OPERATIONS: readonly DashboardOperation[] = [connect, update, pause, removeChat, route, invite, resume, tryAgain]
