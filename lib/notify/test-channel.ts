import { messages, notificationChannels } from '../../db/schema'
import { type ChannelRow, isChannel, lockChannel } from '../billing/commands/store/channels'
import { type Forbidden, forbidsActor } from '../billing/commands/store/members'
import { lockOrganization } from '../billing/commands/store/organization'
import type { CommandContext } from '../billing/context'
import { type ChannelId, newId, type OrganizationId } from '../ids'
import type { Locale } from '../locale'
import { ok, type Result, refuse } from '../result'
import { type Instant, systemClock } from '../time'
import type { Posted } from './post-chat'
import { postToChannel } from './post-to-channel'
import { wordMessage } from './word-message'

export type TestChannel = { organizationId: OrganizationId; channelId: ChannelId }

export type TestChannelRefusal = Forbidden | { code: 'not_found' } | ({ code: 'not_delivered' } & Exclude<Posted, { state: 'delivered' }>)

type First = <Value>(work: (context: CommandContext) => Promise<Value>) => Promise<Value>

type Begun = { channel: ChannelRow; payload: { organizationName: string; organizationSlug: string; channelName: string }; language: Locale; at: Instant }

/**
 * Posts a test at once, also to a chat that is paused, and says what the service has answered. It stands in the log like every other
 * message. The network comes between two transactions.
 *
 * @param first opens a transaction of whoever asks.
 */
export async function testChannel(first: First, input: TestChannel): Promise<Result<null, TestChannelRefusal>> {
  const begun = await first((context) => begin(context, input))
  if (!begun.ok) return begun
  const { channel, payload, language } = begun.value
  const posted = await postToChannel(channel, wordMessage('channel_test', payload, language))
  await first((context) => record(context, begun.value, posted))
  return posted.state === 'delivered' ? ok(null) : refuse({ code: 'not_delivered', ...posted })
}

async function begin({ tx, actor }: CommandContext, { organizationId, channelId }: TestChannel): Promise<Result<Begun, Forbidden | { code: 'not_found' }>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const channel = await lockChannel(tx, organizationId, channelId)
  if (!channel) return refuse({ code: 'not_found' })
  const { language } = organization
  return ok({ channel, at: now, language, payload: { organizationName: organization.name, organizationSlug: organization.slug, channelName: channel.name } })
}

async function record({ tx }: CommandContext, { channel, payload, at }: Begun, posted: Posted): Promise<void> {
  const isDelivered = posted.state === 'delivered'
  const now = systemClock.now()
  const id = newId('msg')
  await tx.insert(messages).values({
    organizationId: channel.organizationId,
    id,
    kind: 'channel_test',
    channel: channel.service,
    recipient: channel.id,
    channelId: channel.id,
    payload,
    fact: `${id}:test`,
    at,
    state: isDelivered ? 'sent' : 'failed',
    tries: 1,
    sentAt: isDelivered ? now : null,
    error: isDelivered ? null : `${posted.state}: ${posted.detail}`,
  })
  if (isDelivered) await tx.update(notificationChannels).set({ failingSince: null, failures: 0, lastDeliveredAt: now }).where(isChannel(channel))
}
