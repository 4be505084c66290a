import { and, eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, webhookDeliveries, webhookEndpoints } from '../../db/schema'
import { createTeam, provideDatabase } from '../auth/testing/team'
import { addMember } from '../billing/commands/add-member'
import { listActivity } from '../billing/views/activity'
import { newId, type WebhookEndpointId } from '../ids'
import { addDays, type Clock, type Instant, systemClock } from '../time'
import { resend } from '../webhooks/deliveries'
import { changeEndpoint, rotateSecret } from '../webhooks/endpoints'
import { newSigningSecret } from '../webhooks/signing-secret'
import { webhookStage } from '../webhooks/testing/stage'
import { secondsToNextTry, sendDueWebhooks, spreadEvents } from './send-webhooks'

provideDatabase()
const { receiver, soon, operator, listen, happen, sweep, deliveriesTo, endpoint, eventsOf } = webhookStage()
const at = (now: Instant): Clock => ({ now: () => now })

describe('an event', () => {
  it('arrives signed, with the object as its GET answers, and is taken by a verifying receiver (G86)', async () => {
    const { organization } = await createTeam('Signed')
    const { id, secret } = await listen(organization.id, ['member.added'])
    const member = await happen(organization.id, 'mika@example.com')
    expect(await sweep()).toMatchObject({ delivered: 1, postponed: 0, failed: 0 })

    const [got] = receiver.received
    if (!got) throw new Error('nothing arrived')
    const body = new Webhook(secret).verify(got.body, got.headers) as Record<string, unknown>
    expect(body).toEqual({
      id: got.headers['webhook-id'],
      type: 'member.added',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      organization: organization.id,
      data: expect.objectContaining({ id: member.id, email: 'mika@example.com', role: 'member' }),
    })
    expect(body.id).toMatch(/^evt_/)
    expect(got.headers).toMatchObject({ 'content-type': 'application/json', 'user-agent': 'Headroom-Webhooks/1' })
    const [delivery] = await deliveriesTo(id)
    expect(delivery).toMatchObject({
      state: 'delivered',
      tries: 1,
      responseStatus: 200,
      responseBody: 'ok',
      error: null,
      nextTryAt: null,
      requestBody: got.body,
    })
    expect(delivery?.durationMs).toBeGreaterThanOrEqual(0)
  })

  it('is not verified with another secret, or when a letter of it is changed', async () => {
    const { organization } = await createTeam('Tampered')
    const { secret } = await listen(organization.id)
    await happen(organization.id)
    await sweep()
    const [got] = receiver.received
    if (!got) throw new Error('nothing arrived')
    expect(() => new Webhook(newSigningSecret()).verify(got.body, got.headers)).toThrow()
    expect(() => new Webhook(secret).verify(got.body.replace('member', 'owner'), got.headers)).toThrow()
  })

  it('is heard by those who asked for it: the organization’s own of that type, and the operator’s', async () => {
    const [ours, theirs] = [await createTeam('Ours'), await createTeam('Theirs')]
    const wanted = await listen(ours.organization.id, ['member.added'])
    const other = await listen(ours.organization.id, ['invoice.paid', 'member.removed'])
    const stranger = await listen(theirs.organization.id, ['*'])
    const all = await listen(null, ['*'])
    await happen(ours.organization.id)
    await sweep()
    const heard = async ({ id }: { id: WebhookEndpointId }) => (await deliveriesTo(id)).map(({ type, organizationId }) => [type, organizationId])
    expect(await heard(wanted)).toEqual([['member.added', ours.organization.id]])
    expect(await heard(other)).toEqual([])
    expect(await heard(stranger)).toEqual([])
    expect(await heard(all)).toEqual([['member.added', ours.organization.id]])
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })

  it('that nobody hears is not written at all', async () => {
    const { organization } = await createTeam('Unheard')
    await happen(organization.id)
    expect(await eventsOf(organization.id)).toEqual([])
    await listen(organization.id, ['invoice.paid'])
    await happen(organization.id)
    expect(await eventsOf(organization.id)).toEqual([])
  })

  it('is not there where what happened was undone', async () => {
    const { organization } = await createTeam('Undone')
    await listen(organization.id)
    const undone = operator(async (context) => {
      await addMember(context, { organizationId: organization.id, email: 'undone@example.com', role: 'member', invite: false })
      throw new Error('undone')
    })
    await expect(undone).rejects.toThrow('undone')
    await sweep()
    expect(receiver.received).toEqual([])
  })

  it('of before the endpoint is not sent to it', async () => {
    const { organization } = await createTeam('Earlier')
    await listen(organization.id)
    await happen(organization.id)
    const late = await listen(organization.id)
    await inEngine((tx) =>
      tx
        .update(webhookEndpoints)
        .set({ createdAt: addDays(systemClock.now(), 1) })
        .where(eq(webhookEndpoints.id, late.id)),
    )
    await sweep()
    expect(await deliveriesTo(late.id)).toEqual([])
  })

  it('goes out once where several workers run', async () => {
    const { organization } = await createTeam('Workers')
    await listen(organization.id)
    for (let n = 0; n < 5; n++) await happen(organization.id)
    await Promise.all([spreadEvents(), spreadEvents(), spreadEvents()])
    const now = soon()
    const sent: number[] = []
    for (let round = 0; round < 3; round++) {
      const outcomes = await Promise.all([sendDueWebhooks(at(now)), sendDueWebhooks(at(now)), sendDueWebhooks(at(now))])
      sent.push(...outcomes.map(({ delivered }) => delivered))
    }
    expect(sent.reduce((sum, delivered) => sum + delivered, 0)).toBe(5)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(5)
    expect(receiver.received).toHaveLength(5)
  })
})

