import { describe, expect, it } from 'vitest'
import { exact } from '../../money'
import { planOf } from '../core/catalog'
import { apiCalls } from './api-calls'
import { type DocumentMistake, parseProduct, printProduct } from './document'
import { productDocument } from './schema'
import { shippedProducts } from './shipped'

type Document = { [key: string]: unknown }

/** The shipped document with one place changed: `changed('plans.1.prices.month', -1)`. */
function changed(path: string, value: unknown): Document {
  const document = structuredClone(apiCalls) as unknown as Document
  const keys = path.split('.')
  const last = keys.pop() ?? ''
  const place = keys.reduce((found, key) => found[key] as Document, document)
  if (value === undefined) delete place[last]
  else place[last] = value
  return document
}

function mistakesOf(document: unknown): DocumentMistake[] {
  const parsed = parseProduct(document, 1)
  return parsed.ok ? [] : parsed.error
}

function product(document: unknown = apiCalls, version = 1) {
  const parsed = parseProduct(document, version)
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.error))
  return parsed.value
}

describe('api-calls', () => {
  it.each([
    { id: 'free', limit: 1_000n, price: 0n, overLimit: { type: 'block' } },
    { id: 'basic', limit: 30_000n, price: 10_00n, overLimit: { type: 'block' } },
    { id: 'pro', limit: 300_000n, price: 30_00n, overLimit: { type: 'block' } },
    { id: 'enterprise', limit: 1_000_000n, price: 100_00n, overLimit: { type: 'overage', unitPrice: exact('0.0005') } },
  ])('$id: $limit calls at $price', ({ id, limit, price, overLimit }) => {
    expect(planOf(product(), id)).toMatchObject({ included: { calls: limit }, prices: { month: price }, overLimit, offered: true })
  })

  it('has the policies of A1, A5, A6, A7, A8 and A13', () => {
    expect(product().policies).toEqual({
      cycle: { days: 30 },
      dayCount: 'nominal',
      upgrade: { type: 'prorated_difference' },
      downgrade: { type: 'now', oncePerCycle: true, usageRatio: { bonus: { numerator: 11n, denominator: 10n } }, settlesExtra: 'never' },
      cancel: { type: 'period_end', settlesExtra: false },
      alertThresholds: [80, 100],
      refund: { windowHours: 720, requiresNoUsage: true, mandatory: null },
      ...{ introduction: null, trial: null, exhausted: null, hardLimit: null, seats: null, prepaid: null },
    })
  })

  it('prints as it is written, with its version', () => {
    expect(printProduct(product(apiCalls, 3))).toEqual({ ...productDocument.parse(apiCalls), version: 3 })
  })
})

describe('what is printed can be published again', () => {
  it.each([
    ...shippedProducts.map((document) => ({ what: document.id, document })),
    { what: 'a cycle of months', document: changed('policies.cycle', { months: 1 }) },
    { what: 'actual days', document: changed('policies.day_count', 'actual') },
    { what: 'T5', document: changed('policies.upgrade', { type: 'full_new_minus_unused' }) },
    { what: 'a new period by time', document: changed('policies.upgrade', { type: 'new_period' }) },
    { what: 'a new period by time and allowance', document: changed('policies.upgrade', { type: 'new_period', unused: 'time_and_allowance' }) },
    { what: 'a downgrade that waits', document: changed('policies.downgrade', { type: 'period_end' }) },
    { what: 'an unguarded downgrade', document: changed('policies.downgrade', { type: 'now' }) },
    { what: 'a bonus with zeros', document: changed('policies.downgrade.usage_ratio.bonus', '1.250') },
    { what: 'a bonus below one', document: changed('policies.downgrade.usage_ratio.bonus', '0.05') },
    { what: 'no bonus', document: changed('policies.downgrade.usage_ratio.bonus', '1') },
    { what: 'a price for the year', document: changed('plans.1.prices', { month: 1000, year: 10_000 }) },
    { what: 'entitlements', document: changed('plans.1.entitlements', { concurrency: 5, support: 'mail', sso: false }) },
    { what: 'a plan that is not sold any more', document: changed('plans.1.offered', false) },
    { what: 'the smallest unit price', document: changed('plans.3.over_limit.unit_price', '0.000000000001') },
    { what: 'a unit in other languages', document: changed('meters.0.unit_translations', { de: 'Aufrufe', ar: 'استدعاءات' }) },
    { what: 'a whole unit price', document: changed('plans.3.over_limit.unit_price', '12.50') },
  ])('$what', ({ document }) => {
    const read = product(document, 7)
    expect(product(printProduct(read), 7)).toEqual(read)
    expect(product(JSON.parse(JSON.stringify(printProduct(read))), 7)).toEqual(read)
  })

  it('what is left out has a default', () => {
    const [plan] = apiCalls.plans
    const document = { ...apiCalls, plans: [{ id: 'a', name: 'A', rank: 1, prices: { month: 5 }, included: {}, over_limit: plan?.over_limit }] }
    expect(planOf(product(document), 'a')).toMatchObject({ entitlements: {}, offered: true })
    const policies = { cycle: { days: 30 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'now' }, refund: { hours: 24 } }
    expect(product({ ...apiCalls, policies }).policies).toMatchObject({
      dayCount: 'nominal',
      downgrade: { oncePerCycle: false, usageRatio: null },
      cancel: { type: 'period_end' },
      alertThresholds: [80, 100],
      refund: { windowHours: 24, requiresNoUsage: false },
    })
  })
})

