import { notificationChannels } from '../../../db/schema'
import type { ChannelId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import { giveUpWaiting, isChannel, lockChannel } from './store/channels'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'

export type PauseChannel = { organizationId: OrganizationId; channelId: ChannelId; paused: boolean }

export type PauseChannelRefusal = Forbidden | NotFound

/** Nothing is posted while it is paused, and nothing is kept for later; mail goes on. Resuming begins anew. */
export async function pauseChannel({ tx, actor }: CommandContext, input: PauseChannel): Promise<Result<null, PauseChannelRefusal>> {
  const { organizationId, channelId, paused } = input
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const channel = await lockChannel(tx, organizationId, channelId)
  if (!channel) return refuse({ code: 'not_found' })
  if ((channel.state === 'paused') === paused) return ok(null)

  await tx
    .update(notificationChannels)
    .set(paused ? { state: 'paused', pausedBecause: 'by_hand' } : { state: 'active', pausedBecause: null, failingSince: null, failures: 0 })
    .where(isChannel(channel))
  if (paused) await giveUpWaiting(tx, channel, 'paused')
  const action = paused ? 'channel.paused' : 'channel.resumed'
  await recordAudit(tx, [{ organizationId, at: now, actor, action, target: channelId, after: { name: channel.name } }])
  return ok(null)
}
