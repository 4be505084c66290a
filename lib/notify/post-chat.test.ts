import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { type ChatTarget, hintOf, readChatTarget } from './chat-target'
import { postChat } from './post-chat'
import { sampleMessages } from './sample-messages'
import { type ChatServices, startChatServices } from './testing/chat-services'
import { wordMessage } from './word-message'

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'https://billing.example.com/'
process.env.HEADROOM_ENCRYPTION_KEYS = `first:${'A'.repeat(43)}=`

let services: ChatServices
beforeAll(async () => {
  services = await startChatServices()
})
afterAll(() => services.stop())
beforeEach(() => {
  services.reset()
  Object.assign(process.env, services.variables)
})
afterEach(() => {
  for (const name of Object.keys(services.variables)) Reflect.deleteProperty(process.env, name)
})

const slack = (): ChatTarget => ({ service: 'slack', url: services.slackUrl })
const discord = (): ChatTarget => ({ service: 'discord', url: services.discordUrl })
const telegram = (): ChatTarget => ({ service: 'telegram', token: services.telegramToken, chatId: '-1001234567890' })
const alert = () => wordMessage('usage_alert_80', sampleMessages().find(({ kind }) => kind === 'usage_alert_80')?.payload)

describe('a post', () => {
  it.each([
    { service: 'slack', target: slack },
    { service: 'discord', target: discord },
    { service: 'telegram', target: telegram },
  ])('says on $service what the mail says, and links to the control', async ({ target }) => {
    expect(await postChat(target(), alert())).toEqual({ state: 'delivered' })
    const [post] = services.posts
    const said = JSON.stringify(post?.body)
    for (const words of [
      '80% of the calls of Basic are used',
      '24,000 of 30,000 calls',
      '31 May 2026, 00:00 UTC',
      'https://billing.example.com/acme/search/plan',
    ]) {
      expect(said.replaceAll('\\\\', '')).toContain(words)
    }
  })

  it('of any kind is taken by each service, and a name in it is neither markup nor a mention', async () => {
    for (const { kind, payload } of sampleMessages()) {
      const mail = wordMessage(kind, { ...payload, organizationName: '<!channel> @everyone *Acme* [x](http://evil.example)' })
      for (const target of [slack(), discord(), telegram()]) expect(await postChat(target, mail), kind).toEqual({ state: 'delivered' })
    }
    for (const { path, body } of services.posts) {
      if (path.startsWith('/slack/')) expect(body.text).not.toContain('<!channel>')
      if (path.startsWith('/discord/')) expect(body.allowed_mentions).toEqual({ parse: [] })
      // A footer is shown as it stands.
      if (path.startsWith('/discord/'))
        expect(JSON.stringify(body.embeds, (key, value) => (key === 'footer' ? null : value))).not.toMatch(/[^\\]\]\(http:..evil/)
      if (path.startsWith('/telegram/')) expect(body).not.toHaveProperty('parse_mode')
    }
  })

  it('is never longer than a service takes', async () => {
    const { heading, ...mail } = alert()
    for (const target of [slack(), discord(), telegram()]) await postChat(target, { ...mail, heading: 'x'.repeat(50_000), paragraphs: ['y'.repeat(50_000)] })
    for (const { body } of services.posts) expect(JSON.stringify(body).length).toBeLessThan(6_000)
    expect(heading).toContain('80%')
  })
})

