import { mailMutes, mailRoutes } from '../../../db/schema'
import type { MemberId, OrganizationId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import type { MessageTopic } from '../message-kinds'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'
import type { MailAudience } from './store/recipients'

export type RouteMail = { organizationId: OrganizationId; topic: MessageTopic; audiences: readonly MailAudience[] }

/** Who gets the optional mails of a topic. Essential ones go to everybody in charge of bills, whatever is chosen (G84). */
export async function routeMail({ tx, actor }: CommandContext, { organizationId, topic, audiences }: RouteMail): Promise<Result<null, Forbidden>> {
  const { now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'notifications:write')
  if (forbidden) return refuse(forbidden)
  const chosen = [...new Set(audiences)]
  await tx
    .insert(mailRoutes)
    .values({ organizationId, topic, audiences: chosen })
    .onConflictDoUpdate({ target: [mailRoutes.organizationId, mailRoutes.topic], set: { audiences: chosen } })
  await recordAudit(tx, [
    { organizationId, at: now, actor, action: 'notifications.routed', target: organizationId, after: { topic, audiences: chosen.join(' ') } },
  ])
  return ok(null)
}

export type MuteTopics = { organizationId: OrganizationId; memberId: MemberId; topics: readonly MessageTopic[] }

/** What somebody does not wish to be mailed themselves; it is theirs to say, so it is nobody's activity. */
export async function muteTopics({ tx, actor }: CommandContext, { organizationId, memberId, topics }: MuteTopics): Promise<Result<null, Forbidden>> {
  await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'invoices:read') // Those whom billing mail goes to.
  if (forbidden) return refuse(forbidden)
  const chosen = [...new Set(topics)]
  await tx
    .insert(mailMutes)
    .values({ organizationId, memberId, topics: chosen })
    .onConflictDoUpdate({ target: [mailMutes.organizationId, mailMutes.memberId], set: { topics: chosen } })
  return ok(null)
}
