import { eq } from 'drizzle-orm'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { members, users } from '@/db/schema'
import { createApiKey } from '../auth/api-keys'
import { readOperatorSession } from '../auth/operator-session'
import { inviteOperator, openDeskBy } from '../auth/operators'
import { can, ROLES } from '../auth/permissions'
import { openSession, sealSession, sessionCookieName } from '../auth/session-cookie'
import { sitDown } from '../auth/testing/sit-down'
import { PASSWORD } from '../auth/testing/team'
import type { OrganizationId } from '../ids'
import type { Route } from './route'
import { routes } from './routes/table'
import { createWorld, nameOf, pathIn, type World } from './testing/every-route'
import { runInterface, START_UP_KEY } from './testing/running-interface'

const api = runInterface()

/**
 * Who may call what, a second time and by hand (G11, G83, G84), so that a slip in a route's declaration is not its own
 * proof: scopes beside `admin`, the member's permission (`-`: operators only), and `own` for the organization's own key.
 */
const TABLE: Record<string, string> = {
  'POST /test_clocks': '-',
  'GET /test_clocks/{clock}': 'read -',
  'POST /test_clocks/{clock}/advance': '-',
  'POST /organizations': '-',
  'GET /organizations': 'read -',
  'GET /organizations/{organization}': 'read plan:read own',
  'PATCH /organizations/{organization}': 'billing_details:write',
  'GET /organizations/{organization}/export': 'organization:export',
  'DELETE /organizations/{organization}': 'organization:delete',
  'POST /organizations/{organization}/members': 'members:write',
  'GET /organizations/{organization}/members': 'read plan:read own',
  'PATCH /organizations/{organization}/members/{member}': 'members:write',
  'DELETE /organizations/{organization}/members/{member}': 'members:write',
  'POST /portal_sessions': '-',
  'PUT /organizations/{organization}/payment_method': 'payment:write',
  'GET /organizations/{organization}/payment_method': 'read payment:read own',
  'GET /products': 'read plan:read',
  'POST /products': '-',
  'POST /organizations/{organization}/plans': '-',
  'POST /organizations/{organization}/subscriptions': 'plan:write',
  'GET /organizations/{organization}/subscriptions': 'read plan:read own',
  'GET /subscriptions/{subscription}': 'read plan:read own',
  'POST /subscriptions/{subscription}/cancel': 'plan:write',
  'POST /subscriptions/{subscription}/reactivate': 'plan:write',
  'PUT /subscriptions/{subscription}/limits': 'spending:write',
  'DELETE /subscriptions/{subscription}/pending_change': 'plan:write',
  'POST /organizations/{organization}/quotes': 'plan:write',
  'POST /subscriptions/{subscription}/quotes': 'plan:write',
  'POST /subscriptions/{subscription}/changes': 'plan:write',
  'POST /usage': 'usage -',
  'POST /consume': 'usage -',
  'POST /leases': 'usage -',
  'POST /leases/{lease}/settle': 'usage -',
  'POST /subscriptions/{subscription}/limit_requests': 'hard_limit:write',
  'POST /limit_requests/{limit_request}/approve': '-',
  'POST /limit_requests/{limit_request}/decline': '-',
  'GET /organizations/{organization}/entitlements': 'read usage usage:read own',
  'GET /subscriptions/{subscription}/usage': 'read usage:read own',
  'GET /subscriptions/{subscription}/usage/series': 'read usage:read own',
  'GET /subscriptions/{subscription}/overage_history': 'read usage:read own',
  'GET /organizations/{organization}/credits': 'read invoices:read own',
  'POST /organizations/{organization}/credits/purchases': 'credits:buy',
  'PUT /organizations/{organization}/credits/auto_recharge': 'auto_recharge:write',
  'POST /organizations/{organization}/credits/contributions': 'credit:contribute',
  'POST /organizations/{organization}/members/{member}/credit': '-',
  'GET /organizations/{organization}/invoices': 'read invoices:read own',
  'GET /invoices/{invoice}/pdf': 'read invoices:read own',
  'GET /invoices/{invoice}': 'read invoices:read own',
  'POST /invoices/{invoice}/pay': 'invoices:pay',
  'POST /invoices/{invoice}/refunds': 'refunds:request',
  'POST /organizations/{organization}/pro_forma': 'plan:write',
  'POST /invoices/{invoice}/mark_paid': '-',
  'POST /invoices/{invoice}/void': '-',
  'POST /invoices/{invoice}/mark_uncollectible': '-',
  'POST /organizations/{organization}/adjustments': '-',
  'GET /organizations/{organization}/notifications': 'read activity:read own',
  'GET /organizations/{organization}/audit': 'read activity:read own',
  'POST /webhook_endpoints': '-',
  'GET /webhook_endpoints': 'read -',
  'GET /webhook_endpoints/{webhook_endpoint}': 'read -',
  'PATCH /webhook_endpoints/{webhook_endpoint}': '-',
  'DELETE /webhook_endpoints/{webhook_endpoint}': '-',
  'POST /webhook_endpoints/{webhook_endpoint}/rotate_secret': '-',
  'POST /webhook_endpoints/{webhook_endpoint}/test': '-',
  'GET /webhook_endpoints/{webhook_endpoint}/deliveries': 'read -',
  'POST /deliveries/{delivery}/resend': '-',
  'GET /books': 'read -',
  'POST /books/run': '-',
  'GET /metrics': 'read -',
}

