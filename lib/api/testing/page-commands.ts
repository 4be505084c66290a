import { and, eq, isNull } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '@/db/client'
import { auditLog, mailRoutes, notificationChannels, payments, subscriptions, webhookInbox } from '@/db/schema'
import { addMember } from '../../billing/commands/add-member'
import { connectChannel } from '../../billing/commands/connect-channel'
import { inviteAgain } from '../../billing/commands/invite-again'
import { pauseChannel } from '../../billing/commands/pause-channel'
import { removeChannel } from '../../billing/commands/remove-channel'
import { resumePurchases } from '../../billing/commands/resume-purchases'
import { routeMail } from '../../billing/commands/route-mail'
import { OrganizationGone } from '../../billing/commands/store/organization'
import { automaticPurchasesStopped } from '../../billing/commands/store/stopped-purchases'
import { tryRenewalAgain } from '../../billing/commands/try-renewal-again'
import { updateChannel } from '../../billing/commands/update-channel'
import { processInbox } from '../../billing/flows/process-inbox'
import { first } from '../../billing/testing/scenario'
import { type ChannelId, newId, type OrganizationId } from '../../ids'
import type { SimulatedPayments } from '../../payments/testing/simulated-payments'
import type { Result } from '../../result'
import { systemClock } from '../../time'
import type { Wish } from './as-in-turn'
import type { RunningInterface } from './running-interface'

/** `turn`: which of a pair it is, so that two wishes of one kind are not the same wish. */
export type Raced = { organizationId: OrganizationId; payments: SimulatedPayments; turn: number }

type Answer = Result<unknown, { code: string }>

/** What only the dashboard has. */
export type PageCommand = {
  name: string
  /** Told done, `after` reads what is there of it, and that must be `kept`. */
  prepare: (raced: Raced) => Promise<{ begin: () => Promise<Answer>; kept: unknown; after: () => Promise<unknown> }>
}

/** To be raced with what is asked of the interface. */
export function onPage(api: RunningInterface, { name, prepare }: PageCommand): Wish {
  return {
    name,
    prepare: async ({ organization }, turn) => {
      const { begin, kept, after } = await prepare({ organizationId: organization as OrganizationId, payments: api.payments, turn })
      const ask = async () => {
        const answer = await begin().catch(gone)
        return { status: answer.ok ? 200 : 409, body: answer.ok ? null : { code: answer.error.code }, headers: new Headers() }
      }
      return { path: '', body: {}, ask, kept: { expected: kept, read: after } }
    },
  }
}

function gone(fault: unknown): Answer {
  if (fault instanceof OrganizationGone) return { ok: false, error: { code: 'gone' } }
  throw fault
}

const TARGET = { service: 'slack', url: 'https://hooks.slack.com/services/T0/B0/x' } as const

/** The chat that both of a pair are about. */
export async function connectTheRoom(organizationId: OrganizationId): Promise<void> {
  const done = await first((context) => connectChannel(context, { organizationId, name: 'The room', kinds: ['usage_alert_80'], target: TARGET }))
  if (!done.ok) throw new Error(done.error.code)
}

async function theRoom(organizationId: OrganizationId): Promise<ChannelId> {
  const [room] = await inEngine((tx) => tx.select().from(notificationChannels).where(eq(notificationChannels.organizationId, organizationId)))
  if (!room) throw new Error('there is no chat')
  return room.id
}

async function channelOf(organizationId: OrganizationId, channelId: ChannelId) {
  const where = and(eq(notificationChannels.organizationId, organizationId), eq(notificationChannels.id, channelId))
  const [channel] = await inEngine((tx) => tx.select().from(notificationChannels).where(where))
  if (!channel) throw new Error('there is no such channel')
  return channel
}

