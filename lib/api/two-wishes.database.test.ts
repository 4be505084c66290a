import { describe, expect } from 'vitest'
import { Customer } from './testing/customer'
import { BOTH, expectChain, oneOf, type Pair, testPairs } from './testing/pairs'
import { type Json, runInterface } from './testing/running-interface'
import { activity, beginOn, membersOf, ownerOf } from './testing/twice'

/** Two people at the same moment who want what cannot both be, or what must not undo one another: people, plans and limits. */
const api = runInterface()
let names = 0
const fresh = (what: string) => `${what}-of-pair-${++names}`

const owners = async (acme: Customer) => (await membersOf(acme)).filter(({ role }: Json) => role === 'owner')

async function twoOwners() {
  const acme = await Customer.begin(api)
  return { acme, ada: await ownerOf(acme), grace: await acme.join('grace', 'owner') }
}

const organizations: Pair[] = [
  {
    name: 'two organizations of one new owner: both, and one person',
    outcomes: BOTH,
    prepare: async () => {
      const email = `${fresh('owner')}@example.com`
      const wish = (name: string) => ({ method: 'POST', path: '/organizations', body: { name, owner: { email } } })
      return {
        customer: null,
        wishes: [wish('One'), wish('Two')],
        end: async (one, two) => {
          expect(one.body.slug).not.toBe(two.body.slug)
          for (const { body } of [one, two]) expect((await api.read(`/organizations/${body.id}/members`)).data).toMatchObject([{ email, role: 'owner' }])
        },
      }
    },
  },
  {
    name: 'one external id for two owners: one organization',
    outcomes: oneOf('external_id_taken'),
    prepare: async () => {
      const external_id = fresh('customer')
      const wish = (name: string) => ({ method: 'POST', path: '/organizations', body: { name, owner: { email: `${name}@example.com` }, external_id } })
      return {
        customer: null,
        wishes: [wish('ada'), wish('grace')],
        end: async () => expect((await api.read(`/organizations?external_id=${external_id}`)).data).toHaveLength(1),
      }
    },
  },
  {
    name: 'one external id given to two organizations: one has it',
    outcomes: oneOf('external_id_taken'),
    prepare: async () => {
      const [acme, other] = [await Customer.begin(api), await Customer.begin(api)]
      const external_id = fresh('customer')
      const wish = ({ id }: Customer) => ({ method: 'PATCH', path: `/organizations/${id}`, body: { external_id } })
      return {
        customer: acme,
        wishes: [wish(acme), wish(other)],
        end: async () => expect((await api.read(`/organizations?external_id=${external_id}`)).data).toHaveLength(1),
      }
    },
  },
  {
    name: 'two names: the last one, and the activity tells both in order',
    outcomes: BOTH,
    prepare: async () => {
      const acme = await Customer.begin(api)
      const wish = (name: string) => ({ method: 'PATCH', path: `/organizations/${acme.id}`, body: { name } })
      return {
        customer: acme,
        wishes: [wish('One'), wish('Two')],
        end: async () => {
          expect(['One', 'Two']).toContain(await expectChain(acme, 'organization.updated', 'name'))
          expect((await api.read(`/organizations/${acme.id}`)).name).toBe(await expectChain(acme, 'organization.updated', 'name'))
          expect(await activity(acme, 'organization.updated')).toHaveLength(2)
        },
      }
    },
  },
  {
    name: 'two details of the same bill: neither undoes the other',
    outcomes: BOTH,
    prepare: async () => {
      const acme = await Customer.begin(api)
      const wish = (billing: Json) => ({ method: 'PATCH', path: `/organizations/${acme.id}`, body: { billing } })
      return {
        customer: acme,
        wishes: [wish({ tax_id: 'DE 1' }), wish({ address: '1 Main Street' })],
        end: async () => expect((await api.read(`/organizations/${acme.id}`)).billing).toEqual({ tax_id: 'DE 1', address: '1 Main Street' }),
      }
    },
  },
  {
    name: 'closing it and subscribing: closed, or subscribed',
    outcomes: [...oneOf('subscription_active', 'change_in_progress'), ['done', 'not_found']],
    prepare: async () => {
      const acme = await Customer.begin(api)
      const subscribe = { method: 'POST', path: `/organizations/${acme.id}/subscriptions`, body: { product: 'api-calls', plan: 'basic' } }
      return {
        customer: null,
        wishes: [{ method: 'DELETE', path: `/organizations/${acme.id}` }, subscribe],
        end: async (closed) => {
          const invoices = await acme.invoices()
          expect(invoices).toHaveLength(closed.status === 204 ? 0 : 1)
          expect((await api.get(`/organizations/${acme.id}`)).status).toBe(closed.status === 204 ? 404 : 200)
        },
      }
    },
  },
]

