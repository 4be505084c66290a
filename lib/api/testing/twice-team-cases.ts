import { eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { auditLog, portalSessions } from '../../../db/schema'
import { apiCalls } from '../../billing/catalog/api-calls'
import type { OrganizationId } from '../../ids'
import { Customer } from './customer'
import type { Json } from './running-interface'
import { activity, beginOn, beginPastDue, chargesOf, membersOf, ownerOf, type TwiceCase } from './twice'

let names = 0
const fresh = (what: string) => `${what}-${++names}`

/** Whom and what there is: organizations, members, cards, plans for sale, and time. */
export const teamCases: readonly TwiceCase[] = [
  {
    route: 'POST /test_clocks',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const before = (await api.countRows()).test_clocks ?? 0
      return {
        customer: null,
        path: '/test_clocks',
        body: { now: '2026-01-01T00:00:00Z' },
        effects: async () => ((await api.countRows()).test_clocks ?? 0) - before,
      }
    },
  },
  {
    route: 'POST /test_clocks/{clock}/advance',
    second: ['done', 'clock_advancing'],
    prepare: async (api) => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      const effects = async () => (await chargesOf(acme)).length - 1
      return { customer: acme, path: `/test_clocks/${acme.clock}/advance`, body: { to: '2026-02-15T00:00:00Z' }, effects }
    },
  },
  {
    route: 'POST /organizations',
    second: ['done'],
    prepare: async (api) => {
      const external_id = fresh('customer')
      const body = { name: 'Twice', owner: { email: `${external_id}@example.com` }, external_id }
      const effects = async () => (await api.read(`/organizations?external_id=${external_id}`)).data.length
      return { customer: null, path: '/organizations', body, effects }
    },
  },
  {
    route: 'POST /portal_sessions',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const ofAcme = eq(portalSessions.organizationId, acme.id as OrganizationId)
      const effects = () => inEngine((tx) => tx.$count(portalSessions, ofAcme))
      return { customer: acme, path: '/portal_sessions', body: { organization: acme.id, member: await ownerOf(acme) }, effects }
    },
  },
  {
    route: 'PATCH /organizations/{organization}',
    second: ['done'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const body = { name: 'Renamed', billing: { tax_id: 'DE 1' } }
      return { customer: acme, path: `/organizations/${acme.id}`, body, effects: async () => (await activity(acme, 'organization.updated')).length }
    },
  },
  {
    route: 'DELETE /organizations/{organization}',
    second: ['done'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      // Nobody reads the activity of a closed organization over HTTP.
      const entries = () =>
        inEngine((tx) =>
          tx
            .select()
            .from(auditLog)
            .where(eq(auditLog.organizationId, acme.id as OrganizationId)),
        )
      const effects = async () => (await entries()).filter(({ action }) => action === 'organization.deleted').length
      return { customer: null, path: `/organizations/${acme.id}`, effects }
    },
  },
  {
    route: 'POST /organizations/{organization}/members',
    second: ['already_member'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'basic')
      const body = { email: `${fresh('newcomer')}@example.com`, role: 'member' }
      return { customer: acme, path: `/organizations/${acme.id}/members`, body, effects: async () => (await acme.subscription(subscription)).seats - 1 }
    },
  },
  {
    route: 'PATCH /organizations/{organization}/members/{member}',
    second: ['done'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'basic')
      const member = await acme.join('grace')
      const effects = async () => 2 - (await acme.subscription(subscription)).seats
      return { customer: acme, path: `/organizations/${acme.id}/members/${member}`, body: { role: 'billing' }, effects }
    },
  },
  {
    route: 'DELETE /organizations/{organization}/members/{member}',
    second: ['not_found'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'basic')
      const member = await acme.join('grace')
      const effects = async () => 2 - (await acme.subscription(subscription)).seats
      return { customer: acme, path: `/organizations/${acme.id}/members/${member}`, effects }
    },
  },
  {
    route: 'POST /organizations/{organization}/members/{member}/credit',
    second: ['done'],
    happens: { oneKey: 5_00, twoKeys: 10_00 },
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const member = await acme.join('grace')
      const effects = async () => (await membersOf(acme)).find(({ id }) => id === member).personal_credit
      return { customer: acme, path: `/organizations/${acme.id}/members/${member}/credit`, body: { amount: 5_00 }, effects }
    },
  },
  {
    route: 'PUT /organizations/{organization}/payment_method',
    second: ['done'],
    prepare: async (api) => {
      const { acme } = await beginPastDue(api)
      const effects = async () => (await chargesOf(acme)).length - 1
      return { customer: acme, path: `/organizations/${acme.id}/payment_method`, body: { payment_method: 'pm_card_visa' }, effects }
    },
  },
  {
    route: 'POST /products',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const id = fresh('sold-twice')
      const body = { ...apiCalls, id, meters: [{ id: `${id.replaceAll('-', '_')}_calls`, unit: 'calls' }], plans: [{ ...apiCalls.plans[0], included: {} }] }
      const before = (await api.countRows()).catalog_versions ?? 0
      return {
        customer: null,
        path: '/products',
        body: { ...body, applies: 'next_renewal' },
        effects: async () => ((await api.countRows()).catalog_versions ?? 0) - before,
      }
    },
  },
  {
    route: 'POST /organizations/{organization}/plans',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const body = { product: 'api-calls', based_on: 'pro', name: 'Pro for us', prices: { month: 25_00 } }
      const effects = async () => {
        const products: Json[] = (await api.read(`/products?organization=${acme.id}`)).data
        return products.flatMap(({ plans }) => plans).filter(({ name }) => name === body.name).length
      }
      return { customer: acme, path: `/organizations/${acme.id}/plans`, body, effects }
    },
  },
]
