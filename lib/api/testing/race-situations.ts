import type { OfOrganization } from './every-route'
import { cardBecomes } from './payer'
import { createCustomer, type Json, type RunningInterface, usage } from './running-interface'

/** Where commands find something to do that are refused on a plan that merely runs. */
export type Situation = {
  begin(api: RunningInterface): Promise<OfOrganization>
  /** What is only possible here: each of them does something. */
  athome: readonly string[]
  /** What each of those is raced against, besides the others. */
  meets: readonly string[]
  /** Where another body does more here. */
  bodies?: Readonly<Record<string, (named: OfOrganization) => Json>>
}

const ADVANCE = 'POST /test_clocks/{clock}/advance'
const CANCEL = 'POST /subscriptions/{subscription}/cancel'
const CHANGE = 'POST /subscriptions/{subscription}/changes'
const JOIN = 'POST /organizations/{organization}/members'
const LEAVE = 'DELETE /organizations/{organization}/members/{member}'
const REACTIVATE = 'POST /subscriptions/{subscription}/reactivate'
const REFUND = 'POST /invoices/{invoice}/refunds'
const SET_CARD = 'PUT /organizations/{organization}/payment_method'
const ADJUST = 'POST /organizations/{organization}/adjustments'

/** An owner, a member and a working card, and nothing subscribed to. */
async function beginBare(api: RunningInterface): Promise<OfOrganization> {
  const { id, clock } = await createCustomer(api)
  const member = await api.make(`/organizations/${id}/members`, { email: `member-${clock}@example.com`, role: 'member' })
  const { data } = await api.read(`/organizations/${id}/members`)
  const owner = data.find((one: Json) => one.role === 'owner').id
  return { organization: id, clock, member: member.id, owner, subscription: '', invoice: '', quote: '', lease: '', limit_request: '' }
}

async function beginOn(api: RunningInterface, product: string, plan: string): Promise<OfOrganization> {
  const bare = await beginBare(api)
  const { id } = await api.make(`/organizations/${bare.organization}/subscriptions`, { product, plan })
  return { ...bare, subscription: id }
}

async function quoted(api: RunningInterface, named: OfOrganization, plan: string): Promise<OfOrganization> {
  return { ...named, quote: (await api.make(`/subscriptions/${named.subscription}/quotes`, { plan })).id }
}

/** The bank has refused the renewal, and would not refuse it again. */
async function beginPastDue(api: RunningInterface): Promise<OfOrganization> {
  const named = await beginOn(api, 'api-calls', 'basic')
  const payer = { api, id: named.organization }
  await cardBecomes(payer, 'pm_card_chargeCustomerFail')
  await api.make(`/test_clocks/${named.clock}/advance`, { to: '2026-01-31T00:00:00Z' })
  await cardBecomes(payer, 'pm_card_visa')
  const { data } = await api.read(`/organizations/${named.organization}/invoices`)
  if (data[0]?.status !== 'open') throw new Error('the renewal is paid')
  return { ...named, invoice: data[0].id }
}

const OF_INVOICE = ['pay', 'void', 'mark_paid', 'mark_uncollectible'].map((verb) => `POST /invoices/{invoice}/${verb}`)

export const SITUATIONS: Readonly<Record<string, Situation>> = {
  'with a renewal past due': {
    begin: beginPastDue,
    athome: OF_INVOICE,
    meets: [SET_CARD, ADVANCE, REFUND, CANCEL, ADJUST],
    bodies: {
      [SET_CARD]: () => ({ payment_method: 'pm_card_mastercard' }),
      // Its first retry.
      [ADVANCE]: () => ({ to: '2026-02-01T00:00:00Z' }),
      [ADJUST]: () => ({ amount: 5_00, reason: 'A kindness' }),
    },
  },
  'about to end': {
    begin: async (api) => {
      const named = await beginOn(api, 'api-calls', 'basic')
      await api.make(`/subscriptions/${named.subscription}/cancel`)
      return quoted(api, named, 'pro')
    },
    athome: [REACTIVATE],
    meets: [CANCEL, CHANGE, ADVANCE, 'POST /consume', 'PUT /subscriptions/{subscription}/limits'],
  },
  'about to be on a smaller plan': {
    begin: async (api) => {
      const named = await beginOn(api, 'team-seats', 'professional')
      const { quote } = await quoted(api, named, 'basic')
      await api.make(`/subscriptions/${named.subscription}/changes`, { quote })
      return named
    },
    athome: ['DELETE /subscriptions/{subscription}/pending_change'],
    meets: [CANCEL, REACTIVATE, JOIN, LEAVE, ADVANCE],
  },
  'on the free plan alone': {
    begin: async (api) => quoted(api, await beginOn(api, 'api-calls', 'free'), 'basic'),
    athome: ['DELETE /organizations/{organization}'],
    meets: [
      ...['POST /organizations/{organization}/subscriptions', 'POST /organizations/{organization}/pro_forma', 'POST /organizations/{organization}/quotes'],
      ...['POST /organizations/{organization}/credits/purchases', CHANGE, JOIN, LEAVE, SET_CARD, ADJUST, 'POST /consume', 'POST /usage', ADVANCE],
    ],
    bodies: { [ADJUST]: () => ({ amount: 5_00, reason: 'A kindness' }), 'POST /consume': ({ organization }) => usage(organization, 5) },
  },
  'of a product with a hard limit': {
    begin: async (api) => {
      const named = await beginOn(api, 'screenshots', 'basic')
      const asked = { hard_limit: 250_000, use_case: 'A catalog of previews.' }
      return { ...named, limit_request: (await api.make(`/subscriptions/${named.subscription}/limit_requests`, asked)).id }
    },
    athome: ['POST /subscriptions/{subscription}/limit_requests'],
    meets: ['POST /limit_requests/{limit_request}/approve', 'POST /limit_requests/{limit_request}/decline', CANCEL, 'PUT /subscriptions/{subscription}/limits'],
  },
}