const tierOf = (maximum: number) => ({ maximum, paid: 0, days: 0 })

/** Where a value is put, of which a part is the mistake: the first place on the path that the document has a word for. */
function placeOf(path: string, value: unknown): string {
  const isPart = typeof value === 'object' && value !== null
  if (!isPart) return path
  return ROOMS.find((room) => path === room || path.startsWith(`${room}.`)) ?? path
}
const ROOMS = [
  'meters.0.filter',
  'plans.1.over_limit',
  ...['trial', 'introduction', 'seats', 'hard_limit', 'exhausted', 'prepaid', 'refund.mandatory_countries'].map((policy) => `policies.${policy}`),
]

describe('a mistake is named by its path', () => {
  it.each([
    { path: 'surprise', value: 1, why: 'a key that is not known' },
    { path: 'plans.1.surprise', value: 1, why: 'in a plan' },
    { path: 'plans.1.prices.week', value: 1, why: 'an interval that there is not' },
    { path: 'policies.surprise', value: 1, why: 'in the policies' },
    { path: 'policies.downgrade.usage_ratio.extra', value: 1, why: 'deep in a policy' },
    { path: 'policies.upgrade.unused', value: 'time', why: 'a setting of another upgrade policy' },
    { path: 'plans.0.over_limit.unit_price', value: '1', why: 'a price on a plan that blocks' },
    { path: 'policies.refund.mandatory_countries.0', value: ['Germany'], why: 'a country in words' },
    { path: 'meters.0.unit_translations', value: 'Aufrufe', why: 'a word without its language' },
    { path: 'name', value: undefined, why: 'a name is missing' },
    { path: 'id', value: 'API Calls', why: 'an id with a space' },
    { path: 'currency', value: 'USD', why: 'a currency in capitals' },
    { path: 'currency', value: 'zzz', why: 'a currency that there is not' },
    { path: 'plans', value: [], why: 'no plans' },
    { path: 'plans.1.prices', value: {}, why: 'a plan without a price' },
    { path: 'plans.1.prices.month', value: -1, why: 'a negative price' },
    { path: 'plans.1.prices.month', value: 10.5, why: 'half a cent' },
    { path: 'plans.1.prices.month', value: '1000', why: 'a price in quotes' },
    { path: 'plans.1.included.calls', value: -1, why: 'a negative allowance' },
    { path: 'plans.1.included.tokens', value: 5, why: 'an allowance of an unknown meter' },
    { path: 'plans.1.per_seat', value: true, why: 'seats that nobody says how to count' },
    { path: 'plans.1.over_limit.type', value: 'shrug', why: 'an unknown policy over the limit' },
    { path: 'plans.3.over_limit.unit_price', value: 0.0005, why: 'a unit price as a float' },
    { path: 'plans.3.over_limit.unit_price', value: '-0.1', why: 'a negative unit price' },
    { path: 'plans.3.over_limit.unit_price', value: '5e-4', why: 'an exponent' },
    { path: 'plans.3.over_limit.unit_price', value: '0.0000000000001', why: 'more than twelve places' },
    { path: 'plans.3.over_limit.unit_price', value: undefined, why: 'overage without a price' },
    { path: 'plans.2.id', value: 'basic', why: 'a plan id twice' },
    { path: 'plans.1.prices', value: { month: 0 }, why: 'a second free plan' },
    { path: 'plans.1.prices', value: { month: 0, year: 100 }, why: 'free by one interval only' },
    { path: 'plans.0.over_limit', value: { type: 'overage', unit_price: '1' }, why: 'a free plan that charges' },
    { path: 'meters.0.filter', value: { status: 'success' }, why: 'a filter that is no list of conditions' },
    { path: 'meters.0.filter.0', value: [{ property: 'status' }], why: 'a condition of nothing' },
    { path: 'plans.1.next_tier', value: 'nowhere', why: 'a next tier that there is not' },
    { path: 'plans.2.next_tier', value: 'basic', why: 'a next tier that leads down' },
    { path: 'plans.1.resubscribe', value: true, why: 'a yearly term that is not sold' },
    { path: 'plans.1.over_limit', value: { type: 'blocks', unit_price: '0.009', block: 1000 }, why: 'blocks without a hard limit' },
    { path: 'policies.trial.days', value: { days: 0 }, why: 'a trial of no days' },
    { path: 'policies.introduction.included.tokens', value: { days: 7, included: { tokens: 5 } }, why: 'an introduction to an unknown meter' },
    { path: 'policies.seats.roles', value: { roles: [] }, why: 'seats of nobody' },
    { path: 'policies.hard_limit.maximum', value: { maximum: 0 }, why: 'a hard limit of nothing' },
    {
      path: 'policies.exhausted.early_renewal.until',
      value: { early_renewal: { registered_before: '2026-01-05T00:00:00Z', until: '2026-01-05T00:00:00Z' } },
      why: 'a transition that ends as it begins',
    },
    { path: 'policies.prepaid.tiers.1.maximum', value: { minimum: 500, tiers: [tierOf(1000), tierOf(1000)] }, why: 'tiers that do not rise' },
    { path: 'policies.prepaid.tiers.0.maximum', value: { minimum: 500, tiers: [tierOf(499)] }, why: 'a tier below the minimum' },
    { path: 'policies.prepaid.notice_days', value: { minimum: 500, tiers: [tierOf(1000)], notice_days: [1, 7] }, why: 'notices that do not fall' },
    { path: 'policies.cycle.days', value: 0, why: 'a cycle of no days' },
    { path: 'policies.cycle', value: { days: 30, months: 1 }, why: 'two cycles' },
    { path: 'policies.cycle', value: { weeks: 4 }, why: 'a cycle that there is not' },
    { path: 'policies.day_count', value: 'lunar', why: 'an unknown day count' },
    { path: 'policies.upgrade.type', value: 'free_for_all', why: 'an unknown upgrade' },
    { path: 'policies.downgrade.usage_ratio.bonus', value: 1.1, why: 'a bonus as a float' },
    { path: 'policies.downgrade.usage_ratio.bonus', value: '0', why: 'a bonus of nothing' },
    { path: 'policies.alert_thresholds', value: [100, 80], why: 'thresholds that fall' },
    { path: 'policies.alert_thresholds', value: [80, 80], why: 'a threshold twice' },
    { path: 'policies.alert_thresholds.0', value: 0, why: 'a threshold of nothing' },
    { path: 'policies.refund.hours', value: -1, why: 'a negative window' },
    { path: 'policies.refund', value: undefined, why: 'no refund policy' },
  ])('$path = $value: $why', ({ path, value }) => {
    expect(mistakesOf(changed(placeOf(path, value), value)).map((mistake) => mistake.path)).toEqual([path])
  })

  it('all of a form at once, each with a message', () => {
    const document = { ...changed('plans.1.prices.month', -1), surprise: true, currency: 'USD' }
    const mistakes = mistakesOf(document)
    expect(mistakes.map(({ path }) => path).sort()).toEqual(['currency', 'plans.1.prices.month', 'surprise'])
    expect(mistakes.every(({ message }) => message.length > 0)).toBe(true)
  })

  it('what is no document at all', () => {
    for (const document of [null, undefined, 'api-calls', 5, []]) expect(mistakesOf(document)).not.toEqual([])
  })

  it('nothing to offer', () => {
    expect(mistakesOf({ ...apiCalls, plans: apiCalls.plans.map((plan) => ({ ...plan, offered: false })) })).toMatchObject([{ path: 'plans' }])
  })
})
