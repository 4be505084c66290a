import { describe, expect, it } from 'vitest'
import { type GrantId, newId } from '../../ids'
import { decimalString, type ExactAmount, exact, minor } from '../../money'
import { addDays, instant } from '../../time'
import { parseProduct } from '../catalog/document'
import { modelTokens } from '../catalog/model-tokens'
import {
  afterFailedRecharge,
  boughtCredit,
  calendarMonthOf,
  checkPurchase,
  decideRecharge,
  drawDown,
  expiryOf,
  type Lot,
  noticeDue,
  payDebt,
  prepaidBalance,
  tierOf,
} from './prepaid'

const parsed = parseProduct(modelTokens, 1)
if (!parsed.ok || !parsed.value.policies.prepaid) throw new Error('model-tokens sells credit')
const policy = parsed.value.policies.prepaid
const now = instant('2026-06-01T00:00:00Z')
const lot = (remaining: string, expires: string): Lot => ({ id: newId('grant') as GrantId, remaining: exact(remaining), expiresAt: instant(expires) })
const shown = (amount: ExactAmount) => decimalString(amount, 'usd')

describe('P5: draw-down', () => {
  const late = lot('10', '2027-05-01T00:00:00Z')
  const soon = lot('5', '2026-07-01T00:00:00Z')

  it.each([
    { price: '4.99', draws: [[soon, '4.99']], owed: '0.00', why: 'the lot that expires first' },
    { price: '5', draws: [[soon, '5.00']], owed: '0.00', why: 'all of it, and no more' },
    {
      price: '5.000000000001',
      draws: [
        [soon, '5.00'],
        [late, '0.000000000001'],
      ],
      owed: '0.00',
      why: 'a trillionth over: the next lot',
    },
    {
      price: '15',
      draws: [
        [soon, '5.00'],
        [late, '10.00'],
      ],
      owed: '0.00',
      why: 'all there is',
    },
    {
      price: '18',
      draws: [
        [soon, '5.00'],
        [late, '10.00'],
      ],
      owed: '3.00',
      why: 'what none could pay (P7)',
    },
    { price: '0', draws: [], owed: '0.00', why: 'nothing' },
  ] as const)('$price: $why', ({ price, draws, owed }) => {
    const drawn = drawDown([late, soon], exact(price), now)
    expect(drawn.draws.map(({ lot: id, amount }) => [id, shown(amount)])).toEqual(draws.map(([one, amount]) => [one.id, amount]))
    expect(shown(drawn.shortfall)).toBe(owed)
  })

  it('C14: a lot pays until the moment of its end, and not at it', () => {
    const one = [lot('5', '2026-06-01T00:00:00Z')]
    expect(shown(prepaidBalance({ lots: one, debt: exact('0') }, now.subtract({ milliseconds: 1 })))).toBe('5.00')
    expect(shown(prepaidBalance({ lots: one, debt: exact('0') }, now))).toBe('0.00')
    expect(drawDown(one, exact('1'), now)).toEqual({ draws: [], shortfall: exact('1') })
  })

  it.each([
    { bought: '2026-01-31T10:00:00Z', ends: '2027-01-31T10:00:00Z' },
    { bought: '2028-02-29T00:00:00Z', ends: '2029-02-28T00:00:00Z' },
    { bought: '2027-02-28T00:00:00Z', ends: '2028-02-28T00:00:00Z' },
  ])('bought on $bought it ends on $ends: a year, by the calendar', ({ bought, ends }) => {
    expect(expiryOf(policy, instant(bought)).toString()).toBe(ends)
  })

  it.each([
    { days: 31, noticed: null, due: null },
    { days: 30, noticed: null, due: 30 },
    { days: 30, noticed: 30, due: null },
    { days: 7, noticed: 30, due: 7 },
    { days: 1, noticed: 7, due: 1 },
    { days: 1, noticed: 1, due: null },
    { days: 2, noticed: null, due: 7 },
  ])('$days days before the end, told $noticed before: $due', ({ days, noticed, due }) => {
    expect(noticeDue(policy.noticeDays, { expiresAt: addDays(now, days) }, noticed, now)).toBe(due)
  })
})

describe('P7, G73: a debt', () => {
  it.each([
    { debt: '3', amount: '20', remaining: '17.00', left: '0.00', why: 'the vendor’s own: −$3.00 and $20.00 are $17.00' },
    { debt: '0', amount: '20', remaining: '20.00', left: '0.00', why: 'none' },
    { debt: '20', amount: '20', remaining: '0.00', left: '0.00', why: 'just paid' },
    { debt: '23.000000000001', amount: '20', remaining: '0.00', left: '3.000000000001', why: 'more than is bought' },
  ])('of $debt and $amount bought: $remaining ($why)', ({ debt, amount, remaining, left }) => {
    const settled = payDebt(exact(debt), exact(amount))
    expect([shown(settled.remaining), shown(settled.debt)]).toEqual([remaining, left])
  })
})