const declared = ({ scopes, permission, organizationKeys }: Route) => [...scopes, permission ?? '-', ...(organizationKeys ? ['own'] : [])].join(' ')

/** What an allowed caller is told of a field that nobody knows: so the test needs no valid request, and changes nothing. */
const ALLOWED = 422
const UNKNOWN = 'a_field_that_nobody_knows'

type Caller = { name: string; key: string | null; actor?: string; expected(route: Route): number }

const isTenant = (route: Route) => route.tenant !== 'none'
let world: World
let callers: Caller[]

beforeAll(async () => {
  world = await createWorld(api)
  const { mine, theirs } = world
  const key = async (scope: 'admin' | 'usage' | 'read', organizationId?: string) =>
    (await createApiKey({ scope, label: scope, ...(organizationId && { organizationId: organizationId as OrganizationId }) })).key
  const members = await Promise.all(
    ROLES.map(async (role) => ({
      role,
      id: (await api.make(`/organizations/${mine.organization}/members`, { email: `${role}@mine.example`, role, invite: false })).id as string,
    })),
  )
  const actsAs = (id: string) => ({ key: START_UP_KEY, actor: id })
  callers = [
    { name: 'no key', key: null, expected: () => 401 },
    { name: 'an unknown key', key: 'hr_nobody_has_this_key_0123456789', expected: () => 401 },
    { name: 'the start-up key', key: START_UP_KEY, expected: () => ALLOWED },
    { name: 'an admin key', key: await key('admin'), expected: () => ALLOWED },
    { name: 'a usage key', key: await key('usage'), expected: ({ scopes }) => (scopes.includes('usage') ? ALLOWED : 403) },
    { name: 'a read key', key: await key('read'), expected: ({ scopes }) => (scopes.includes('read') ? ALLOWED : 403) },
    { name: 'the organization’s own key', key: await key('read', mine.organization), expected: ({ organizationKeys }) => (organizationKeys ? ALLOWED : 403) },
    { name: 'another organization’s key', key: await key('read', theirs.organization), expected: ({ organizationKeys }) => (organizationKeys ? 404 : 403) },
    ...members.map(({ role, id }) => ({
      name: `acting as ${role}`,
      ...actsAs(id),
      expected: ({ permission }: Route) => (permission && can(role, permission) ? ALLOWED : 403),
    })),
    {
      name: 'acting as another organization’s owner',
      ...actsAs(theirs.owner),
      expected: (route) => (isTenant(route) ? 404 : route.permission ? ALLOWED : 403),
    },
    { name: 'acting as nobody', ...actsAs('mem_01kbp4x5mve8jbdk2g3tqh1s7n'), expected: () => 403 },
  ]
})

