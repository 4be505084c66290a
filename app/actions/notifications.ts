'use server'

import { z } from 'zod'
import { connectChannel } from '@/lib/billing/commands/connect-channel'
import { pauseChannel } from '@/lib/billing/commands/pause-channel'
import { removeChannel } from '@/lib/billing/commands/remove-channel'
import { resendMessage } from '@/lib/billing/commands/resend-message'
import { muteTopics, routeMail } from '@/lib/billing/commands/route-mail'
import { isForChats, MAIL_AUDIENCES } from '@/lib/billing/commands/store/recipients'
import { updateChannel } from '@/lib/billing/commands/update-channel'
import { MESSAGE_TOPICS, type OrganizationKind } from '@/lib/billing/message-kinds'
import { type ChannelId, isId, type MessageId } from '@/lib/ids'
import { CHAT_SERVICES } from '@/lib/notify/chat-target'
import { testChannel } from '@/lib/notify/test-channel'
import { defineAction, defineFlowAction } from './define-action'
import { billingFlow } from './flow'

const channelId = z.custom<ChannelId>((value) => typeof value === 'string' && isId('chan', value))
const messageId = z.custom<MessageId>((value) => typeof value === 'string' && isId('msg', value))
const name = z.string().trim().min(1).max(80)
const kinds = z
  .array(z.custom<OrganizationKind>((value) => typeof value === 'string' && isForChats(value)))
  .min(1)
  .max(50)
const target = z.strictObject({
  url: z.string().max(2_000).optional(),
  token: z.string().max(200).optional(),
  chatId: z.string().max(100).optional(),
})

/** A chat that what was chosen is posted to. Its address is never answered again. */
export const connectChannelAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ service: z.enum(CHAT_SERVICES), name, kinds, target }),
  run: (context, { service, target: given, ...input }) =>
    connectChannel(context, { ...input, organizationId: context.viewer.organization.id, target: { service, ...given } }),
})

export const updateChannelAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ channelId, name, kinds, target: target.optional() }),
  run: (context, input) => updateChannel(context, { ...input, organizationId: context.viewer.organization.id }),
})

export const pauseChannelAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ channelId, state: z.enum(['active', 'paused']) }),
  run: (context, { channelId: id, state }) =>
    pauseChannel(context, { organizationId: context.viewer.organization.id, channelId: id, paused: state === 'paused' }),
})

export const removeChannelAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ channelId }),
  run: (context, input) => removeChannel(context, { ...input, organizationId: context.viewer.organization.id }),
})

/** A real message, now; refuses with what the service has answered. */
export const testChannelAction = defineFlowAction({
  permission: 'notifications:write',
  input: z.strictObject({ channelId }),
  runFlow: (context, input) => testChannel(billingFlow(context).first, { ...input, organizationId: context.viewer.organization.id }),
})

/** What has failed is tried again. */
export const resendMessageAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ messageId }),
  run: (context, input) => resendMessage(context, { ...input, organizationId: context.viewer.organization.id }),
})

/** Who gets the mails of a topic that may be chosen. */
export const routeMailAction = defineAction({
  permission: 'notifications:write',
  input: z.strictObject({ topic: z.enum(MESSAGE_TOPICS), audiences: z.array(z.enum(MAIL_AUDIENCES)).max(MAIL_AUDIENCES.length) }),
  run: (context, input) => routeMail(context, { ...input, organizationId: context.viewer.organization.id }),
})

/** What one does not wish to be mailed oneself. */
export const muteTopicsAction = defineAction({
  permission: 'invoices:read',
  input: z.strictObject({ topics: z.array(z.enum(MESSAGE_TOPICS)).max(MESSAGE_TOPICS.length) }),
  run: (context, input) => muteTopics(context, { ...input, organizationId: context.viewer.organization.id, memberId: context.viewer.member.id }),
})