describe('a changed secret', () => {
  it('signs at once, and the one before beside it for 24 hours', async () => {
    const { organization } = await createTeam('Rotated')
    const { id, secret: old } = await listen(organization.id)
    const rotated = await operator((context) => rotateSecret(context, organization.id, id))
    if (!rotated.ok) throw new Error(rotated.error.code)
    const { secret } = rotated.value
    expect(secret).not.toBe(old)
    const verifies = (with_: string, index: number) => {
      const got = receiver.received[index]
      if (!got) throw new Error('nothing arrived')
      // The library compares timestamps with today's clock, and this is tomorrow's.
      const [expected] = new Webhook(with_).sign(got.headers['webhook-id'] ?? '', dateOf(got.headers['webhook-timestamp']), got.body).split(' ')
      return got.headers['webhook-signature']?.split(' ').includes(expected ?? '')
    }
    const now = systemClock.now()
    await happen(organization.id)
    await sweep(now.add({ hours: 23 }))
    expect([verifies(secret, 0), verifies(old, 0)]).toEqual([true, true])
    await happen(organization.id)
    await sweep(now.add({ hours: 24, minutes: 1 }))
    expect([verifies(secret, 1), verifies(old, 1)]).toEqual([true, false])
  })

  it('and every other is kept sealed', async () => {
    const { organization } = await createTeam('Sealed')
    const { id, secret } = await listen(organization.id)
    await operator((context) => rotateSecret(context, organization.id, id))
    expect(JSON.stringify(await endpoint(id))).not.toContain(secret.slice('whsec_'.length))
    expect(JSON.stringify(await endpoint(id))).not.toContain('whsec_')
  })
})