describe('authorization', () => {
  it('is declared for every route as the specification says', () => {
    expect(Object.fromEntries(routes.map((route) => [nameOf(route), declared(route)]))).toEqual(TABLE)
  })

  it.each(routes.map((route) => ({ name: nameOf(route), route })))('$name', async ({ route }) => {
    const before = await api.countRows()
    const path = pathIn(route, world.mine)
    for (const { name, key, actor, expected } of callers) {
      const sent = { key, ...(actor && { actor }) }
      const reply =
        route.method === 'get' ? await api.get(`${path}?${UNKNOWN}=1`, sent) : await api.send(route.method.toUpperCase(), path, { [UNKNOWN]: 1 }, sent)
      expect({ caller: name, status: reply.status }, JSON.stringify(reply.body)).toEqual({ caller: name, status: expected(route) })
      if (reply.status === ALLOWED) expect(reply.body.errors).toContainEqual({ path: UNKNOWN, message: 'is not known here' })
      else expect(JSON.stringify(reply.body), 'a stranger learns nothing').not.toContain('Mine')
    }
    expect(await api.countRows()).toEqual(before)
  })

  it('takes no cookie for a key, neither an owner’s nor an admin’s at the desk', async () => {
    const { id: membership } = await api.make(`/organizations/${world.mine.organization}/members`, { email: 'signed-in@mine.example', role: 'owner' })
    const [person] = await inEngine((tx) =>
      tx
        .select({ id: users.id, sessionVersion: users.sessionVersion })
        .from(users)
        .innerJoin(members, eq(members.userId, users.id))
        .where(eq(members.id, membership)),
    )
    if (!person) throw new Error('nobody was added')
    const invited = await inviteOperator({ email: 'desk@company.example', role: 'admin', invitedBy: 'a test' })
    if (!invited.ok) throw new Error(invited.error.code)
    const operator = await openDeskBy({ token: invited.value.token, password: PASSWORD })
    if (!operator.ok) throw new Error(operator.error.code)
    const [session, atTheDesk] = [await sealSession(person), await sitDown(operator.value.id)]
    expect([await openSession(session), await readOperatorSession(atTheDesk)], 'both are good').toEqual([
      expect.objectContaining({ userId: person.id }),
      expect.objectContaining({ role: 'admin' }),
    ])
    const cookie = `${sessionCookieName()}=${session}; headroom-operator=${atTheDesk}`
    const before = await api.countRows()
    for (const route of routes) {
      const reply = await api.send(route.method.toUpperCase(), pathIn(route, world.mine), route.method === 'get' ? undefined : {}, {
        key: null,
        headers: { cookie },
      })
      expect({ route: nameOf(route), status: reply.status }).toEqual({ route: nameOf(route), status: 401 })
    }
    expect(await api.countRows()).toEqual(before)
  })

  it('takes effect at once where a role is taken away', async () => {
    const { organization } = world.mine
    const { id } = await api.make(`/organizations/${organization}/members`, { email: 'briefly@mine.example', role: 'admin' })
    expect((await api.get(`/organizations/${organization}/audit`, { actor: id })).status).toBe(200)
    await api.send('PATCH', `/organizations/${organization}/members/${id}`, { role: 'member' })
    expect(await api.get(`/organizations/${organization}/audit`, { actor: id })).toMatchObject({ status: 403, body: { permission: 'activity:read' } })
    await api.send('DELETE', `/organizations/${organization}/members/${id}`)
    expect((await api.get(`/organizations/${organization}`, { actor: id })).status).toBe(403)
  })

  it('lets nobody grant a role above their own, nor touch an owner (G84)', async () => {
    const { organization, owner } = world.mine
    const { id: admin } = await api.make(`/organizations/${organization}/members`, { email: 'admin2@mine.example', role: 'admin' })
    const grant = await api.post(`/organizations/${organization}/members`, { email: 'new@mine.example', role: 'owner' }, { actor: admin })
    expect(grant).toMatchObject({ status: 403, body: { code: 'forbidden', permission: 'owners:write' } })
    expect(await api.send('DELETE', `/organizations/${organization}/members/${owner}`, undefined, { actor: admin })).toMatchObject({ status: 403 })
    expect(await api.send('PATCH', `/organizations/${organization}`, { trust_tier: 5 }, { actor: owner })).toMatchObject({
      status: 403,
      body: { permission: 'operator' },
    })
  })

  it('writes down who acted', async () => {
    const { organization, owner } = world.mine
    await api.send('PATCH', `/organizations/${organization}`, { name: 'Mine, renamed' }, { actor: owner })
    const [last] = (await api.read(`/organizations/${organization}/audit`)).data
    expect(last).toMatchObject({ actor: owner, action: 'organization.updated', before: { name: 'Mine' }, after: { name: 'Mine, renamed' } })
  })

  it('says when a member may send invitations again where too many were, in the language of who asks', async () => {
    const { organization, owner } = world.mine
    const invite = (email: string, more = {}) =>
      api.post(`/organizations/${organization}/members`, { email, role: 'member', ...more }, { actor: owner, headers: { 'accept-language': 'de' } })
    await api.send('PATCH', `/organizations/${organization}`, { language: 'de' })
    for (let n = 0; n < 100; n++) expect((await invite(`invited-${n}@mine.example`)).status).toBe(201)
    const refused = await invite('one-more@mine.example')
    expect(refused).toMatchObject({ status: 429, body: { code: 'rate_limited', detail: expect.stringContaining('zu viele Einladungen') } })
    expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(3_000)
    expect((await invite('one-more@mine.example', { invite: false })).status).toBe(201)
  })

  it('limits the rate of keys that were made in the dashboard, and not of the start-up key (G23)', async () => {
    const { key } = await createApiKey({ scope: 'read', label: 'eager', organizationId: world.mine.organization as OrganizationId })
    const replies = await Promise.all(Array.from({ length: 300 }, () => api.get(`/organizations/${world.mine.organization}`, { key })))
    const refused = replies.filter(({ status }) => status === 429)
    expect(refused.length).toBeGreaterThan(0)
    expect(refused[0]?.body.code).toBe('rate_limited')
    expect(Number(refused[0]?.headers.get('retry-after'))).toBeGreaterThan(0)
    const unlimited = await Promise.all(Array.from({ length: 90 }, () => api.get(`/organizations/${world.mine.organization}`)))
    expect(unlimited.every(({ status }) => status === 200)).toBe(true)
  })
})