const people: Pair[] = [
  {
    name: 'two organizations invite one new person: both, and one person',
    outcomes: BOTH,
    prepare: async () => {
      const [acme, other] = [await Customer.begin(api), await Customer.begin(api)]
      const email = `${fresh('wanted')}@example.com`
      const wish = ({ id }: Customer) => ({ method: 'POST', path: `/organizations/${id}/members`, body: { email, role: 'member' } })
      return {
        customer: acme,
        wishes: [wish(acme), wish(other)],
        end: async () => {
          for (const customer of [acme, other]) expect((await membersOf(customer)).filter((one: Json) => one.email === email)).toHaveLength(1)
        },
      }
    },
  },
  {
    name: 'two owners remove each other: one remains',
    outcomes: oneOf('forbidden', 'last_owner'),
    prepare: async () => {
      const { acme, ada, grace } = await twoOwners()
      const remove = (actor: string, member: string) => ({ method: 'DELETE', path: `/organizations/${acme.id}/members/${member}`, actor })
      return {
        customer: acme,
        wishes: [remove(ada, grace), remove(grace, ada)],
        end: async (byAda) => expect(await owners(acme)).toMatchObject([{ id: byAda.status === 204 ? ada : grace }]),
      }
    },
  },
  {
    name: 'two owners demote each other: one remains',
    outcomes: oneOf('forbidden', 'last_owner'),
    prepare: async () => {
      const { acme, ada, grace } = await twoOwners()
      const demote = (actor: string, member: string) => ({
        method: 'PATCH',
        path: `/organizations/${acme.id}/members/${member}`,
        actor,
        body: { role: 'member' },
      })
      return {
        customer: acme,
        wishes: [demote(ada, grace), demote(grace, ada)],
        end: async (byAda) => expect(await owners(acme)).toMatchObject([{ id: byAda.status === 200 ? ada : grace }]),
      }
    },
  },
  {
    name: 'one owner leaves while the other is demoted: one remains',
    outcomes: oneOf('last_owner'),
    prepare: async () => {
      const { acme, ada, grace } = await twoOwners()
      const member = (id: string) => `/organizations/${acme.id}/members/${id}`
      return {
        customer: acme,
        wishes: [
          { method: 'DELETE', path: member(ada) },
          { method: 'PATCH', path: member(grace), body: { role: 'admin' } },
        ],
        end: async () => expect(await owners(acme)).toHaveLength(1),
      }
    },
  },
  {
    name: 'two roles for one member: the last one, and the activity tells both in order',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'basic')
      const member = await acme.join('grace')
      const wish = (role: string) => ({ method: 'PATCH', path: `/organizations/${acme.id}/members/${member}`, body: { role } })
      return {
        customer: acme,
        wishes: [wish('billing'), wish('admin')],
        end: async () => {
          const role = await expectChain(acme, 'member.role_changed', 'role')
          expect((await membersOf(acme)).find(({ id }: Json) => id === member).role).toBe(role)
          expect((await acme.subscription(subscription)).seats, 'a billing manager holds no seat').toBe(role === 'billing' ? 1 : 2)
        },
      }
    },
  },
  {
    name: 'a member who is removed gives credit: given, or gone with nothing given',
    outcomes: [...BOTH, ['done', 'not_found']],
    prepare: async () => {
      const acme = await Customer.begin(api)
      const member = await acme.join('grace')
      await acme.balanced(api.make(`/organizations/${acme.id}/members/${member}/credit`, { amount: 5_00 }))
      return {
        customer: acme,
        wishes: [
          { method: 'DELETE', path: `/organizations/${acme.id}/members/${member}` },
          { method: 'POST', path: `/organizations/${acme.id}/credits/contributions`, body: { member, amount: 5_00 } },
        ],
        end: async (_, given) => expect((await acme.credits()).credit_balance).toBe(given.status === 200 ? 5_00 : 0),
      }
    },
  },
]

