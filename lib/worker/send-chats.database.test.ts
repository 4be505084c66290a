import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { auditLog, messages, notificationChannels, organizations } from '../../db/schema'
import { provideDatabase } from '../auth/testing/team'
import { connectChannel } from '../billing/commands/connect-channel'
import { pauseChannel } from '../billing/commands/pause-channel'
import { removeChannel } from '../billing/commands/remove-channel'
import { resendMessage } from '../billing/commands/resend-message'
import { routeMail } from '../billing/commands/route-mail'
import { updateChannel } from '../billing/commands/update-channel'
import { listDeliveries } from '../billing/views/notifications-page'
import { type MessageId, newId } from '../ids'
import { resealTargets } from '../notify/reseal-targets'
import { testChannel } from '../notify/test-channel'
import { chatStage, first, KEY, KINDS } from '../notify/testing/chat-stage'
import { addMinutes, systemClock } from '../time'
import { sendDueChats } from './send-chats'
import { later } from './testing/later'

provideDatabase()

const { services, found } = chatStage()

describe('a message', () => {
  it('is posted to each chat that its kind was chosen for, and mailed as before', async () => {
    const { tell, rows } = await found(['slack', 'discord', 'telegram'])
    await tell()
    await tell('reactivated')
    expect(await sendDueChats()).toEqual({ posted: 3, postponed: 0, failed: 0 })
    expect(services.posts.map(({ path }) => path.split('/')[1]).sort()).toEqual(['discord', 'slack', 'telegram'])
    const { chats, mails } = await rows()
    for (const chat of chats) expect(chat).toMatchObject({ kind: 'cancellation_scheduled', state: 'sent', tries: 1, error: null, nextTryAt: null })
    expect(mails.map(({ kind, state }) => [kind, state])).toEqual([
      ['cancellation_scheduled', 'queued'],
      ['reactivated', 'queued'],
    ])
  })

  it('is posted in the organization’s language', async () => {
    const { tell, organizationId } = await found()
    await inEngine((tx) => tx.update(organizations).set({ language: 'de' }).where(eq(organizations.id, organizationId)))
    await tell()
    await sendDueChats()
    expect(JSON.stringify(services.posts[0]?.body)).toContain('endet am 31. Mai 2026')
  })

  it('is posted once where several workers run, and in its order', async () => {
    const { tell } = await found()
    for (let one = 0; one < 6; one++) await tell()
    const outcomes = await Promise.all([sendDueChats(), sendDueChats(), sendDueChats()])
    expect(outcomes.reduce((sum, { posted }) => sum + posted, 0)).toBe(6)
    const plans = services.posts.map(({ body }) => Number(/Plan (\d+)/.exec(JSON.stringify(body))?.[1]))
    expect(plans).toHaveLength(6)
    expect(plans).toEqual(plans.toSorted((one, other) => one - other))
  })

  it('of another organization goes nowhere else', async () => {
    const ours = await found()
    const theirs = await found([])
    await theirs.tell()
    await sendDueChats()
    expect(services.posts).toEqual([])
    expect((await ours.rows()).chats).toEqual([])
  })
})

