import { sql } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { idempotencyAnswers, portalSessions } from '../../db/schema'
import { readPortalToken } from '../auth/portal-address'
import { findPortalSession, openPortalSession } from '../auth/portal-session'
import { instant, systemClock } from '../time'
import { createWorld, type World } from './testing/every-route'
import { type Json, runInterface } from './testing/running-interface'

const api = runInterface()
let world: World
beforeAll(async () => {
  world = await createWorld(api)
})

const wanted = (facts: Json = {}) => ({ organization: world.mine.organization, member: world.mine.member, ...facts })
const make = (facts: Json = {}) => api.make('/portal_sessions', wanted(facts))
const tokenIn = ({ url }: Json): string => new URL(url).pathname.replace('/sign-in/portal/', '')
const endAll = (interval: string) => inEngine((tx) => tx.execute(sql`UPDATE portal_sessions SET expires_at = expires_at - ${interval}::interval`))

describe('a portal session (G88)', () => {
  it('is an address of this installation, good for five minutes', async () => {
    const before = systemClock.now()
    const made = await make({ return_url: 'https://app.example.com/account?from=billing', page: 'plan' })
    expect(made).toEqual({ url: expect.stringMatching(/^http:\/\/localhost:3000\/sign-in\/portal\/portal_\w{26}\.[\w-]{43}$/), expires_at: expect.any(String) })
    const minutes = instant(made.expires_at).since(before).total('minutes')
    expect(minutes).toBeGreaterThan(4.9)
    expect(minutes).toBeLessThan(5.1)
  })

  it('signs that member in once, to that organization and page, with the way back', async () => {
    const token = tokenIn(await make({ return_url: 'https://app.example.com/account', page: 'plan' }))
    for (let n = 0; n < 3; n++) expect(await findPortalSession(token)).toMatchObject({ state: 'open', returnUrl: 'https://app.example.com/account' })
    const opened = await openPortalSession(token)
    expect(opened).toMatchObject({
      ok: true,
      value: { organizationId: world.mine.organization, returnUrl: 'https://app.example.com/account', path: expect.stringMatching(/^\/[\w-]+\/plan$/) },
    })
    expect(await openPortalSession(token)).toEqual({ ok: false, error: { code: 'portal_closed' } })
    expect(await findPortalSession(token)).toMatchObject({ state: 'used' })
  })

  it('opens the overview, without a way back, where nothing else was asked', async () => {
    const opened = await openPortalSession(tokenIn(await make()))
    expect(opened).toMatchObject({ ok: true, value: { returnUrl: null, path: expect.stringMatching(/^\/[\w-]+$/) } })
  })

  it('lets one of ten at once in', async () => {
    const token = tokenIn(await make())
    const answers = await Promise.all(Array.from({ length: 10 }, () => openPortalSession(token)))
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1)
  })

  it('takes the operator’s own id of a customer', async () => {
    await api.send('PATCH', `/organizations/${world.mine.organization}`, { external_id: 'customer-42' })
    expect(await make({ organization: 'ext:customer-42' })).toHaveProperty('url')
  })

  it('ends after five minutes, and says so for a day', async () => {
    const token = tokenIn(await make())
    await endAll('4 minutes')
    expect(await findPortalSession(token)).toMatchObject({ state: 'open' })
    await endAll('2 minutes')
    expect(await findPortalSession(token)).toMatchObject({ state: 'expired' })
    expect(await openPortalSession(token)).toMatchObject({ ok: false })
    await endAll('24 hours')
    await make()
    expect(await findPortalSession(token)).toBeNull()
    expect(await inEngine((tx) => tx.$count(portalSessions))).toBe(1)
  })

  it('is nothing that can be made up, not even from the row that is kept', async () => {
    const token = tokenIn(await make())
    const [id = '', signature = ''] = token.split('.')
    const other = tokenIn(await make())
    for (const wrong of ['', id, `${id}.`, `${id}.${signature.slice(1)}`, `${id}.${other.split('.')[1]}`, `${token}.x`, `${id}.${'A'.repeat(43)}`, 'x.y']) {
      expect(readPortalToken(wrong), wrong).toBeNull()
      expect(await findPortalSession(wrong), wrong).toBeNull()
      expect(await openPortalSession(wrong), wrong).toMatchObject({ ok: false })
    }
    const kept = await inEngine((tx) => tx.execute(sql`SELECT to_jsonb(p)::text AS row FROM portal_sessions p`))
    expect(JSON.stringify(kept.rows)).not.toContain(signature)
  })

  it('is answered again under its idempotency key, though what is remembered opens nothing', async () => {
    const sent = { idempotencyKey: 'the same portal' }
    const first = await api.post('/portal_sessions', wanted(), sent)
    const again = await api.post('/portal_sessions', wanted(), sent)
    expect(again.body).toEqual(first.body)
    const remembered = await inEngine((tx) => tx.select({ body: idempotencyAnswers.body }).from(idempotencyAnswers))
    expect(JSON.stringify(remembered)).not.toContain(tokenIn(first.body).split('.')[1])
    expect(await openPortalSession(tokenIn(again.body))).toMatchObject({ ok: true })
    expect(await openPortalSession(tokenIn(first.body))).toMatchObject({ ok: false })
  })
})

