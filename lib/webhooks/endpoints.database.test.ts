import { eq } from 'drizzle-orm'
import { Webhook } from 'standardwebhooks'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { webhookEndpoints } from '../../db/schema'
import type { Role } from '../auth/permissions'
import { asMember, createTeam, provideDatabase } from '../auth/testing/team'
import { addMember } from '../billing/commands/add-member'
import { listActivity } from '../billing/views/activity'
import { newId, type WebhookEndpointId } from '../ids'
import { sendDueWebhooks, spreadEvents } from '../worker/send-webhooks'
import { findDelivery, findEndpoint, listDeliveries, listEndpoints, resend, sendTest } from './deliveries'
import { changeEndpoint, createEndpoint, deleteEndpoint, MOST_ENDPOINTS, rotateSecret } from './endpoints'
import { newSigningSecret, sealSigningSecret } from './signing-secret'
import { webhookStage } from './testing/stage'

provideDatabase()
const { receiver, operator, listen, happen, sweep, deliveriesTo, endpoint } = webhookStage()

describe('where things are sent', () => {
  /** As if entered while it was allowed, or as a name that leads elsewhere by now. */
  async function force(id: WebhookEndpointId, url: string) {
    await inEngine((tx) => tx.update(webhookEndpoints).set({ url }).where(eq(webhookEndpoints.id, id)))
  }

  it.each([
    { url: 'https://localhost/', error: 'private_address' },
    { url: 'https://169.254.169.254/latest/meta-data', error: 'private_address' },
    { url: 'https://[::1]/', error: 'private_address' },
    { url: 'http://example.com/', error: 'not_https' },
  ])('is never $url', async ({ url, error }) => {
    const { organization } = await createTeam('Inside')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    await force(id, url)
    delete process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE
    expect(await sweep()).toMatchObject({ delivered: 0, postponed: 1 })
    expect((await deliveriesTo(id))[0]).toMatchObject({ error: `The address is not allowed: ${error}`, responseStatus: null })
    expect(receiver.received).toEqual([])
  })

  it('is looked at when it is used: a public name that leads to this machine gets nothing', async () => {
    const { organization } = await createTeam('Rebound')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    await force(id, receiver.url.replace('http://127.0.0.1', 'https://rebound.example.com'))
    delete process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE
    const answers = receiver.resolveNamesHere()
    try {
      await sweep()
    } finally {
      answers.restore()
    }
    expect((await deliveriesTo(id))[0]?.error).toBe('The name leads to a private address, where nothing is sent')
    expect(receiver.received).toEqual([])
  })
})

describe('an endpoint', () => {
  it('is sent a test alone, which arrives as any other', async () => {
    const { organization } = await createTeam('Tested')
    const { id, secret } = await listen(organization.id, ['invoice.paid'])
    const other = await listen(organization.id, ['*'])
    expect(await operator((context) => sendTest(context, organization.id, id))).toMatchObject({
      ok: true,
      value: { type: 'webhook_endpoint.test', state: 'queued' },
    })
    await sweep()
    expect(receiver.received).toHaveLength(1)
    const got = receiver.received[0]
    if (!got) throw new Error('nothing arrived')
    expect(new Webhook(secret).verify(got.body, got.headers)).toMatchObject({
      type: 'webhook_endpoint.test',
      organization: organization.id,
      data: { id, enabled: true },
    })
    expect(got.body).not.toContain('whsec_')
    expect(await deliveriesTo(other.id)).toEqual([])
  })

  it('hears nothing while it is switched off, and nothing of that time afterwards', async () => {
    const { organization } = await createTeam('Off')
    const { id } = await listen(organization.id)
    await operator((context) => changeEndpoint(context, organization.id, id, { enabled: false }))
    await happen(organization.id)
    await operator((context) => changeEndpoint(context, organization.id, id, { enabled: true }))
    await sweep()
    expect(receiver.received).toEqual([])
  })

  it('that is deleted gets nothing more, not even what waited', async () => {
    const { organization } = await createTeam('Deleted')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    await spreadEvents()
    await operator((context) => deleteEndpoint(context, organization.id, id))
    expect(await sendDueWebhooks()).toMatchObject({ delivered: 0 })
    expect(receiver.received).toEqual([])
    expect(await endpoint(id)).toMatchObject({ secret: '', previousSecret: null })
  })

  it('whose key for opening its secret is gone says so, and is tried again', async () => {
    const { organization } = await createTeam('Keyless')
    const { id } = await listen(organization.id)
    await happen(organization.id)
    const sealed = sealSigningSecret(newSigningSecret()).replace('tests:', 'lost:')
    await inEngine((tx) => tx.update(webhookEndpoints).set({ secret: sealed }).where(eq(webhookEndpoints.id, id)))
    expect(await sweep()).toMatchObject({ postponed: 1 })
    expect((await deliveriesTo(id))[0]?.error).toContain('no key named "lost"')
  })
})