describe('a chat that does not answer', () => {
  it('delays its own messages alone, less and less often, and counts only what was tried', async () => {
    const dead = await found()
    const alive = await found(['discord'])
    services.answer = (path) => (path.startsWith('/slack/') ? { status: 503, body: 'down' } : undefined)
    for (let one = 0; one < 3; one++) await dead.tell()
    await alive.tell()
    expect(await sendDueChats()).toEqual({ posted: 1, postponed: 3, failed: 0 })
    expect(services.calls).toBe(2)
    const { chats, mails } = await dead.rows()
    expect(chats.map(({ tries, error }) => [tries, error])).toEqual([
      [1, 'unreachable: 503 down'],
      [0, null],
      [0, null],
    ])
    expect(mails.every(({ state }) => state === 'queued')).toBe(true)
    expect(await dead.channel()).toMatchObject({ state: 'active', failures: 1 })
    await dead.makeDue()
    await sendDueChats()
    const wait = ((await dead.rows()).chats[0]?.nextTryAt?.epochMilliseconds ?? 0) - systemClock.now().epochMilliseconds
    expect(wait / 60_000).toBeGreaterThan(4)
    expect(await sendDueChats()).toEqual({ posted: 0, postponed: 0, failed: 0 })

    services.answer = () => undefined
    await dead.makeDue()
    expect(await sendDueChats()).toMatchObject({ posted: 3, failed: 0 })
    expect(await dead.channel()).toMatchObject({ failingSince: null, failures: 0 })
  })

  it('holds up no other, and is asked once an outage, however much is due to it and comes meanwhile', async () => {
    const [dead, alive] = [await found(), await found(['discord'])]
    await dead.tell('cancellation_scheduled', 500)
    await alive.tell('cancellation_scheduled', 30)
    const held = later<{ status: number; body: string }>()
    let asked = 0
    services.answer = (path) => {
      if (path.startsWith('/discord/') && services.posts.length === 29) held.resolve({ status: 503, body: 'down' })
      if (path.startsWith('/discord/')) return
      asked += 1
      return held.promise
    }
    // Two workers: neither asks it while the other waits for its answer.
    const outcomes = await Promise.all([sendDueChats(), sendDueChats()])
    expect(outcomes.reduce((sum, { posted }) => sum + posted, 0)).toBe(30)
    expect(outcomes.reduce((sum, { postponed }) => sum + postponed, 0)).toBe(500)
    expect(asked).toBe(1)
    expect(await dead.channel()).toMatchObject({ state: 'active', failures: 1 })
    const waitsOf = async () => (await dead.rows()).chats.map(({ nextTryAt }) => (nextTryAt?.epochMilliseconds ?? 0) - systemClock.now().epochMilliseconds)
    const waits = await waitsOf()
    expect(waits).toHaveLength(500)
    expect(Math.max(...waits)).toBeLessThanOrEqual(60_000)
    expect(Math.min(...waits)).toBeGreaterThan(30_000)

    await dead.tell()
    expect(await sendDueChats(), 'what comes in an outage waits for the next try').toEqual({ posted: 0, postponed: 0, failed: 0 })
    expect(asked).toBe(1)
    await dead.makeDue()
    expect(await sendDueChats()).toEqual({ posted: 0, postponed: 501, failed: 0 })
    expect(asked).toBe(2)
    expect(Math.max(...(await waitsOf())), 'the second failure in a row waits for five minutes').toBeLessThanOrEqual(5 * 60_000)
  })

  it('is asked again at once when it was given another address, or somebody sends again what failed', async () => {
    const { id, tell, act, rows, channel } = await found()
    services.answer = () => ({ status: 400, body: 'invalid_payload' })
    await tell()
    await sendDueChats()
    services.answer = () => ({ status: 503, body: 'down' })
    await tell()
    await sendDueChats()
    await inEngine((tx) =>
      tx
        .update(messages)
        .set({ nextTryAt: addMinutes(systemClock.now(), 360) })
        .where(eq(messages.state, 'queued')),
    )
    const [failed] = (await rows()).chats
    services.answer = () => undefined
    expect(await act(resendMessage, { messageId: failed?.id ?? newId('msg') })).toEqual({ ok: true, value: null })
    expect(await sendDueChats()).toMatchObject({ posted: 2 })

    services.answer = () => ({ status: 503, body: 'down' })
    await tell()
    await sendDueChats()
    await inEngine((tx) =>
      tx
        .update(messages)
        .set({ nextTryAt: addMinutes(systemClock.now(), 360) })
        .where(eq(messages.state, 'queued')),
    )
    services.answer = () => undefined
    const elsewhere = { channelId: id, name: 'Elsewhere', kinds: KINDS, target: { url: services.slackUrl.replace('T0001', 'T0003') } }
    expect(await act(updateChannel, elsewhere)).toEqual({ ok: true, value: null })
    expect(await sendDueChats()).toMatchObject({ posted: 1 })
    expect(await channel()).toMatchObject({ failures: 0, failingSince: null })
  })

  it('is paused after three days, its owners are told by mail, and what waits can be sent again when it is mended', async () => {
    const { id, tell, rows, channel, makeDue, owner, act, organizationId } = await found()
    await tell()
    await tell()
    services.answer = () => ({ status: 500, body: 'broken' })
    await sendDueChats()
    await inEngine((tx) =>
      tx
        .update(notificationChannels)
        .set({ failingSince: addMinutes(systemClock.now(), -3 * 24 * 60) })
        .where(eq(notificationChannels.id, id)),
    )
    await makeDue()
    expect(await sendDueChats()).toEqual({ posted: 0, postponed: 0, failed: 2 })
    expect(await channel()).toMatchObject({ state: 'paused', pausedBecause: 'unreachable' })
    const { chats, mails } = await rows()
    expect(chats.map(({ state, error }) => [state, error])).toEqual([
      ['failed', 'unreachable: 500 broken'],
      ['failed', 'paused'],
    ])
    expect(mails.filter(({ kind }) => kind === 'channel_paused')).toMatchObject([{ recipient: owner.email, state: 'queued' }])
    const logged = await inEngine((tx) => tx.select().from(auditLog).where(eq(auditLog.organizationId, organizationId)))
    expect(logged.filter(({ action }) => action === 'channel.silenced')).toMatchObject([{ actor: 'system', target: id }])

    await tell() // Nothing is queued for it while it is paused.
    expect((await rows()).chats).toHaveLength(2)
    const [waiting] = chats
    const again = () => act(resendMessage, { messageId: waiting?.id ?? newId('msg') })
    expect(await again()).toEqual({ ok: false, error: { code: 'channel_silent', removed: false } })
    services.answer = () => undefined
    expect(await act(pauseChannel, { channelId: id, paused: false })).toEqual({ ok: true, value: null })
    expect(await again()).toEqual({ ok: true, value: null })
    expect(await again()).toEqual({ ok: false, error: { code: 'not_failed' } })
    expect(await sendDueChats()).toMatchObject({ posted: 1 })
  })

  it('that asks to wait is left alone for so long, and nothing is counted', async () => {
    const { tell, rows, channel } = await found()
    await tell()
    await tell()
    services.answer = () => ({ status: 429, body: 'rate_limited', headers: { 'retry-after': '90' } })
    const before = systemClock.now()
    expect(await sendDueChats()).toEqual({ posted: 0, postponed: 2, failed: 0 })
    expect(services.calls).toBe(1)
    for (const { tries, nextTryAt } of (await rows()).chats) {
      expect(tries).toBe(0)
      expect(((nextTryAt?.epochMilliseconds ?? 0) - before.epochMilliseconds) / 1_000).toBeGreaterThanOrEqual(90)
    }
    expect(await channel()).toMatchObject({ state: 'active', failures: 0, failingSince: null })
  })

  it('that is gone is paused at once, and its owners are told once', async () => {
    const { tell, rows, channel } = await found()
    for (let one = 0; one < 3; one++) await tell()
    services.answer = () => ({ status: 404, body: 'no_service' })
    expect(await sendDueChats()).toEqual({ posted: 0, postponed: 0, failed: 3 })
    expect(await channel()).toMatchObject({ state: 'paused', pausedBecause: 'refused' })
    expect((await rows()).mails.filter(({ kind }) => kind === 'channel_paused')).toHaveLength(1)
  })

  it('that does not take one message takes the next', async () => {
    const { tell, rows } = await found()
    await tell()
    await tell()
    let asked = 0
    services.answer = () => (++asked === 1 ? { status: 400, body: 'invalid_payload' } : undefined)
    expect(await sendDueChats()).toEqual({ posted: 1, postponed: 0, failed: 1 })
    expect((await rows()).chats.map(({ state }) => state)).toEqual(['failed', 'sent'])
  })
})