describe('what a service answers', () => {
  it.each([
    { target: slack, status: 404, body: 'no_service', is: { state: 'gone', detail: '404 no_service' } },
    { target: slack, status: 410, body: 'channel_is_archived', is: { state: 'gone', detail: '410 channel_is_archived' } },
    { target: slack, status: 403, body: 'invalid_token', is: { state: 'gone', detail: '403 invalid_token' } },
    { target: slack, status: 400, body: 'invalid_payload', is: { state: 'rejected', detail: '400 invalid_payload' } },
    { target: slack, status: 500, body: 'rollup_error', is: { state: 'unreachable', detail: '500 rollup_error' } },
    { target: slack, status: 302, body: '', is: { state: 'unreachable', detail: '302, which leads elsewhere' } },
    { target: slack, status: 502, body: '<html><h1>Bad gateway</h1></html>', is: { state: 'unreachable', detail: '502' } },
    { target: discord, status: 404, body: '{"message":"Unknown Webhook","code":10015}', is: { state: 'gone', detail: '404 Unknown Webhook' } },
    { target: discord, status: 400, body: '{"message":"Invalid Form Body"}', is: { state: 'rejected', detail: '400 Invalid Form Body' } },
    { target: discord, status: 429, body: '{"message":"You are being rate limited.","retry_after":1.337}', is: { state: 'wait', seconds: 2 } },
    { target: telegram, status: 401, body: '{"ok":false,"description":"Unauthorized"}', is: { state: 'gone', detail: '401 Unauthorized' } },
    { target: telegram, status: 403, body: '{"ok":false,"description":"Forbidden: bot was kicked from the group chat"}', is: { state: 'gone' } },
    { target: telegram, status: 400, body: '{"ok":false,"description":"Bad Request: chat not found"}', is: { state: 'gone' } },
    { target: telegram, status: 429, body: '{"ok":false,"parameters":{"retry_after":35}}', is: { state: 'wait', seconds: 35 } },
    { target: telegram, status: 429, body: '{"ok":false,"parameters":{"retry_after":999999}}', is: { state: 'wait', seconds: 3_600 } },
  ])('$status $body is $is.state', async ({ target, status, body, is }) => {
    services.answer = () => ({ status, body, headers: { location: 'http://127.0.0.1/elsewhere' } })
    expect(await postChat(target(), alert())).toMatchObject(is)
    expect(services.calls).toBe(1) // No redirect is followed.
  })

  it('waits as long as Slack says in a header', async () => {
    services.answer = () => ({ status: 429, body: 'rate_limited', headers: { 'retry-after': '17' } })
    expect(await postChat(slack(), alert())).toEqual({ state: 'wait', seconds: 17, detail: '429 rate_limited' })
  })

  it('is not kept where it repeats the secret', async () => {
    services.answer = (path) => ({ status: 500, body: `no handler for ${services.slackUrl} ${path} ${services.telegramToken}` })
    expect(JSON.stringify(await postChat(slack(), alert()))).not.toContain(services.slackUrl)
    expect(JSON.stringify(await postChat(telegram(), alert()))).not.toContain(services.telegramToken)
  })

  it('cannot be without an end', async () => {
    services.answer = () => ({ status: 500, body: 'x'.repeat(500_000) })
    expect(await postChat(slack(), alert())).toEqual({ state: 'unreachable', detail: 'its answer is too long' })
  })

  it('that is not there at all is unreachable', async () => {
    process.env.HEADROOM_SLACK_URL = 'http://127.0.0.1:1/'
    expect(await postChat({ service: 'slack', url: 'http://127.0.0.1:1/services/x' }, alert())).toEqual({ state: 'unreachable', detail: 'ECONNREFUSED' })
  })
})

describe('whom we call', () => {
  it.each([
    'http://hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com.evil.example/services/T/B/x',
    'https://hooks.slack.com@evil.example/services/T/B/x',
    'https://user:secret@hooks.slack.com/services/T/B/x',
    'https://hooks.slack.com:8443/services/T/B/x',
    'https://hooks.slack.com',
    'https://hooks.slack.com/',
    'https://169.254.169.254/latest/meta-data',
    'http://localhost/services',
    'file:///etc/passwd',
    'hooks.slack.com/services/T/B/x',
    '',
  ])('is Slack, and not %s', (url) => {
    for (const name of Object.keys(services.variables)) Reflect.deleteProperty(process.env, name)
    expect(readChatTarget({ service: 'slack', url })).toEqual({ ok: false, error: { code: 'bad_target', field: 'url', expected: 'https://hooks.slack.com/' } })
  })

  it.each(['https://discord.com/channels/1/2', 'https://discord.com/api/webhooks/../users/@me', 'https://discord.com/api/webhooks/'])(
    'is a webhook of Discord, and not %s',
    (url) => {
      for (const name of Object.keys(services.variables)) Reflect.deleteProperty(process.env, name)
      expect(readChatTarget({ service: 'discord', url }).ok).toBe(false)
      expect(readChatTarget({ service: 'discord', url: 'https://discord.com/api/webhooks/1/x' }).ok).toBe(true)
    },
  )

  it.each([
    { token: 'x', chatId: '1', field: 'token' },
    { token: `123456789:${'A'.repeat(35)}/../../x`, chatId: '1', field: 'token' },
    { token: `123456789:${'A'.repeat(35)}`, chatId: 'a b', field: 'chatId' },
    { token: `123456789:${'A'.repeat(35)}`, chatId: '', field: 'chatId' },
  ])('is a bot of Telegram: $field is refused', ({ token, chatId, field }) => {
    expect(readChatTarget({ service: 'telegram', token, chatId })).toMatchObject({ ok: false, error: { code: 'bad_target', field } })
  })

  it('is nobody in this network, unless the operator allows it', async () => {
    Reflect.deleteProperty(process.env, 'HEADROOM_PRIVATE_CHATS')
    expect(await postChat(slack(), alert())).toEqual({ state: 'unreachable', detail: 'its address is private, which the operator does not allow' })
    expect(services.calls).toBe(0)
  })

  it('is nobody any more where the operator has set another base since', async () => {
    const target = slack()
    process.env.HEADROOM_SLACK_URL = 'https://hooks.slack.com/'
    expect(await postChat(target, alert())).toMatchObject({ state: 'gone' })
    expect(services.calls).toBe(0)
  })

  it('is told apart by the end of its address, which posts nothing', () => {
    expect(hintOf(slack())).toMatch(/^127\.0\.0\.1:\d+\/…xxxx$/)
    expect(hintOf(telegram())).toBe('123456789 → -1001234567890')
  })
})