describe('G70: what bought credit pays of an invoice', () => {
  it.each([
    { balance: '5', minorUnits: 5_00n },
    { balance: '4.999999', minorUnits: 4_99n },
    { balance: '0.009999', minorUnits: 0n },
    { balance: '-3', minorUnits: 0n },
  ])('$balance is $minorUnits minor units: rounded down, never below zero', ({ balance, minorUnits }) => {
    expect(boughtCredit(exact(balance), 'usd')).toBe(minorUnits)
  })
})

describe('P2, G71: tiers', () => {
  const paidSince = (paid: number, days: number) => ({ paid: minor(paid), firstPaidAt: addDays(now, -days) })

  it.each([
    { history: { paid: minor(0), firstPaidAt: null }, tier: 1, why: 'new' },
    { history: paidSince(50_00, 6), tier: 1, why: 'the amount, a day too early' },
    { history: paidSince(49_99, 7), tier: 1, why: 'the days, a cent short' },
    { history: paidSince(50_00, 7), tier: 2, why: 'both, exactly' },
    { history: paidSince(100_00, 7), tier: 3, why: 'the next amount' },
    { history: paidSince(250_00, 13), tier: 3, why: 'an amount whose days are still to come' },
    { history: paidSince(250_00, 14), tier: 4, why: 'and then they have' },
    { history: paidSince(1_000_00, 30), tier: 5, why: 'the last' },
    { history: paidSince(9_000_00, 300), tier: 5, why: 'there is no more' },
  ])('tier $tier: $why', ({ history, tier }) => {
    expect(tierOf(policy, history, 1, now)).toBe(tier)
  })

  it('the operator’s tier is a floor', () => {
    expect(tierOf(policy, paidSince(0, 0), 4, now)).toBe(4)
    expect(tierOf(policy, paidSince(1_000_00, 30), 2, now)).toBe(5)
  })

  it.each([
    { tier: 1, amount: 4_99, code: 'below_minimum', bound: { minimum: 5_00n } },
    { tier: 1, amount: 5_00, code: null },
    { tier: 1, amount: 100_00, code: null },
    { tier: 1, amount: 100_01, code: 'above_maximum', bound: { maximum: 100_00n } },
    { tier: 5, amount: 50_000_00, code: null },
    { tier: 5, amount: 50_000_01, code: 'above_maximum', bound: { maximum: 50_000_00n } },
  ])('$amount cents in tier $tier: $code', ({ tier, amount, code, bound }) => {
    const checked = checkPurchase(policy, { amount: minor(amount), tier, currency: 'usd' })
    expect(checked).toMatchObject(code === null ? { ok: true } : { ok: false, error: { code, rule: 'P2', ...bound } })
  })
})

describe('P4, G72: auto-recharge', () => {
  const settings = { threshold: minor(10_00), amount: minor(20_00), monthlyLimit: null as ReturnType<typeof minor> | null }
  const state = (balance: string, facts = {}) => ({ settings, armed: true, balance: exact(balance), currency: 'usd', ...facts })
  const facts = { onPrepaidPlan: true, isUnderWay: false, isDisputed: false, spentThisMonth: minor(0) }

  it.each([
    { balance: '10.000000000001', buys: false, why: 'over the threshold' },
    { balance: '10', buys: false, why: 'exactly at it' },
    { balance: '9.999999999999', buys: true, why: 'strictly below' },
    { balance: '-3', buys: true, why: 'far below' },
  ])('at $balance: $why', ({ balance, buys }) => {
    expect(decideRecharge(state(balance), facts)).toEqual(buys ? { type: 'buy', amount: 20_00n } : { type: 'none' })
  })

  it.each([
    { why: 'not armed: once per fall', given: state('0', { armed: false }), facts },
    { why: 'switched off', given: state('0', { settings: null }), facts },
    { why: 'on another plan it sleeps (G101)', given: state('0'), facts: { ...facts, onPrepaidPlan: false } },
    { why: 'one is under way', given: state('0'), facts: { ...facts, isUnderWay: true } },
    { why: 'a payment is disputed (G80)', given: state('0'), facts: { ...facts, isDisputed: true } },
  ])('buys nothing: $why', ({ given, facts: known }) => {
    expect(decideRecharge(given, known)).toEqual({ type: 'none' })
  })

  it.each([
    { spent: 30_00, type: 'buy', why: 'just within the month’s limit' },
    { spent: 30_01, type: 'ceiling', why: 'a cent over it' },
  ])('$spent spent of $50.00: $type, $why', ({ spent, type }) => {
    const limited = { ...settings, monthlyLimit: minor(50_00) }
    expect(decideRecharge(state('0', { settings: limited }), { ...facts, spentThisMonth: minor(spent) })).toMatchObject({ type })
  })

  it('counts by the UTC calendar month', () => {
    expect(calendarMonthOf(instant('2026-06-30T23:59:59.999Z')).toString()).toBe('2026-06-01T00:00:00Z')
    expect(calendarMonthOf(instant('2026-07-01T00:00:00Z')).toString()).toBe('2026-07-01T00:00:00Z')
  })

  it('turns itself off with the third failure in a row', () => {
    expect([0, 1, 2].map((before) => afterFailedRecharge(before).switchesOff)).toEqual([false, false, true])
  })
})