describe('what is kept of a chat', () => {
  it('is sealed, bound to it, and forgotten when it is removed', async () => {
    const ours = await found()
    const theirs = await found()
    const { sealedTarget } = (await ours.channel()) ?? {}
    expect(sealedTarget).toMatch(/^old:/)
    expect(sealedTarget).not.toContain('services')
    // Somebody who can write to the database moves it to another organization's channel.
    await inEngine((tx) =>
      tx
        .update(notificationChannels)
        .set({ sealedTarget: sealedTarget ?? '' })
        .where(eq(notificationChannels.id, theirs.id)),
    )
    await theirs.tell()
    await sendDueChats()
    expect(services.posts).toEqual([])
    expect((await theirs.rows()).chats[0]?.error).toContain('cannot be opened')

    await ours.tell()
    expect(await ours.act(removeChannel, { channelId: ours.id })).toEqual({ ok: true, value: null })
    expect(await ours.channel()).toMatchObject({ sealedTarget: null, hint: '' })
    expect((await ours.rows()).chats).toMatchObject([{ state: 'failed', error: 'removed' }])
    expect(await ours.act(removeChannel, { channelId: ours.id })).toEqual({ ok: false, error: { code: 'not_found' } })
  })

  it('is sealed anew under a new key, and still posts when the old one is taken away', async () => {
    const { tell, channel } = await found()
    process.env.HEADROOM_ENCRYPTION_KEYS = `new:${KEY('b')},old:${KEY('a')}`
    expect(await inEngine(resealTargets)).toBeGreaterThan(0)
    expect(await inEngine(resealTargets)).toBe(0)
    process.env.HEADROOM_ENCRYPTION_KEYS = `new:${KEY('b')}`
    expect((await channel())?.sealedTarget).toMatch(/^new:/)
    await tell()
    expect(await sendDueChats()).toMatchObject({ posted: 1 })
  })
})