const connect: PageCommand = {
  name: 'connect a chat',
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

const update: PageCommand = {
  name: 'change a chat',
  prepare: async ({ organizationId }) => {
    const channelId = await theRoom(organizationId)
    const name = newId('chan')
    return {
      begin: () => first((context) => updateChannel(context, { organizationId, channelId, name, kinds: ['cancellation_scheduled'] })),
      kept: { name, kinds: ['cancellation_scheduled'] },
      after: () => channelOf(organizationId, channelId).then((channel) => ({ name: channel.name, kinds: channel.kinds })),
    }
  },
}

const pause: PageCommand = {
  name: 'pause a chat',
  prepare: async ({ organizationId }) => {
    const channelId = await theRoom(organizationId)
    return {
      begin: () => first((context) => pauseChannel(context, { organizationId, channelId, paused: true })),
      kept: 'paused',
      after: () => channelOf(organizationId, channelId).then(({ state }) => state),
    }
  },
}

const removeChat: PageCommand = {
  name: 'remove a chat',
  prepare: async ({ organizationId }) => {
    const channelId = await theRoom(organizationId)
    return {
      begin: () => first((context) => removeChannel(context, { organizationId, channelId })),
      kept: { isRemoved: true, sealedTarget: null },
      after: () => channelOf(organizationId, channelId).then(({ removedAt, sealedTarget }) => ({ isRemoved: removedAt !== null, sealedTarget })),
    }
  },
}

const route: PageCommand = {
  name: 'say who gets which mail',
  prepare: async ({ organizationId, turn }) => {
    const audiences = turn === 0 ? (['owner'] as const) : (['admin', 'billing'] as const)
    return {
      begin: () => first((context) => routeMail(context, { organizationId, topic: 'usage', audiences })),
      kept: [[...audiences]],
      after: () =>
        inEngine((tx) => tx.select().from(mailRoutes).where(eq(mailRoutes.organizationId, organizationId))).then((rows) => rows.map((row) => row.audiences)),
    }
  },
}

const invite: PageCommand = {
  name: 'invite again',
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

/** A bank gives the customer back what they paid, for good, and the worker hears of it. */
async function loseDispute({ organizationId, payments: provider }: Raced): Promise<void> {
  const where = and(eq(payments.organizationId, organizationId), eq(payments.state, 'collected'))
  const [paid] = await inEngine((tx) => tx.select().from(payments).where(where).orderBy(payments.id))
  if (!paid?.providerRef) return
  const payment_intent = paid.providerRef
  for (const outcome of ['open', 'lost'] as const) {
    await provider.fault({ fault: 'dispute', payment_intent, outcome })
    const [dispute] = (await provider.stripe.disputes.list({ payment_intent })).data
    const id = newId('evt')
    const subject = { kind: 'dispute' as const, disputeRef: dispute?.id ?? '', providerRef: payment_intent }
    const now = systemClock.now()
    await inEngine((tx) => tx.insert(webhookInbox).values({ id, type: 'charge.dispute', subject, state: 'pending', nextTryAt: now, receivedAt: now }))
    // Whoever looks into the inbox at the same moment may have taken it.
    const heard = async () => {
      await processInbox(provider.provider)
      const [told] = await inEngine((tx) => tx.select().from(webhookInbox).where(eq(webhookInbox.id, id)))
      return told?.state
    }
    await expect.poll(heard, { timeout: 30_000 }).toBe('done')
  }
}

async function arePurchasesStopped({ organizationId }: Raced): Promise<boolean> {
  return (await inEngine((tx) => automaticPurchasesStopped(tx, [organizationId]))).has(organizationId)
}

const resume: PageCommand = {
  name: 'let purchases go on',
  prepare: async (raced) => {
    const { organizationId } = raced
    if (!(await arePurchasesStopped(raced))) await loseDispute(raced)
    return {
      begin: () => first((context) => resumePurchases(context, { organizationId, reason: 'Spoke to them.' })),
      kept: false,
      after: () => arePurchasesStopped(raced),
    }
  },
}

const tryAgain: PageCommand = {
  name: 'try a renewal again',
  prepare: async ({ organizationId }) => {
    const isLive = and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt))
    const [row] = await inEngine((tx) => tx.select().from(subscriptions).where(isLive).orderBy(subscriptions.id))
    if (!row) throw new Error('there is no subscription')
    await inEngine((tx) => tx.update(subscriptions).set({ renewalError: 'It threw.' }).where(eq(subscriptions.id, row.id)))
    return {
      begin: () => first((context) => tryRenewalAgain(context, { organizationId, subscriptionId: row.id })),
      kept: null,
      after: () => inEngine((tx) => tx.select().from(subscriptions).where(eq(subscriptions.id, row.id))).then(([kept]) => kept?.renewalError),
    }
  },
}

export const PAGE_COMMANDS: readonly PageCommand[] = [connect, update, pause, removeChat, route, invite, resume, tryAgain]