describe('an organization’s endpoints', () => {
  async function found(roles: Role[] = []) {
    const team = await createTeam('Hooks', roles)
    const { organization, owner, members } = team
    const wanted = { url: 'https://example.com/hooks', events: ['invoice.paid'], description: 'Data team' }
    const as = (member = owner) => ({
      create: (changed: Partial<typeof wanted> = {}) =>
        asMember(member, organization, (context) => createEndpoint(context, organization.id, { ...wanted, ...changed })),
      change: (id: WebhookEndpointId, change: Parameters<typeof changeEndpoint>[3]) =>
        asMember(member, organization, (context) => changeEndpoint(context, organization.id, id, change)),
      remove: (id: WebhookEndpointId) => asMember(member, organization, (context) => deleteEndpoint(context, organization.id, id)),
      rotate: (id: WebhookEndpointId) => asMember(member, organization, (context) => rotateSecret(context, organization.id, id)),
      test: (id: WebhookEndpointId) => asMember(member, organization, (context) => sendTest(context, organization.id, id)),
      list: () => asMember(member, organization, ({ tx }) => listEndpoints(tx, organization.id, { limit: 100 })),
    })
    return { organization, owner, members, as }
  }
  async function made(of: Awaited<ReturnType<typeof found>>, changed = {}) {
    const created = await of.as().create(changed)
    if (!created.ok) throw new Error(created.error.code)
    return created.value
  }

  it('are made, listed, changed and deleted by its pages, and the activity says so without the secret', async () => {
    const of = await found()
    const { endpoint: one, secret } = await made(of)
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/)
    expect(await of.as().list()).toMatchObject([{ id: one.id, url: 'https://example.com/hooks', events: ['invoice.paid'] }])
    expect(await of.as().change(one.id, { events: ['invoice.paid', '*', 'invoice.paid'] })).toMatchObject({ ok: true, value: { events: ['*'] } })
    expect(await of.as().change(one.id, { enabled: false })).toMatchObject({ ok: true, value: { disabledBecause: 'by_hand' } })
    await of.as().change(one.id, { enabled: false })
    await of.as().change(one.id, { enabled: true })
    await of.as().rotate(one.id)
    await of.as().remove(one.id)
    expect(await of.as().list()).toEqual([])
    const noted = await inEngine((tx) => listActivity(tx, of.organization.id, { limit: 10 }))
    expect(noted.filter(({ target }) => target === one.id).map(({ action }) => action)).toEqual([
      'webhook_endpoint.deleted',
      'webhook_endpoint.secret_rotated',
      'webhook_endpoint.enabled',
      'webhook_endpoint.disabled',
      'webhook_endpoint.updated',
      'webhook_endpoint.created',
    ])
    expect(JSON.stringify(noted)).not.toContain('whsec_')
  })

  it.each(['billing', 'member'] as const)('are not for somebody with the role %s', async (role) => {
    const of = await found([role])
    const { endpoint: one } = await made(of)
    const low = of.as(of.members[0])
    const refused = { ok: false, error: { code: 'forbidden', permission: 'keys:write' } }
    for (const attempt of [low.create(), low.change(one.id, { enabled: false }), low.remove(one.id), low.rotate(one.id), low.test(one.id)])
      expect(await attempt).toEqual(refused)
  })

  it('of another organization, and the operator’s, are not found, and neither are their deliveries', async () => {
    const [ours, theirs] = [await found(), await found()]
    const { endpoint: one } = await made(theirs)
    const operators = await listen(null, ['*'])
    await happen(ours.organization.id)
    await spreadEvents()
    const [toOperator] = await deliveriesTo(operators.id)
    if (!toOperator) throw new Error('the operator heard nothing')
    const refused = { ok: false, error: { code: 'endpoint_not_found' } }
    const us = ours.as()
    for (const id of [one.id, operators.id, newId('whk')])
      for (const attempt of [us.change(id, { enabled: false }), us.remove(id), us.rotate(id), us.test(id)]) expect(await attempt).toEqual(refused)
    await asMember(ours.owner, ours.organization, async ({ tx, actor }) => {
      expect(await listEndpoints(tx, null, { limit: 10 })).toEqual([])
      expect(await findEndpoint(tx, theirs.organization.id, one.id)).toBeNull()
      expect(await listDeliveries(tx, operators.id, { limit: 10 })).toEqual([])
      expect(await findDelivery(tx, ours.organization.id, toOperator.id)).toBeNull()
      expect(await resend({ tx, actor }, ours.organization.id, toOperator.id)).toEqual({ ok: false, error: { code: 'delivery_not_found' } })
      expect(await createEndpoint({ tx, actor }, null, { url: 'https://example.com/', events: ['*'], description: '' })).toMatchObject({ ok: false })
    })
  })

  it.each([
    { wanted: { url: 'http://example.com/' }, error: { code: 'invalid_url', mistake: 'not_https' } },
    { wanted: { url: 'https://10.0.0.1/' }, error: { code: 'invalid_url', mistake: 'private_address' } },
    { wanted: { url: 'https://localhost/' }, error: { code: 'invalid_url', mistake: 'private_address' } },
    { wanted: { events: [] }, error: { code: 'invalid_events', unknown: [] } },
    { wanted: { events: ['invoice.paid', 'invoice.eaten', 'invoice.eaten'] }, error: { code: 'invalid_events', unknown: ['invoice.eaten'] } },
    { wanted: { events: ['webhook_endpoint.test'] }, error: { code: 'invalid_events', unknown: ['webhook_endpoint.test'] } },
  ])('are refused as $error', async ({ wanted, error }) => {
    delete process.env.HEADROOM_WEBHOOKS_ALLOW_PRIVATE
    const of = await found()
    const { endpoint: one } = await made(of)
    expect(await of.as().create(wanted)).toEqual({ ok: false, error })
    expect(await of.as().change(one.id, wanted)).toEqual({ ok: false, error })
    expect(await of.as().list()).toHaveLength(1)
  })

  it('are twenty at most, however many press at once', async () => {
    const of = await found()
    for (let count = 1; count < MOST_ENDPOINTS; count++) await made(of)
    const answers = await Promise.all([of.as().create(), of.as().create(), of.as().create()])
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
    expect(answers.find(({ ok }) => !ok)).toEqual({ ok: false, error: { code: 'too_many_endpoints', maximum: MOST_ENDPOINTS } })
    expect(await of.as().list()).toHaveLength(MOST_ENDPOINTS)
  })

  it('are sent what an organization’s pages write, and the operator hears it too', async () => {
    const of = await found()
    const [own, operators] = [await listen(of.organization.id, ['member.added']), await listen(null, ['member.added'])]
    await asMember(of.owner, of.organization, (context) =>
      addMember(context, { organizationId: of.organization.id, email: `${newId('user')}@example.com`, role: 'member', invite: false }),
    )
    expect(await sweep()).toMatchObject({ delivered: 2 })
    expect(await deliveriesTo(own.id)).toHaveLength(1)
    expect(await deliveriesTo(operators.id)).toHaveLength(1)
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id'])).size).toBe(1)
  })
})
