import type { Route } from '../route'
import type { Json, RunningInterface } from './running-interface'
import { createCustomer } from './running-interface'

export const nameOf = ({ method, path }: Pick<Route, 'method' | 'path'>) => `${method.toUpperCase()} ${path}`

/** Two organizations with all that a path may name. */
export type World = { mine: Named; theirs: Named }
export type Named = {
  organization: string
  subscription: string
  invoice: string
  member: string
  owner: string
  clock: string
  quote: string
  lease: string
  limit_request: string
  webhook_endpoint: string
  delivery: string
}

export async function createWorld(api: RunningInterface): Promise<World> {
  return { mine: await createNamed(api, 'Mine'), theirs: await createNamed(api, 'Theirs') }
}

/** What a path names of one organization; webhook endpoints are the installation's. */
export type OfOrganization = Omit<Named, 'webhook_endpoint' | 'delivery'>

export async function createNamed(api: RunningInterface, name: string): Promise<Named> {
  const named = await createOfOrganization(api, name)
  const endpoint = await createEndpoint(api, named.clock)
  const delivery = await api.make(`/webhook_endpoints/${endpoint.id}/test`)
  return { ...named, webhook_endpoint: endpoint.id, delivery: delivery.id }
}

type Name = keyof OfOrganization

/** One organization with something of everything, or with what is needed of it. */
export async function createOfOrganization(api: RunningInterface, name: string, needed?: ReadonlySet<string>): Promise<OfOrganization> {
  const { id, clock } = await createCustomer(api, { name })
  const make = async (what: Name, work: () => Promise<Json>): Promise<string> => (needed && !needed.has(what) ? '' : (await work()).id)
  const limit_request = await make('limit_request', async () => {
    const { id: other } = await api.make(`/organizations/${id}/subscriptions`, { product: 'screenshots', plan: 'basic' })
    return api.make(`/subscriptions/${other}/limit_requests`, { hard_limit: 250_000, use_case: 'A catalog of previews.' })
  })
  const { id: subscription } = await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })
  return {
    ...{ organization: id, clock, limit_request, subscription },
    invoice: await make('invoice', async () => (await api.read(`/organizations/${id}/invoices`)).data[0]),
    lease: await make('lease', () => api.make('/leases', { organization: id, meter: 'calls', quantity: 10, ttl_seconds: 3_600 })),
    quote: await make('quote', () => api.make(`/subscriptions/${subscription}/quotes`, { plan: 'pro' })),
    member: await make('member', () => api.make(`/organizations/${id}/members`, { email: `member-${clock}@example.com`, role: 'member' })),
    owner: await make('owner', async () => (await api.read(`/organizations/${id}/members`)).data.find((one: Json) => one.role === 'owner')),
  }
}

/** The organization's, and its member's own where one is named. */
export async function giveCredit(api: RunningInterface, { organization, member }: OfOrganization): Promise<void> {
  const owner = `/organizations/${organization}`
  if (member) await api.make(`${owner}/members/${member}/credit`, { amount: 5_00 })
  await api.make(`${owner}/adjustments`, { amount: 5_00, reason: 'A kindness' })
}

/** The operator may have few, and each world takes two: the oldest makes room. */
async function createEndpoint(api: RunningInterface, clock: string): Promise<Json> {
  const { data } = await api.read('/webhook_endpoints?limit=100')
  if (data.length >= 15) await api.send('DELETE', `/webhook_endpoints/${data.at(-1).id}`)
  return api.make('/webhook_endpoints', { url: `https://example.com/${clock}`, events: ['*'] })
}

export function pathIn(route: Pick<Route, 'path'>, named: OfOrganization & Partial<Named>): string {
  return route.path.replaceAll(/\{(\w+)\}/g, (_, name: keyof Named) => named[name] ?? '')
}
