import { Customer } from './customer'
import type { RunningInterface } from './running-interface'
import { activity, beginOn, chargesOf, type TwiceCase } from './twice'

const chargesSince = async (acme: Customer) => {
  const before = (await chargesOf(acme)).length
  return async () => (await chargesOf(acme)).length - before
}

async function askedFor(api: RunningInterface) {
  const { acme, subscription } = await beginOn(api, 'screenshots', 'basic')
  const asked = await api.make(`/subscriptions/${subscription}/limit_requests`, { hard_limit: 250_000, use_case: 'A catalog of previews.' })
  return { acme, request: asked.id as string }
}

/** What is held, what of it was used, and what may be used beyond. */
export const planCases: readonly TwiceCase[] = [
  {
    route: 'POST /organizations/{organization}/quotes',
    second: ['done'],
    happens: { oneKey: 0, twoKeys: 0 },
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      return { customer: acme, path: `/organizations/${acme.id}/quotes`, body: { product: 'api-calls', plan: 'basic' }, effects: await chargesSince(acme) }
    },
  },
  {
    route: 'POST /organizations/{organization}/subscriptions',
    second: ['already_subscribed', 'change_in_progress'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const body = { product: 'api-calls', plan: 'basic', expected_amount_due: 10_00 }
      return { customer: acme, path: `/organizations/${acme.id}/subscriptions`, body, effects: await chargesSince(acme) }
    },
  },
  {
    route: 'POST /subscriptions/{subscription}/quotes',
    second: ['done'],
    happens: { oneKey: 0, twoKeys: 0 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      return { customer: acme, path: `/subscriptions/${subscription}/quotes`, body: { plan: 'pro' }, effects: await chargesSince(acme) }
    },
  },
  {
    route: 'POST /subscriptions/{subscription}/changes',
    second: ['quote_expired', 'change_in_progress'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const { id: quote } = await acme.quote(subscription, { plan: 'pro' })
      return { customer: acme, path: `/subscriptions/${subscription}/changes`, body: { quote }, effects: await chargesSince(acme) }
    },
  },
  {
    route: 'POST /subscriptions/{subscription}/cancel',
    second: ['not_cancelable'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const effects = async () => (await acme.told()).filter((kind) => kind === 'cancellation_scheduled').length
      return { customer: acme, path: `/subscriptions/${subscription}/cancel`, effects }
    },
  },
  {
    route: 'POST /subscriptions/{subscription}/reactivate',
    second: ['not_scheduled'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      await acme.balanced(api.make(`/subscriptions/${subscription}/cancel`))
      const effects = async () => (await acme.told()).filter((kind) => kind === 'reactivated').length
      return { customer: acme, path: `/subscriptions/${subscription}/reactivate`, effects }
    },
  },
  {
    route: 'DELETE /subscriptions/{subscription}/pending_change',
    second: ['not_found'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'professional')
      await acme.change(subscription, { plan: 'basic' })
      const effects = async () => (await activity(acme, 'subscription.change_dropped')).length
      return { customer: acme, path: `/subscriptions/${subscription}/pending_change`, effects }
    },
  },
  {
    route: 'PUT /subscriptions/{subscription}/limits',
    second: ['done'],
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'growth')
      const effects = async () => ((await acme.subscription(subscription)).limits.hard_limit === 15_000 ? 1 : 0)
      return { customer: acme, path: `/subscriptions/${subscription}/limits`, body: { hard_limit: 15_000 }, effects }
    },
  },
  {
    route: 'POST /subscriptions/{subscription}/limit_requests',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'basic')
      const effects = async () => (await activity(acme, 'limit_request.created')).length
      return { customer: acme, path: `/subscriptions/${subscription}/limit_requests`, body: { hard_limit: 250_000, use_case: 'A launch in May' }, effects }
    },
  },
  {
    route: 'POST /limit_requests/{limit_request}/approve',
    second: ['done'],
    prepare: async (api) => {
      const { acme, request } = await askedFor(api)
      const effects = async () => (await activity(acme, 'limit_request.approved')).length
      return { customer: acme, path: `/limit_requests/${request}/approve`, effects }
    },
  },
  {
    route: 'POST /limit_requests/{limit_request}/decline',
    second: ['done'],
    prepare: async (api) => {
      const { acme, request } = await askedFor(api)
      const effects = async () => (await activity(acme, 'limit_request.declined')).length
      return { customer: acme, path: `/limit_requests/${request}/decline`, effects }
    },
  },
  {
    route: 'POST /usage',
    second: ['done'],
    happens: { oneKey: 5, twoKeys: 5 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const effects = async () => (await acme.card(subscription)).meters[0].used
      return { customer: acme, path: '/usage', body: { events: [acme.event('calls', 2), acme.event('calls', 3)] }, effects }
    },
  },
  {
    route: 'POST /consume',
    second: ['done'],
    happens: { oneKey: 7, twoKeys: 7 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const effects = async () => (await acme.card(subscription)).meters[0].used
      return { customer: acme, path: '/consume', body: acme.event('calls', 7), effects }
    },
  },
  {
    route: 'POST /leases',
    second: ['done'],
    // Of 100 that are included the second gets what the first has left.
    happens: { oneKey: 60, twoKeys: 100 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'screenshots', 'free')
      const effects = async () => (await acme.card(subscription)).meters[0].reserved
      return { customer: acme, path: '/leases', body: { organization: acme.id, meter: 'screenshots', quantity: 60, ttl_seconds: 3_600 }, effects }
    },
  },
  {
    route: 'POST /leases/{lease}/settle',
    second: ['done'],
    happens: { oneKey: 3, twoKeys: 3 },
    prepare: async (api) => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const { id } = await api.make('/leases', { organization: acme.id, meter: 'calls', quantity: 10, ttl_seconds: 3_600 })
      const effects = async () => {
        const [meter] = (await acme.card(subscription)).meters
        return meter.used + meter.reserved
      }
      return { customer: acme, path: `/leases/${id}/settle`, body: { used: 3 }, effects }
    },
  },
]
