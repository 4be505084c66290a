import { Customer } from './customer'
import { activity, beginOn, beginPastDue, beginProForma, chargesOf, ownerOf, type TwiceCase } from './twice'

/** Credit, invoices and what mends them. */
export const moneyCases: readonly TwiceCase[] = [
  {
    route: 'POST /organizations/{organization}/credits/purchases',
    second: ['done'],
    happens: { oneKey: 1, twoKeys: 2 },
    prepare: async (api) => {
      const { acme } = await beginOn(api, 'model-tokens', 'prepaid')
      const body = { amount: 20_00, expected_amount_due: 20_00 }
      return { customer: acme, path: `/organizations/${acme.id}/credits/purchases`, body, effects: async () => (await chargesOf(acme)).length }
    },
  },
  {
    route: 'PUT /organizations/{organization}/credits/auto_recharge',
    second: ['done'],
    prepare: async (api) => {
      const { acme } = await beginOn(api, 'model-tokens', 'prepaid')
      // With nothing on the balance it buys as soon as it is saved.
      const body = { enabled: true, threshold: 5_00, amount: 20_00 }
      return { customer: acme, path: `/organizations/${acme.id}/credits/auto_recharge`, body, effects: async () => (await chargesOf(acme)).length }
    },
  },
  {
    route: 'POST /organizations/{organization}/credits/contributions',
    second: ['insufficient_credit'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const member = await ownerOf(acme)
      await acme.balanced(api.make(`/organizations/${acme.id}/members/${member}/credit`, { amount: 5_00 }))
      const effects = async () => (await acme.credits()).grants.length
      return { customer: acme, path: `/organizations/${acme.id}/credits/contributions`, body: { member, amount: 5_00 }, effects }
    },
  },
  {
    route: 'POST /organizations/{organization}/adjustments',
    second: ['insufficient_credit'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      await acme.balanced(api.make(`/organizations/${acme.id}/adjustments`, { amount: 5_00, reason: 'A kindness' }))
      const effects = async () => (await activity(acme, 'credit.adjusted')).length - 1
      return { customer: acme, path: `/organizations/${acme.id}/adjustments`, body: { amount: -5_00, reason: 'Taken back' }, effects }
    },
  },
  {
    route: 'POST /organizations/{organization}/pro_forma',
    second: ['already_subscribed', 'change_in_progress'],
    prepare: async (api) => {
      const acme = await Customer.begin(api)
      const effects = async () => (await acme.invoices()).length
      return { customer: acme, path: `/organizations/${acme.id}/pro_forma`, body: { product: 'api-calls', plan: 'basic' }, effects }
    },
  },
  {
    route: 'POST /invoices/{invoice}/pay',
    second: ['done', 'accepted', 'not_payable'],
    prepare: async (api) => {
      const { acme, invoice } = await beginProForma(api)
      return { customer: acme, path: `/invoices/${invoice}/pay`, body: { expected_amount_due: 10_00 }, effects: async () => (await chargesOf(acme)).length }
    },
  },
  {
    route: 'POST /invoices/{invoice}/refunds',
    second: ['refund_in_progress', 'refund_not_eligible'],
    happens: { oneKey: 10_00, twoKeys: 10_00 },
    prepare: async (api) => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      const effects = async () => (await chargesOf(acme)).reduce((sum, { amount_refunded }) => sum + amount_refunded, 0)
      return { customer: acme, path: `/invoices/${(await acme.newest()).id}/refunds`, body: {}, effects }
    },
  },
  {
    route: 'POST /invoices/{invoice}/mark_paid',
    second: ['not_payable', 'change_in_progress'],
    prepare: async (api) => {
      const { acme, invoice } = await beginProForma(api)
      const effects = async () => (await activity(acme, 'invoice.marked_paid')).length
      return { customer: acme, path: `/invoices/${invoice}/mark_paid`, body: { reference: 'Transfer 42' }, effects }
    },
  },
  {
    route: 'POST /invoices/{invoice}/void',
    second: ['not_payable', 'change_in_progress'],
    prepare: async (api) => {
      const { acme, invoice } = await beginPastDue(api)
      const effects = async () => (await activity(acme, 'invoice.voided')).length
      return { customer: acme, path: `/invoices/${invoice}/void`, body: { reason: 'A mistake' }, effects }
    },
  },
  {
    route: 'POST /invoices/{invoice}/mark_uncollectible',
    second: ['not_payable', 'change_in_progress'],
    prepare: async (api) => {
      const { acme, invoice } = await beginPastDue(api)
      const effects = async () => (await activity(acme, 'invoice.uncollectible')).length
      return { customer: acme, path: `/invoices/${invoice}/mark_uncollectible`, body: { reason: 'Insolvent' }, effects }
    },
  },
  {
    route: 'POST /books/run',
    second: ['done'],
    happens: { oneKey: 0, twoKeys: 0 },
    prepare: async (api) => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      return { customer: acme, path: '/books/run', body: {}, effects: async () => (await api.make('/books/run')).differences.length }
    },
  },
]
