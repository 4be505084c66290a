import { describe, expect } from 'vitest'
import { Customer } from './testing/customer'
import { BOTH, expectChain, oneOf, type Pair, testPairs } from './testing/pairs'
import { type Json, runInterface } from './testing/running-interface'
import { activity, beginOn, beginPastDue, beginProForma, chargesOf, ownerOf } from './testing/twice'

/** Two people at the same moment who want what cannot both be, where money is: never charged twice, never given twice. */
const api = runInterface()

const charged = async (acme: Customer) => (await chargesOf(acme)).map(({ amount }) => amount)
const refunded = async (acme: Customer) => (await chargesOf(acme)).reduce((sum, { amount_refunded }) => sum + amount_refunded, 0)

const plans: Pair[] = [
  {
    name: 'two plans subscribed to: one, and one charge',
    outcomes: oneOf('already_subscribed', 'change_in_progress'),
    prepare: async () => {
      const acme = await Customer.begin(api)
      const wish = (plan: string) => ({ method: 'POST', path: `/organizations/${acme.id}/subscriptions`, body: { product: 'api-calls', plan } })
      return {
        customer: acme,
        wishes: [wish('basic'), wish('pro')],
        end: async (basic) => expect(await charged(acme)).toEqual([basic.status === 201 ? 10_00 : 30_00]),
      }
    },
  },
  {
    name: 'a subscription and an invoice first: one of them',
    outcomes: oneOf('already_subscribed', 'change_in_progress'),
    prepare: async () => {
      const acme = await Customer.begin(api)
      const body = { product: 'api-calls', plan: 'basic' }
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/organizations/${acme.id}/subscriptions`, body },
          { method: 'POST', path: `/organizations/${acme.id}/pro_forma`, body },
        ],
        end: async (subscribed) => {
          expect(await acme.invoices()).toHaveLength(1)
          expect(await charged(acme)).toEqual(subscribed.status === 201 ? [10_00] : [])
        },
      }
    },
  },
  {
    name: 'two quotes executed: one, and one charge',
    outcomes: oneOf('quote_expired', 'change_in_progress'),
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      const quotes = [await acme.quote(subscription, { plan: 'pro' }), await acme.quote(subscription, { plan: 'enterprise' })]
      const [pro, enterprise] = quotes.map(({ id }) => ({ method: 'POST', path: `/subscriptions/${subscription}/changes`, body: { quote: id } }))
      if (!pro || !enterprise) throw new Error('there are no quotes')
      return {
        customer: acme,
        wishes: [pro, enterprise],
        end: async ({ status }) => {
          expect((await acme.subscription(subscription)).plan).toBe(status === 200 ? 'pro' : 'enterprise')
          expect(await charged(acme)).toHaveLength(2)
        },
      }
    },
  },
  {
    name: 'canceled and kept: the last word stands',
    outcomes: [...BOTH, ['done', 'not_scheduled']],
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'api-calls', 'basic')
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/subscriptions/${subscription}/cancel` },
          { method: 'POST', path: `/subscriptions/${subscription}/reactivate` },
        ],
        end: async (_, kept) => expect((await acme.subscription(subscription)).cancel_at !== null).toBe(kept.status !== 200),
      }
    },
  },
  {
    name: 'a change that waits is undone while the plan is canceled: it ends, and no change waits',
    outcomes: [...BOTH, ['done', 'not_found']],
    prepare: async () => {
      const { acme, subscription } = await beginOn(api, 'team-seats', 'professional')
      await acme.change(subscription, { plan: 'basic' })
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/subscriptions/${subscription}/cancel` },
          { method: 'DELETE', path: `/subscriptions/${subscription}/pending_change` },
        ],
        end: async () => expect(await acme.subscription(subscription)).toMatchObject({ cancel_at: expect.any(String), pending_change: null }),
      }
    },
  },
  {
    name: 'a clock moved to two times: each renewal once',
    outcomes: [...BOTH, ...oneOf('clock_advancing'), ['clock_backwards', 'done']],
    prepare: async () => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      const wish = (to: string) => ({ method: 'POST', path: `/test_clocks/${acme.clock}/advance`, body: { to } })
      return {
        customer: acme,
        wishes: [wish('2026-02-15T00:00:00Z'), wish('2026-03-15T00:00:00Z')],
        end: async (_, farther) => {
          const isFar = farther.status === 200
          expect(await api.read(`/test_clocks/${acme.clock}`)).toMatchObject({ now: isFar ? '2026-03-15T00:00:00Z' : '2026-02-15T00:00:00Z' })
          expect(await charged(acme)).toEqual(Array(isFar ? 3 : 2).fill(10_00))
        },
      }
    },
  },
]

const cards: Pair[] = [
  {
    name: 'two first cards: one payer, and one of them on file',
    outcomes: BOTH,
    prepare: async () => {
      const acme = await Customer.begin(api, { card: null })
      const path = `/organizations/${acme.id}/payment_method`
      const wish = (payment_method: string) => ({ method: 'PUT', path, body: { payment_method } })
      return {
        customer: acme,
        wishes: [wish('pm_card_visa'), wish('pm_card_mastercard')],
        end: async (visa, mastercard) => {
          expect([visa.body, mastercard.body]).toContainEqual(await api.read(path))
          await acme.subscribe('api-calls', 'basic')
          expect(await charged(acme)).toEqual([10_00])
        },
      }
    },
  },
  {
    name: 'two new cards while an invoice is open: it is collected once',
    outcomes: BOTH,
    prepare: async () => {
      const { acme, invoice } = await beginPastDue(api)
      const path = `/organizations/${acme.id}/payment_method`
      const wish = (payment_method: string) => ({ method: 'PUT', path, body: { payment_method } })
      return {
        customer: acme,
        wishes: [wish('pm_card_visa'), wish('pm_card_mastercard')],
        end: async (visa, mastercard) => {
          expect([visa.body, mastercard.body]).toContainEqual(await api.read(path))
          expect(await api.read(`/invoices/${invoice}`)).toMatchObject({ status: 'paid', amount_paid: 10_00 })
          expect(await charged(acme)).toEqual([10_00, 10_00])
        },
      }
    },
  },
]

const credit: Pair[] = [
  {
    name: 'two shares of one’s own credit that are more than it holds: one is given',
    outcomes: oneOf('insufficient_credit'),
    prepare: async () => {
      const acme = await Customer.begin(api)
      const member = await ownerOf(acme)
      await acme.balanced(api.make(`/organizations/${acme.id}/members/${member}/credit`, { amount: 5_00 }))
      const wish = (amount: number) => ({ method: 'POST', path: `/organizations/${acme.id}/credits/contributions`, body: { member, amount }, actor: member })
      return {
        customer: acme,
        wishes: [wish(3_00), wish(4_00)],
        end: async (three) => expect((await acme.credits()).credit_balance).toBe(three.status === 200 ? 3_00 : 4_00),
      }
    },
  },
  {
    name: 'credit taken back while a plan is paid with it: spent once',
    outcomes: [...BOTH, ['insufficient_credit', 'done']],
    prepare: async () => {
      const acme = await Customer.begin(api)
      await acme.balanced(api.make(`/organizations/${acme.id}/adjustments`, { amount: 5_00, reason: 'A kindness' }))
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/organizations/${acme.id}/adjustments`, body: { amount: -5_00, reason: 'Taken back' } },
          { method: 'POST', path: `/organizations/${acme.id}/subscriptions`, body: { product: 'api-calls', plan: 'basic' } },
        ],
        end: async (taken) => {
          expect(await charged(acme)).toEqual([taken.status === 201 ? 10_00 : 5_00])
          expect((await acme.credits()).credit_balance).toBe(0)
        },
      }
    },
  },
  {
    name: 'auto-recharge set to two amounts: bought once, and the last setting stands',
    outcomes: BOTH,
    prepare: async () => {
      const { acme } = await beginOn(api, 'model-tokens', 'prepaid')
      const wish = (amount: number) => ({
        method: 'PUT',
        path: `/organizations/${acme.id}/credits/auto_recharge`,
        body: { enabled: true, threshold: 5_00, amount },
      })
      return {
        customer: acme,
        wishes: [wish(20_00), wish(30_00)],
        end: async () => {
          const set = (await activity(acme, 'credit.recharge_set')).map(({ after }) => Number(after.amount))
          expect([...set].sort()).toEqual([20_00, 30_00])
          expect(Number(await expectChain(acme, 'credit.recharge_set', 'amount'))).toBe((await acme.credits()).auto_recharge.amount)
          expect(await charged(acme)).toEqual(set.slice(0, 1))
        },
      }
    },
  },
  {
    name: 'auto-recharge set while credit is bought: both are paid once each',
    outcomes: BOTH,
    prepare: async () => {
      const { acme } = await beginOn(api, 'model-tokens', 'prepaid')
      return {
        customer: acme,
        wishes: [
          { method: 'PUT', path: `/organizations/${acme.id}/credits/auto_recharge`, body: { enabled: true, threshold: 5_00, amount: 20_00 } },
          { method: 'POST', path: `/organizations/${acme.id}/credits/purchases`, body: { amount: 30_00 } },
        ],
        end: async () => {
          const taken = (await charged(acme)).reduce((sum, amount) => sum + amount, 0)
          expect([30_00, 50_00]).toContain(taken)
          expect(Number((await acme.credits()).prepaid_balance)).toBe(taken / 100)
        },
      }
    },
  },
]