describe('commands', () => {
  it('refuse a name that is taken, an address that is not the service’s, and too many', async () => {
    const { id, act } = await found()
    const slack = (name: string, url = services.slackUrl) => act(connectChannel, { name, kinds: KINDS, target: { service: 'slack', url } })
    expect(await slack('the SLACK room')).toEqual({ ok: false, error: { code: 'name_taken' } })
    expect(await slack('Another', 'https://evil.example/services/x')).toMatchObject({ ok: false, error: { code: 'bad_target', field: 'url' } })
    for (let one = 1; one < 20; one++) expect(await slack(`Room ${one}`)).toMatchObject({ ok: true })
    expect(await slack('One more')).toEqual({ ok: false, error: { code: 'too_many_channels', maximum: 20 } })
    expect(await act(updateChannel, { channelId: id, name: 'Room 3', kinds: KINDS })).toEqual({ ok: false, error: { code: 'name_taken' } })
    expect(await act(updateChannel, { channelId: id, name: 'The slack room', kinds: ['reactivated'] })).toEqual({ ok: true, value: null })
  })

  it('a new address mends a chat that had fallen silent, not one that somebody has paused', async () => {
    const { id, act, tell, channel } = await found()
    services.answer = () => ({ status: 404, body: 'no_service' })
    await tell()
    await sendDueChats()
    const mended = { channelId: id, name: 'Mended', kinds: KINDS, target: { url: services.slackUrl.replace('T0001', 'T0002') } }
    expect(await act(updateChannel, mended)).toEqual({ ok: true, value: null })
    expect(await channel()).toMatchObject({ state: 'active', pausedBecause: null })
    await act(pauseChannel, { channelId: id, paused: true })
    await act(updateChannel, mended)
    expect(await channel()).toMatchObject({ state: 'paused', pausedBecause: 'by_hand' })
  })

  it('a test says what the service has answered, and stands in the log', async () => {
    const { id, organizationId } = await found()
    expect(await testChannel(first, { organizationId, channelId: id })).toEqual({ ok: true, value: null })
    services.answer = () => ({ status: 404, body: 'no_service' })
    expect(await testChannel(first, { organizationId, channelId: id })).toEqual({
      ok: false,
      error: { code: 'not_delivered', state: 'gone', detail: '404 no_service' },
    })
    const { items } = await inEngine((tx) => listDeliveries(tx, organizationId, { limit: 10, before: null, failed: false }))
    expect(items).toMatchObject([
      { kind: 'channel_test', recipient: 'The slack room', state: 'failed', problem: { state: 'gone', detail: '404 no_service' }, resend: 'never' },
      { kind: 'channel_test', recipient: 'The slack room', state: 'sent', problem: null, resend: 'needless' },
    ])
  })

  it('optional mail goes to those who were chosen, essential mail to everybody in charge of bills', async () => {
    const { act, tell, rows } = await found([])
    await act(routeMail, { topic: 'plan', audiences: [] })
    await tell('reactivated')
    await tell('cancellation_scheduled')
    expect((await rows()).mails.map(({ kind }) => kind)).toEqual(['cancellation_scheduled'])
  })
})

it('the log is read by key, and the failed ones by themselves', async () => {
  const { tell, organizationId } = await found()
  for (let one = 0; one < 5; one++) await tell()
  services.answer = () => ({ status: 400, body: 'invalid_payload' })
  await sendDueChats()
  const page = (before: MessageId | null, failed = false) => inEngine((tx) => listDeliveries(tx, organizationId, { limit: 3, before, failed }))
  const seen: string[] = []
  for (let next: MessageId | null = null, pages = 0; pages < 9; pages++) {
    const { items, next: following } = await page(next)
    seen.push(...items.map(({ id }) => id))
    if (following === null) break
    next = following
  }
  expect(seen).toHaveLength(10)
  expect([...seen].sort().reverse()).toEqual(seen)
  expect((await page(null, true)).items.every(({ state }) => state === 'failed')).toBe(true)
})
