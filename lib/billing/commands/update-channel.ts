import { notificationChannels } from '../../../db/schema'
import type { ChannelId, OrganizationId } from '../../ids'
import { type ChatTargetInput, type ChatTargetRefusal, hintOf, readChatTarget, sealChatTarget } from '../../notify/chat-target'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import type { MessageKind } from '../message-kinds'
import { recordAudit } from './store/audit'
import { isChannel, isNameTaken, listChannels, lockChannel, retryWaiting } from './store/channels'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'

export type UpdateChannel = {
  organizationId: OrganizationId
  channelId: ChannelId
  name: string
  kinds: readonly MessageKind[]
  /** Left out: as it is. */
  target?: Omit<ChatTargetInput, 'service'> | undefined
}

export type UpdateChannelRefusal = Forbidden | NotFound | ChatTargetRefusal | { code: 'name_taken' }

/** Another name, other kinds, or another address; with another address one that had fallen silent speaks again. */
export async function updateChannel({ tx, actor }: CommandContext, input: UpdateChannel): Promise<Result<null, UpdateChannelRefusal>> {
  const { organizationId, channelId, name } = input
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const channel = await lockChannel(tx, organizationId, channelId)
  if (!channel) return refuse({ code: 'not_found' })
  if (isNameTaken(await listChannels(tx, organizationId), name, channelId)) return refuse({ code: 'name_taken' })
  const target = input.target ? readChatTarget({ service: channel.service, ...input.target }) : null
  if (target && !target.ok) return target

  const isMended = target !== null && channel.pausedBecause !== 'by_hand'
  await tx
    .update(notificationChannels)
    .set({
      name,
      kinds: [...input.kinds],
      ...(target && { sealedTarget: sealChatTarget(channel, target.value), hint: hintOf(target.value), failingSince: null, failures: 0 }),
      ...(isMended && { state: 'active' as const, pausedBecause: null }),
    })
    .where(isChannel(channel))
  if (target) await retryWaiting(tx, channel)
  await recordAudit(tx, [
    { organizationId, at: now, actor, action: 'channel.updated', target: channelId, before: { name: channel.name }, after: { name, service: channel.service } },
  ])
  return ok(null)
}
