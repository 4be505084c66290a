import { notificationChannels } from '../../../db/schema'
import type { ChannelId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import { systemClock } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { giveUpWaiting, isChannel, lockChannel } from './store/channels'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'

export type RemoveChannel = { organizationId: OrganizationId; channelId: ChannelId }

export type RemoveChannelRefusal = Forbidden | NotFound

/** Nothing is posted any more, and its address is forgotten; what was posted stays in the log under its name. */
export async function removeChannel({ tx, actor }: CommandContext, { organizationId, channelId }: RemoveChannel): Promise<Result<null, RemoveChannelRefusal>> {
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const channel = await lockChannel(tx, organizationId, channelId)
  if (!channel) return refuse({ code: 'not_found' })
  await tx.update(notificationChannels).set({ removedAt: systemClock.now(), sealedTarget: null, hint: '' }).where(isChannel(channel))
  await giveUpWaiting(tx, channel, 'removed')
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'channel.removed', target: channelId, after: { name: channel.name } }])
  return ok(null)
}