const invoices: Pair[] = [
  {
    name: 'two refunds that are more than was paid: one',
    outcomes: oneOf('refund_in_progress', 'invalid_request'),
    prepare: async () => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      const { id } = await acme.newest()
      const wish = (amount: number) => ({ method: 'POST', path: `/invoices/${id}/refunds`, body: { amount, reason: 'A kindness' } })
      return {
        customer: acme,
        wishes: [wish(6_00), wish(7_00)],
        end: async (six) => expect(await refunded(acme)).toBe(six.status === 201 ? 6_00 : 7_00),
      }
    },
  },
  {
    name: 'two refunds of parts: each that was answered for, once',
    outcomes: [...BOTH, ...oneOf('refund_in_progress')],
    prepare: async () => {
      const { acme } = await beginOn(api, 'api-calls', 'basic')
      const { id } = await acme.newest()
      const wish = (amount: number) => ({ method: 'POST', path: `/invoices/${id}/refunds`, body: { amount, reason: 'A kindness' } })
      return {
        customer: acme,
        wishes: [wish(2_00), wish(3_00)],
        end: async (...replies) => expect(await refunded(acme)).toBe(replies.reduce((sum, { status, body }) => sum + (status === 201 ? body.amount : 0), 0)),
      }
    },
  },
  {
    name: 'an invoice paid by card and by transfer: paid once',
    // Both are done where the transfer took the card's place before its caller was answered: the answer says by what it is paid.
    outcomes: [...BOTH, ...oneOf('not_payable', 'change_in_progress'), ['accepted', 'done']],
    prepare: async () => {
      const { acme, invoice, subscription } = await beginProForma(api)
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/invoices/${invoice}/pay`, body: {} },
          { method: 'POST', path: `/invoices/${invoice}/mark_paid`, body: { reference: 'Transfer 42' } },
        ],
        end: async (byCard) => {
          const isByCard = byCard.status === 200 && byCard.body.payment.reference === null
          expect(await charged(acme)).toEqual(isByCard ? [10_00] : [])
          expect(await api.read(`/invoices/${invoice}`)).toMatchObject({ status: 'paid', amount_paid: 10_00 })
          expect(await acme.subscription(subscription)).toMatchObject({ status: 'active' })
        },
      }
    },
  },
  {
    name: 'an invoice paid and voided: paid, or void and nothing taken',
    outcomes: [...oneOf('not_payable', 'change_in_progress'), ['accepted', 'done']],
    prepare: async () => {
      const { acme, invoice } = await beginProForma(api)
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/invoices/${invoice}/pay`, body: {} },
          { method: 'POST', path: `/invoices/${invoice}/void`, body: { reason: 'A mistake' } },
        ],
        end: async (paid) => {
          expect(await charged(acme)).toEqual(paid.status === 200 ? [10_00] : [])
          expect(await api.read(`/invoices/${invoice}`)).toMatchObject({ status: paid.status === 200 ? 'paid' : 'void' })
        },
      }
    },
  },
  {
    name: 'an invoice first, paid by transfer and canceled: never a plan without its payment',
    outcomes: [...BOTH, ...oneOf('not_payable', 'change_in_progress', 'not_found')],
    prepare: async () => {
      const { acme, invoice, subscription } = await beginProForma(api)
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/invoices/${invoice}/mark_paid`, body: { reference: 'Transfer 42' } },
          { method: 'POST', path: `/subscriptions/${subscription}/cancel` },
        ],
        end: async (paid) => {
          const { status } = await api.read(`/invoices/${invoice}`)
          expect(status).toBe(paid.status === 200 ? 'paid' : 'void')
          const held = (await api.read(`/organizations/${acme.id}/subscriptions`)).data.filter((one: Json) => one.status === 'active')
          expect(held).toHaveLength(paid.status === 200 ? 1 : 0)
        },
      }
    },
  },
  {
    name: 'an open invoice voided and given up: one word on it, and the activity tells it',
    outcomes: [...BOTH, ...oneOf('not_payable', 'change_in_progress')],
    prepare: async () => {
      const { acme, invoice } = await beginPastDue(api)
      return {
        customer: acme,
        wishes: [
          { method: 'POST', path: `/invoices/${invoice}/void`, body: { reason: 'A mistake' } },
          { method: 'POST', path: `/invoices/${invoice}/mark_uncollectible`, body: { reason: 'Insolvent' } },
        ],
        end: async (voided, givenUp) => {
          expect(await api.read(`/invoices/${invoice}`)).toMatchObject({ status: voided.status === 200 ? 'void' : 'uncollectible' })
          expect(await activity(acme, 'invoice.voided')).toHaveLength(voided.status === 200 ? 1 : 0)
          expect(await activity(acme, 'invoice.uncollectible')).toHaveLength(givenUp.status === 200 ? 1 : 0)
        },
      }
    },
  },
]

describe('of plans', () => testPairs(api, plans))
describe('of cards', () => testPairs(api, cards))
describe('of credit', () => testPairs(api, credit))
describe('of invoices', () => testPairs(api, invoices))