describe('a delivery that is not taken', () => {
  it('is tried again after 5 seconds, 5 and 30 minutes, 2, 5, 10, 14, 20 and 24 hours: three days in all', () => {
    const steps: (number | null)[] = []
    for (let tries = 1; steps.at(-1) !== null; tries++) steps.push(secondsToNextTry(tries))
    expect(steps).toEqual([5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400, null])
    const days = steps.reduce<number>((sum, seconds) => sum + (seconds ?? 0), 0) / 86_400
    expect(days).toBeGreaterThanOrEqual(3)
    expect(days).toBeLessThan(3.2)
  })

  it.each([
    { answer: { status: 500, body: 'broken' }, error: 'It answered 500', status: 500 },
    { answer: { status: 404, body: 'nothing here' }, error: 'It answered 404', status: 404 },
    {
      answer: { status: 302, body: '', headers: { location: 'http://127.0.0.1:1/elsewhere' } },
      error: 'It answered with a redirect, and those are not followed',
      status: 302,
    },
    { answer: 'hang up' as const, error: 'socket hang up', status: null },
  ])('waits for its next try: $error', async ({ answer, error, status }) => {
    const { organization } = await createTeam('Refused')
    const { id } = await listen(organization.id)
    receiver.answer = () => answer
    await happen(organization.id)
    const now = soon()
    const swept = await sweep(now)
    expect(swept).toMatchObject({ delivered: 0, postponed: 1, failed: 0 })
    expect(swept.again?.toString()).toBe(now.add({ seconds: 5 }).toString())
    const [row] = await deliveriesTo(id)
    expect(row).toMatchObject({ state: 'queued', tries: 1, responseStatus: status, error, nextTryAt: now.add({ seconds: 5 }) })
    expect(receiver.received).toHaveLength(1)
    expect(await sweep(now.add({ seconds: 4 }))).toMatchObject({ delivered: 0, postponed: 0 })
    receiver.answer = () => ({ status: 204, body: '' })
    expect(await sweep(now.add({ seconds: 5 }))).toMatchObject({ delivered: 1 })
    expect(receiver.received.map(({ headers }) => headers['webhook-id'])).toEqual([row?.eventId, row?.eventId])
    expect((await endpoint(id))?.failingSince).toBeNull()
  })

  it('is not waited for longer than ten seconds', { timeout: 20_000 }, async () => {
    const { organization } = await createTeam('Slow')
    const { id } = await listen(organization.id)
    receiver.answer = () => 'nothing'
    await happen(organization.id)
    const began = performance.now()
    expect(await sweep()).toMatchObject({ postponed: 1 })
    expect(performance.now() - began).toBeLessThan(12_000)
    expect((await deliveriesTo(id))[0]).toMatchObject({ responseStatus: null, error: 'No answer within 10 seconds' })
  })

  it('keeps the first of a long answer, and reads no more of an endless one', async () => {
    const { organization } = await createTeam('Endless')
    const { id } = await listen(organization.id)
    receiver.answer = () => 'endless'
    await happen(organization.id)
    expect(await sweep()).toMatchObject({ delivered: 1 })
    const [row] = await deliveriesTo(id)
    expect(row?.responseBody).toHaveLength(1_000)
    expect(row?.responseStatus).toBe(200)
  })

  it('is given up after three days; then its endpoint is switched off, owners and admins are told, and what waits is given up', async () => {
    const { organization, owner, members } = await createTeam('Dead', ['admin', 'billing', 'member'])
    const { id } = await listen(organization.id, ['member.added'])
    receiver.answer = () => ({ status: 503, body: '' })
    await happen(organization.id)
    let now = soon()
    await spreadEvents(at(now))
    for (let tries = 1; tries <= 9; tries++) {
      expect(await sendDueWebhooks(at(now)), `try ${tries}`).toMatchObject({ postponed: 1, failed: 0 })
      now = now.add({ seconds: secondsToNextTry(tries) ?? 0 })
    }
    await happen(organization.id)
    await spreadEvents(at(now.add({ hours: 1 })))
    expect(await sendDueWebhooks(at(now))).toMatchObject({ failed: 1 })

    expect(await endpoint(id)).toMatchObject({ disabledBecause: 'failing', disabledAt: now })
    const rows = await deliveriesTo(id)
    expect(rows.map(({ state, tries }) => [state, tries])).toEqual([
      ['failed', 10],
      ['failed', 0],
    ])
    expect(rows[1]?.error).toBe('The endpoint was switched off')
    const told = await inEngine((tx) =>
      tx
        .select({ recipient: messages.recipient, payload: messages.payload })
        .from(messages)
        .where(and(eq(messages.organizationId, organization.id), eq(messages.kind, 'webhook_disabled'))),
    )
    expect(told.map(({ recipient }) => recipient).sort()).toEqual([owner.email, members[0]?.email].sort())
    expect(told[0]?.payload).toMatchObject({ url: receiver.url, because: 'failing' })
    const [last] = await inEngine((tx) => listActivity(tx, organization.id, { limit: 1 }))
    expect(last).toMatchObject({ action: 'webhook_endpoint.disabled', actor: 'system', target: id })

    // Switched on again, what was missed can be sent again.
    receiver.answer = () => ({ status: 200, body: 'back' })
    expect(await operator((context) => resend(context, organization.id, rows[0]?.id ?? newId('del')))).toEqual({
      ok: false,
      error: { code: 'endpoint_disabled' },
    })
    await operator((context) => changeEndpoint(context, organization.id, id, { enabled: true }))
    expect(await operator((context) => resend(context, organization.id, rows[0]?.id ?? newId('del')))).toMatchObject({ ok: true })
    expect(await sendDueWebhooks(at(soon()))).toMatchObject({ delivered: 1 })
    expect((await deliveriesTo(id))[0]).toMatchObject({ state: 'delivered', tries: 1, responseBody: 'back' })
  })

  it('does not switch off an endpoint that took others meanwhile', async () => {
    const { organization } = await createTeam('Picky')
    const { id } = await listen(organization.id, ['member.added'])
    const refused = await happen(organization.id)
    receiver.answer = ({ body }) => (body.includes(refused.id) ? { status: 422, body: '' } : { status: 200, body: '' })
    let now = soon()
    await spreadEvents(at(now))
    for (let tries = 1; tries <= 9; tries++) {
      await sendDueWebhooks(at(now))
      now = now.add({ seconds: secondsToNextTry(tries) ?? 0 })
    }
    await happen(organization.id)
    await sweep(now.subtract({ hours: 1 }))
    expect(await sendDueWebhooks(at(now))).toMatchObject({ failed: 1 })
    expect((await endpoint(id))?.disabledAt).toBeNull()
  })

  it('of an endpoint that answers 410 is given up at once, and the endpoint with it', async () => {
    const { organization } = await createTeam('Gone')
    const { id } = await listen(organization.id)
    receiver.answer = () => ({ status: 410, body: '' })
    await happen(organization.id)
    expect(await sweep()).toMatchObject({ failed: 1 })
    expect(await endpoint(id)).toMatchObject({ disabledBecause: 'gone' })
  })

  it('holds up nobody else', async () => {
    const [dead, alive] = [await createTeam('Dead'), await createTeam('Alive')]
    await listen(dead.organization.id, ['*'], `${receiver.url}dead`)
    await listen(alive.organization.id, ['*'], `${receiver.url}alive`)
    receiver.answer = ({ path }) => (path.endsWith('dead') ? { status: 500, body: '' } : { status: 200, body: '' })
    for (let n = 0; n < 30; n++) await happen(dead.organization.id)
    await happen(alive.organization.id)
    expect(await sweep()).toMatchObject({ delivered: 1 })
  })

  it('is tried by its endpoint’s three days, however few tries a long row has left it', async () => {
    const { organization } = await createTeam('Backlog')
    const { id } = await listen(organization.id)
    receiver.answer = () => 'hang up'
    await happen(organization.id)
    await sweep()
    const dueSince = systemClock.now().subtract({ hours: 100 })
    await inEngine((tx) => tx.update(webhookDeliveries).set({ dueSince, nextTryAt: systemClock.now() }).where(eq(webhookDeliveries.endpointId, id)))
    expect(await sweep()).toMatchObject({ postponed: 0, failed: 1 })
    expect((await deliveriesTo(id))[0]).toMatchObject({ state: 'failed', tries: 2, nextTryAt: null })
  })

  it('that another worker died with is sent after its lease', async () => {
    const { organization } = await createTeam('Crashed')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    const now = soon()
    await spreadEvents(at(now))
    const lease = now.add({ minutes: 2 })
    await inEngine((tx) => tx.update(webhookDeliveries).set({ tries: 1, nextTryAt: lease }).where(eq(webhookDeliveries.endpointId, id)))
    expect(await sendDueWebhooks(at(now))).toMatchObject({ delivered: 0 })
    expect(await sendDueWebhooks(at(lease))).toMatchObject({ delivered: 1 })
  })
})

// biome-ignore lint/style/noRestrictedGlobals: what the library is handed.
const dateOf = (seconds = '0') => new Date(Number(seconds) * 1000)
