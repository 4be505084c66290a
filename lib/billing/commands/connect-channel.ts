import { notificationChannels } from '../../../db/schema'
import { type ChannelId, newId, type OrganizationId } from '../../ids'
import { type ChatTargetInput, type ChatTargetRefusal, hintOf, readChatTarget, sealChatTarget } from '../../notify/chat-target'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'
import type { MessageKind } from '../message-kinds'
import { recordAudit } from './store/audit'
import { CHANNELS_MAX, isNameTaken, listChannels } from './store/channels'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'

export type ConnectChannel = { organizationId: OrganizationId; name: string; kinds: readonly MessageKind[]; target: ChatTargetInput }

export type ConnectChannelRefusal = Forbidden | ChatTargetRefusal | { code: 'name_taken' } | { code: 'too_many_channels'; maximum: number }

/** Posts what was chosen to a chat from now on. Its address is kept sealed, and never shown again. */
export async function connectChannel({ tx, actor }: CommandContext, input: ConnectChannel): Promise<Result<{ id: ChannelId }, ConnectChannelRefusal>> {
  const { organizationId, name } = input
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const target = readChatTarget(input.target)
  if (!target.ok) return target
  const channels = await listChannels(tx, organizationId)
  if (isNameTaken(channels, name, null)) return refuse({ code: 'name_taken' })
  if (channels.length >= CHANNELS_MAX) return refuse({ code: 'too_many_channels', maximum: CHANNELS_MAX })

  const id = newId('chan')
  await tx.insert(notificationChannels).values({
    organizationId,
    id,
    service: target.value.service,
    name,
    kinds: [...input.kinds],
    sealedTarget: sealChatTarget({ organizationId, id }, target.value),
    hint: hintOf(target.value),
    state: 'active',
    createdAt: systemClock.now(),
  })
  const after = { name, service: target.value.service }
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'channel.connected', target: id, after }])
  return ok({ id })
}
