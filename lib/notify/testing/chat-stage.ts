import { eq } from 'drizzle-orm'
import { afterAll, afterEach, beforeAll, beforeEach } from 'vitest'
import { inEngine } from '../../../db/client'
import { messages, notificationChannels } from '../../../db/schema'
import { createTeam } from '../../auth/testing/team'
import { connectChannel } from '../../billing/commands/connect-channel'
import { tellBilling } from '../../billing/commands/store/messages'
import type { CommandContext } from '../../billing/context'
import type { ChannelId, OrganizationId } from '../../ids'
import { systemClock } from '../../time'
import { type ChatServices, startChatServices } from './chat-services'

export const KEY = (byte: string) => Buffer.alloc(32, byte).toString('base64')
export const KINDS = ['cancellation_scheduled', 'usage_alert_80'] as const

export const first = <Value>(work: (context: CommandContext) => Promise<Value>): Promise<Value> => inEngine((tx) => work({ tx, actor: 'operator' }))

let facts = 0

/** Organizations with chats of their own on this machine; nothing waits for any of them when a test begins. */
export function chatStage() {
  let open: ChatServices | null = null
  beforeAll(async () => {
    open = await startChatServices()
    process.env.HEADROOM_ENCRYPTION_KEYS = `old:${KEY('a')}`
    process.env.HEADROOM_URL = 'https://billing.example.com'
    Object.assign(process.env, open.variables)
  })
  afterAll(async () => {
    for (const name of [...Object.keys(services.variables), 'HEADROOM_ENCRYPTION_KEYS']) Reflect.deleteProperty(process.env, name)
    await open?.stop()
  })
  beforeEach(async () => {
    open?.reset()
    await inEngine((tx) => tx.update(messages).set({ state: 'sent', nextTryAt: null }).where(eq(messages.state, 'queued')))
  })
  afterEach(() => {
    process.env.HEADROOM_ENCRYPTION_KEYS = `old:${KEY('a')}`
  })
  const services = new Proxy({} as ChatServices, {
    get: (_, name) => Reflect.get(open as ChatServices, name),
    set: (_, name, value) => Reflect.set(open as ChatServices, name, value),
  })

  async function found(services_: readonly ('slack' | 'discord' | 'telegram')[] = ['slack']) {
    const { organization, owner } = await createTeam('Chatty')
    const organizationId = organization.id
    const targets = {
      slack: { url: services.slackUrl },
      discord: { url: services.discordUrl },
      telegram: { token: services.telegramToken, chatId: '-1001234567890' },
    }
    const ids: ChannelId[] = []
    for (const service of services_) {
      const target = { service, ...targets[service] }
      const connected = await inEngine((tx) => connectChannel({ tx, actor: 'operator' }, { organizationId, name: `The ${service} room`, kinds: KINDS, target }))
      if (!connected.ok) throw new Error(connected.error.code)
      ids.push(connected.value.id)
    }
    const tell = (kind: 'cancellation_scheduled' | 'reactivated' = 'cancellation_scheduled', times = 1) =>
      inEngine((tx) =>
        tellBilling(
          tx,
          Array.from({ length: times }, () => ({
            organizationId,
            kind,
            fact: `fact:${++facts}`,
            at: systemClock.now(),
            payload: {
              organizationName: 'Chatty',
              organizationSlug: organization.slug,
              productId: 'api-calls',
              productName: 'API calls',
              planName: `Plan ${facts}`,
              ...(kind === 'reactivated' ? { renewsAt: '2026-05-31T00:00:00Z' } : { cancelAt: '2026-05-31T00:00:00Z' }),
            },
          })),
        ),
      )
    const rows = async () => {
      const all = await inEngine((tx) => tx.select().from(messages).where(eq(messages.organizationId, organizationId)).orderBy(messages.id))
      return { chats: all.filter(({ channel }) => channel !== 'email'), mails: all.filter(({ channel }) => channel === 'email') }
    }
    const channel = async (id = ids[0]) => {
      const [row] = await inEngine((tx) =>
        tx
          .select()
          .from(notificationChannels)
          .where(eq(notificationChannels.id, id as ChannelId)),
      )
      return row
    }
    const makeDue = () => inEngine((tx) => tx.update(messages).set({ nextTryAt: systemClock.now() }).where(eq(messages.state, 'queued')))
    const act = <Input extends { organizationId: OrganizationId }, Value>(
      command: (context: CommandContext, input: Input) => Promise<Value>,
      input: Omit<Input, 'organizationId'>,
    ) => first((context) => command(context, { ...input, organizationId } as Input))
    return { organizationId, owner, ids, id: ids[0] as ChannelId, tell, rows, channel, makeDue, act }
  }

  return { services, found }
}