const limits: Pair[] = [
  {
    name: 'two caps: the last one, and the activity tells both in order',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'scrape-credits', 'scaling')
      const wish = (cap: number) => ({ method: 'PUT', path: `/subscriptions/${subscription}/limits`, body: { pay_as_you_go: { enabled: true, cap } } })
      return {
        customer: acme,
        wishes: [wish(10_00), wish(20_00)],
        end: async () => {
          const cap = Number(await expectChain(acme, 'limits.updated', 'cap'))
          expect([10_00, 20_00]).toContain(cap)
          expect((await acme.subscription(subscription)).limits.pay_as_you_go).toEqual({ enabled: true, cap })
          expect((await activity(acme, 'limits.updated')).map(({ after }) => Number(after.cap)).sort()).toEqual([10_00, 20_00])
        },
      }
    },
  },
  {
    name: 'two settings of one subscription: neither undoes the other',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'scrape-credits', 'scaling')
      const wish = (body: Json) => ({ method: 'PUT', path: `/subscriptions/${subscription}/limits`, body })
      return {
        customer: acme,
        wishes: [wish({ pay_as_you_go: { enabled: true, cap: 10_00 } }), wish({ auto_renew: false })],
        end: async () =>
          expect((await acme.subscription(subscription)).limits).toMatchObject({ pay_as_you_go: { enabled: true, cap: 10_00 }, auto_renew: false }),
      }
    },
  },
  {
    name: 'a limit request approved and declined: one decision, and the maximum that goes with it',
    outcomes: oneOf('limit_request_decided'),
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'basic')
      const { id } = await api.make(`/subscriptions/${subscription}/limit_requests`, { hard_limit: 250_000, use_case: 'A launch in May' })
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/limit_requests/${id}/approve` },
          { method: 'POST', path: `/limit_requests/${id}/decline` },
        ],
        end: async (approved) => {
          const isApproved = approved.status === 200
          expect(await activity(acme, 'limit_request.approved')).toHaveLength(isApproved ? 1 : 0)
          expect(await activity(acme, 'limit_request.declined')).toHaveLength(isApproved ? 0 : 1)
          expect((await acme.limits(subscription, { hard_limit: 250_000 })).status).toBe(isApproved ? 200 : 409)
        },
      }
    },
  },
  {
    name: 'two requests approved: the higher one is the maximum',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'basic')
      const ask = async (hard_limit: number) =>
        (await api.make(`/subscriptions/${subscription}/limit_requests`, { hard_limit, use_case: 'A launch in May' })).id as string
      const [low, high] = [await ask(250_000), await ask(500_000)]
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/limit_requests/${high}/approve` },
          { method: 'POST', path: `/limit_requests/${low}/approve` },
        ],
        end: async () => expect((await acme.limits(subscription, { hard_limit: 500_000 })).status).toBe(200),
      }
    },
  },
  {
    name: 'two who want the last units: one gets them',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'free')
      const wish = () => ({ method: 'POST', path: '/consume', body: acme.event('screenshots', 60) })
      return {
        customer: acme,
        wishes: [wish(), wish()],
        end: async (one, two) => {
          expect([one.body.allowed, two.body.allowed].sort()).toEqual([false, true])
          expect((await acme.card(subscription)).meters[0].used).toBe(60)
        },
      }
    },
  },
  {
    name: 'one event id for two contents: one is counted',
    outcomes: oneOf('event_mismatch'),
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const event = acme.event('calls', 2)
      const wish = (quantity: number) => ({ method: 'POST', path: '/usage', body: { events: [{ ...event, quantity }] } })
      return {
        customer: acme,
        wishes: [wish(2), wish(3)],
        end: async (two) => expect((await acme.card(subscription)).meters[0].used).toBe(two.status === 200 ? 2 : 3),
      }
    },
  },
  {
    name: 'a lease settled with two numbers: the first counts, and both are told of it',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const lease = await api.make('/leases', { organization: acme.id, meter: 'calls', quantity: 10, ttl_seconds: 3_600 })
      const wish = (used: number) => ({ method: 'POST', path: `/leases/${lease.id}/settle`, body: { used } })
      return {
        customer: acme,
        wishes: [wish(3), wish(7)],
        end: async (one, two) => {
          expect(one.body).toEqual(two.body)
          expect((await acme.card(subscription)).meters[0]).toMatchObject({ used: one.body.used, reserved: 0 })
        },
      }
    },
  },
]

describe('of an organization', () => testPairs(api, organizations))
describe('of people', () => testPairs(api, people))
describe('of limits and usage', () => testPairs(api, limits))