describe('a portal session is refused', () => {
  it('for another organization’s member, nobody, and an organization that there is not', async () => {
    for (const facts of [
      { member: world.theirs.member },
      { member: 'mem_01kbp4x5mve8jbdk2g3tqh1s7n' },
      { member: 'nobody' },
      { organization: world.theirs.organization },
      { organization: 'ext:nobody' },
      { organization: 'org_01kbp4x5mve8jbdk2g3tqh1s7n' },
      { organization: 'mine' },
    ]) {
      expect(await api.post('/portal_sessions', wanted(facts)), JSON.stringify(facts)).toMatchObject({ status: 404, body: { code: 'not_found' } })
    }
  })

  it.each([
    'https://evil.example/',
    'https://app.example.com.evil.example',
    'http://app.example.com/',
    'javascript:alert(1)',
    '/relative',
    'https://app.example.com@evil.example/',
  ])('where it would lead back to %s', async (return_url) => {
    const before = await api.countRows()
    const refused = await api.post('/portal_sessions', wanted({ return_url }))
    expect(refused).toMatchObject({ status: 422, body: { errors: [{ path: 'return_url' }] } })
    expect(refused.body.detail).toContain('https://app.example.com')
    expect(await api.countRows()).toEqual(before)
  })

  it('for a page that there is not', async () => {
    for (const page of ['/plan', 'operator', '..', '']) {
      expect(await api.post('/portal_sessions', wanted({ page }))).toMatchObject({ status: 422, body: { errors: [{ path: 'page' }] } })
    }
  })

  it('for whoever was removed, and for an organization that was closed, also after it was made', async () => {
    const { organization } = world.theirs
    const { id } = await api.make(`/organizations/${organization}/members`, { email: 'short@example.com', role: 'member' })
    const token = tokenIn(await api.make('/portal_sessions', { organization, member: id }))
    await api.send('DELETE', `/organizations/${organization}/members/${id}`)
    expect(await findPortalSession(token)).toMatchObject({ state: 'gone' })
    expect(await openPortalSession(token)).toMatchObject({ ok: false })
    expect((await api.post('/portal_sessions', { organization, member: id })).status).toBe(404)

    const closing = await api.make('/organizations', { name: 'Closing', owner: { email: 'closing@example.com', name: 'C' } })
    const [owner] = (await api.read(`/organizations/${closing.id}/members`)).data
    const last = tokenIn(await api.make('/portal_sessions', { organization: closing.id, member: owner.id }))
    expect((await api.send('DELETE', `/organizations/${closing.id}`)).status).toBe(204)
    expect(await openPortalSession(last)).toMatchObject({ ok: false })
    expect((await api.post('/portal_sessions', { organization: closing.id, member: owner.id })).status).toBe(404)
  })
})

it('makes whoever was only invited a member who has joined, and writes down that the operator did', async () => {
  const { organization } = world.mine
  const invited = await api.make(`/organizations/${organization}/members`, { email: 'vouched@example.com', role: 'member' })
  expect(invited.joined_at).toBeNull()
  await make({ member: invited.id })
  const joined = (await api.read(`/organizations/${organization}/members`)).data.find((one: Json) => one.id === invited.id)
  expect(joined.joined_at).not.toBeNull()
  const [entry] = (await api.read(`/organizations/${organization}/audit`)).data
  expect(entry).toMatchObject({ actor: 'operator', action: 'member.joined', target: invited.id })
})
