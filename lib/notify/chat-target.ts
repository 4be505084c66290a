import type { ChannelId, OrganizationId } from '../ids'
import { openSecret, sealSecret } from '../platform/sealed-secret'
import { ok, type Result, refuse } from '../result'

export const CHAT_SERVICES = ['slack', 'discord', 'telegram'] as const
export type ChatService = (typeof CHAT_SERVICES)[number]

/** Where a chat is posted to. Whoever knows it can post, so it is a secret as a whole. */
export type ChatTarget = { service: 'slack' | 'discord'; url: string } | { service: 'telegram'; token: string; chatId: string }

/** As somebody enters it. */
export type ChatTargetInput = { service: ChatService; url?: string | undefined; token?: string | undefined; chatId?: string | undefined }

export type ChatTargetRefusal = { code: 'bad_target'; field: 'url' | 'token' | 'chatId' /** How the right one begins. */; expected: string }

/** What messages are posted below; another one is the operator's to set, and nobody else's, so that no customer makes us call anything. */
const SERVICE_URLS: Record<ChatService, { variable: string; usual: string }> = {
  slack: { variable: 'HEADROOM_SLACK_URL', usual: 'https://hooks.slack.com/' },
  discord: { variable: 'HEADROOM_DISCORD_URL', usual: 'https://discord.com/api/webhooks/' },
  telegram: { variable: 'HEADROOM_TELEGRAM_URL', usual: 'https://api.telegram.org/' },
}

export function serviceUrl(service: ChatService): URL {
  const { variable, usual } = SERVICE_URLS[service]
  const base = new URL(process.env[variable] ?? usual)
  if (!base.pathname.endsWith('/')) base.pathname += '/'
  return base
}

const BOT_TOKEN = /^\d{5,20}:[\w-]{20,100}$/
const CHAT_ID = /^(-?\d{1,20}|@[A-Za-z]\w{3,60})$/

export function readChatTarget({ service, url, token, chatId }: ChatTargetInput): Result<ChatTarget, ChatTargetRefusal> {
  if (service === 'telegram') {
    if (!token || !BOT_TOKEN.test(token.trim())) return refuse({ code: 'bad_target', field: 'token', expected: '123456789:AA…' })
    if (!chatId || !CHAT_ID.test(chatId.trim())) return refuse({ code: 'bad_target', field: 'chatId', expected: '-1001234567890' })
    return ok({ service, token: token.trim(), chatId: chatId.trim() })
  }
  const target = { service, url: url?.trim() ?? '' }
  return isBelowService(target) ? ok(target) : refuse({ code: 'bad_target', field: 'url', expected: serviceUrl(service).href })
}

/** Asked again whenever something is posted: the operator may have set another base since it was entered. */
export function isBelowService(target: ChatTarget): boolean {
  if (target.service === 'telegram') return true
  if (!URL.canParse(target.url)) return false
  const [url, base] = [new URL(target.url), serviceUrl(target.service)]
  const isPlain = url.username === '' && url.password === '' && url.hash === ''
  return isPlain && url.origin === base.origin && url.pathname.startsWith(base.pathname) && url.pathname.length > base.pathname.length
}

const HINT_LENGTH = 4

/** Enough to tell two apart, and not enough to post. */
export function hintOf(target: ChatTarget): string {
  if (target.service === 'telegram') return `${target.token.split(':')[0]} → ${target.chatId}`
  const { host, pathname } = new URL(target.url)
  return `${host}/…${pathname.replace(/\/$/, '').slice(-HINT_LENGTH)}`
}

type Sealed = { organizationId: OrganizationId; id: ChannelId }

/** Bound to its channel: what was sealed for one opens for no other, whoever moves it in the database. */
const purposeOf = ({ organizationId, id }: Sealed) => `chat target of ${organizationId} ${id}`

export function sealChatTarget(channel: Sealed, target: ChatTarget): string {
  return sealSecret(JSON.stringify(target), purposeOf(channel))
}

/** @throws Error where its key is gone, or it is another channel's. */
export function openChatTarget(channel: Sealed, sealed: string): ChatTarget {
  return JSON.parse(openSecret(sealed, purposeOf(channel))) as ChatTarget
}
