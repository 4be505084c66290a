import { randomUUID } from 'node:crypto'
import { and, eq, isNull } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { apiKeys, mailMutes, members, messages, operatorNotices, operators, webhookEndpoints } from '@/db/schema'
import { createOrganizationKey, revokeOrganizationKey } from '../../auth/organization-keys'
import { resendMessage } from '../../billing/commands/resend-message'
import { resolveNotice } from '../../billing/commands/resolve-notice'
import { muteTopics } from '../../billing/commands/route-mail'
import { first } from '../../billing/testing/scenario'
import { newId, type OrganizationId, type WebhookEndpointId } from '../../ids'
import { systemClock } from '../../time'
import { changeEndpoint, createEndpoint, deleteEndpoint, rotateSecret } from '../../webhooks/endpoints'
import type { PageCommand } from './page-commands'

const WANTED = { events: ['*'], description: 'Ours' } as const

/** The endpoint that both of a pair are about. */
export async function createTheEndpoint(organizationId: OrganizationId): Promise<void> {
  const made = await first((context) => createEndpoint(context, organizationId, { ...WANTED, url: 'https://example.com/hook' }))
  if (!made.ok) throw new Error(made.error.code)
}

async function theEndpoint(organizationId: OrganizationId): Promise<WebhookEndpointId> {
  const [endpoint] = await inEngine((tx) => tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.organizationId, organizationId)))
  if (!endpoint) throw new Error('there is no endpoint')
  return endpoint.id
}

async function endpointNow(id: WebhookEndpointId) {
  const [endpoint] = await inEngine((tx) => tx.select().from(webhookEndpoints).where(eq(webhookEndpoints.id, id)))
  if (!endpoint) throw new Error('there is no such endpoint')
  return endpoint
}

const makeKey: PageCommand = {
  name: 'make a key',
  prepare: async ({ organizationId }) => {
    const name = randomUUID()
    const isLive = and(eq(apiKeys.organizationId, organizationId), eq(apiKeys.label, name), isNull(apiKeys.revokedAt))
    return {
      begin: () => first((context) => createOrganizationKey(context, { organizationId, name })),
      kept: 1,
      after: () => inEngine((tx) => tx.$count(apiKeys, isLive)),
    }
  },
}

const revokeKey: PageCommand = {
  name: 'revoke a key',
  prepare: async ({ organizationId }) => {
    const made = await first((context) => createOrganizationKey(context, { organizationId, name: 'Reports' }))
    if (!made.ok) throw new Error(made.error.code)
    const keyId = made.value.id
    return {
      begin: () => first((context) => revokeOrganizationKey(context, { organizationId, keyId })),
      kept: 0,
      after: () => inEngine((tx) => tx.$count(apiKeys, and(eq(apiKeys.id, keyId), isNull(apiKeys.revokedAt)))),
    }
  },
}

const makeEndpoint: PageCommand = {
  name: 'make an endpoint',
  prepare: async ({ organizationId }) => {
    const url = `https://example.com/${randomUUID()}`
    const isThere = and(eq(webhookEndpoints.organizationId, organizationId), eq(webhookEndpoints.url, url), isNull(webhookEndpoints.deletedAt))
    return {
      begin: () => first((context) => createEndpoint(context, organizationId, { ...WANTED, url })),
      kept: 1,
      after: () => inEngine((tx) => tx.$count(webhookEndpoints, isThere)),
    }
  },
}

const changeOurs: PageCommand = {
  name: 'change an endpoint',
  prepare: async ({ organizationId }) => {
    const endpointId = await theEndpoint(organizationId)
    const description = randomUUID()
    return {
      begin: () => first((context) => changeEndpoint(context, organizationId, endpointId, { description })),
      kept: description,
      after: () => endpointNow(endpointId).then((endpoint) => endpoint.description),
    }
  },
}

const rotate: PageCommand = {
  name: 'rotate an endpoint’s secret',
  prepare: async ({ organizationId }) => {
    const endpointId = await theEndpoint(organizationId)
    const { secret } = await endpointNow(endpointId)
    return {
      begin: () => first((context) => rotateSecret(context, organizationId, endpointId)),
      kept: 'another',
      after: () => endpointNow(endpointId).then((endpoint) => (endpoint.secret === secret ? 'the same' : 'another')),
    }
  },
}

const removeEndpoint: PageCommand = {
  name: 'delete an endpoint',
  prepare: async ({ organizationId }) => {
    const endpointId = await theEndpoint(organizationId)
    return {
      begin: () => first((context) => deleteEndpoint(context, organizationId, endpointId)),
      kept: { isDeleted: true, secret: '', previousSecret: null },
      after: () => endpointNow(endpointId).then(({ deletedAt, secret, previousSecret }) => ({ isDeleted: deletedAt !== null, secret, previousSecret })),
    }
  },
}

const sendAgain: PageCommand = {
  name: 'send a mail again',
  prepare: async ({ organizationId }) => {
    const fact = randomUUID()
    const id = newId('msg')
    const failed = { kind: 'cancellation_scheduled', channel: 'email' as const, recipient: `${fact}@example.com`, payload: {}, state: 'failed' as const }
    await inEngine((tx) => tx.insert(messages).values({ ...failed, organizationId, id, fact, at: systemClock.now() }))
    return {
      begin: () => first((context) => resendMessage(context, { organizationId, messageId: id })),
      kept: 'queued',
      after: () => inEngine((tx) => tx.select().from(messages).where(eq(messages.id, id))).then(([message]) => message?.state),
    }
  },
}

const mute: PageCommand = {
  name: 'mute one’s own mails',
  prepare: async ({ organizationId, turn }) => {
    const isOwner = and(eq(members.organizationId, organizationId), eq(members.role, 'owner'))
    const [owner] = await inEngine((tx) => tx.select({ id: members.id }).from(members).where(isOwner))
    if (!owner) throw new Error('there is no owner')
    const memberId = owner.id
    const topics = turn === 0 ? (['usage'] as const) : (['plan', 'team'] as const)
    return {
      begin: () => first((context) => muteTopics(context, { organizationId, memberId, topics })),
      kept: [...topics],
      after: () => inEngine((tx) => tx.select().from(mailMutes).where(eq(mailMutes.organizationId, organizationId))).then(([kept]) => kept?.topics),
    }
  },
}

const resolve: PageCommand = {
  name: 'resolve a notice',
  prepare: async ({ organizationId }) => {
    const by = newId('op')
    const resolution = randomUUID()
    const noticeId = newId('note')
    await inEngine(async (tx) => {
      await tx.insert(operators).values({ id: by, email: `${by}@example.com`, role: 'admin', invitedBy: 'test' })
      await tx.insert(operatorNotices).values({ id: noticeId, organizationId, kind: 'orphan_payment', fact: resolution, at: systemClock.now() })
    })
    return {
      begin: () => first((context) => resolveNotice(context, { noticeId, by, resolution })),
      kept: resolution,
      after: () => inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.id, noticeId))).then(([notice]) => notice?.resolution),
    }
  },
}

export const DEVELOPERS_COMMANDS: readonly PageCommand[] = [
  ...[makeKey, revokeKey, makeEndpoint, changeOurs, rotate, removeEndpoint],
  ...[sendAgain, mute, resolve],
]
