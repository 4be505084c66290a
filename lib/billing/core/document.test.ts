import { describe, expect, it } from 'vitest'
import { exact, minor, sum } from '../../money'
import { accountWith, apiCallsProduct, termsOf } from '../testing/holdings'
import { draftDocument, settleTotal } from './document'
import type { Line, LineKind } from './line'

function line(amount: bigint, kind: LineKind = 'plan'): Line {
  return { kind, description: '', amount: minor(amount), quantity: 1n, unitPrice: exact('1'), rule: 'C11', formula: '', inputs: {} }
}

describe('C6, G6: a total against the account', () => {
  it.each([
    { total: 30_00n, balance: 0n, applied: 0n, due: 30_00n, carried: 0n, why: 'no credit' },
    { total: 30_00n, balance: 10_00n, applied: 10_00n, due: 20_00n, carried: 0n, why: 'some credit' },
    { total: 30_00n, balance: 29_50n, applied: 29_50n, due: 50n, carried: 0n, why: 'exactly the least charge is left' },
    { total: 30_00n, balance: 29_51n, applied: 30_00n, due: 0n, carried: 49n, why: 'one below it goes on the account' },
    { total: 30_00n, balance: 30_00n, applied: 30_00n, due: 0n, carried: 0n, why: 'credit for all of it' },
    { total: 30_00n, balance: 45_00n, applied: 30_00n, due: 0n, carried: 0n, why: 'what is left of it stays on the balance' },
    { total: 49n, balance: 0n, applied: 49n, due: 0n, carried: 49n, why: 'a small amount waits for the next invoice' },
    { total: 50n, balance: 0n, applied: 0n, due: 50n, carried: 0n, why: 'the least charge is charged' },
    { total: 30_00n, balance: -49n, applied: -49n, due: 30_49n, carried: 0n, why: 'what waited is collected' },
    { total: 10n, balance: -30n, applied: 10n, due: 0n, carried: 40n, why: 'both together are still too small' },
    { total: 20n, balance: -30n, applied: -30n, due: 50n, carried: 0n, why: 'both together are enough' },
    { total: 0n, balance: 5_00n, applied: 0n, due: 0n, carried: 0n, why: 'nothing applies nothing' },
    { total: 0n, balance: -30n, applied: 0n, due: 0n, carried: 0n, why: 'nothing collects nothing' },
    { total: -10_00n, balance: 5_00n, applied: 0n, due: 0n, carried: 0n, why: 'a credit note applies nothing' },
    { total: -10_00n, balance: -30n, applied: 0n, due: 0n, carried: 0n, why: 'nor does it collect' },
  ])('$total with $balance: $applied applied, $due due ($why)', ({ total, balance, applied, due, carried }) => {
    expect(settleTotal(minor(total), accountWith(balance))).toEqual({
      creditApplied: applied,
      amountDue: due,
      carriedForward: carried,
      prepaidApplied: 0n,
      creditIssued: total < 0n ? -total : 0n,
    })
  })

  it('amount due = max(total, 0) − credit applied, never below zero, and what is not charged is on the account', () => {
    for (let total = -200n; total <= 200n; total += 7n) {
      for (let balance = -60n; balance <= 260n; balance += 11n) {
        const { creditApplied, amountDue, creditIssued } = settleTotal(minor(total), accountWith(balance))
        expect(amountDue).toBe((total > 0n ? total : 0n) - creditApplied)
        expect(amountDue === 0n || amountDue >= 50n).toBe(true)
        expect(balance - creditApplied + creditIssued).toBe(balance - total + amountDue) // Nothing is lost between account and card.
      }
    }
  })
})

describe('an amount that is finer than the provider takes', () => {
  it.each([
    { total: 1_234n, balance: 0n, applied: 4n, due: 1_230n, carried: 4n },
    { total: 1_234n, balance: -8n, applied: -6n, due: 1_240n, carried: 2n },
    { total: 1_230n, balance: 0n, applied: 0n, due: 1_230n, carried: 0n },
    { total: 9n, balance: 0n, applied: 9n, due: 0n, carried: 9n },
  ])('$total with $balance: $due is due, and $carried goes on the account', ({ total, balance, applied, due, carried }) => {
    const account = { creditBalance: minor(balance), minimumCharge: minor(1), chargeStep: minor(10) }
    expect(settleTotal(minor(total), account)).toMatchObject({ creditApplied: applied, amountDue: due, carriedForward: carried })
  })
})

describe('a document', () => {
  it('is the sum of its lines, and none where there are none', () => {
    const lines = [line(-6_67n, 'proration_credit'), line(20_00n, 'proration_charge')]
    const document = draftDocument(lines, accountWith(0n), 'usd')
    expect(document.total).toBe(sum(lines.map((one) => one.amount)))
    expect(draftDocument([], accountWith(5_00n), 'usd')).toMatchObject({ lines: [], total: 0n, creditApplied: 0n, amountDue: 0n, differsBecause: [] })
  })

  it('G7: leaves out lines of 0, but C5’s two', () => {
    const kinds: LineKind[] = ['plan', 'overage', 'adjustment', 'proration_credit', 'proration_charge']
    const { lines } = draftDocument(
      kinds.map((kind) => line(0n, kind)),
      accountWith(0n),
      'usd',
    )
    expect(lines.map(({ kind }) => kind)).toEqual(['proration_credit', 'proration_charge'])
  })

  it('T11: says in words why it is not simply the plan’s price', () => {
    const context = { from: termsOf(apiCallsProduct, 'basic'), to: { ...termsOf(apiCallsProduct, 'pro'), interval: 'year' as const } }
    const { differsBecause } = draftDocument(
      [line(30_00n), line(5_00n, 'overage'), { ...line(1_00n, 'adjustment'), rule: 'C8' }],
      accountWith(10_00n),
      'usd',
      context,
    )
    expect(differsBecause).toEqual([
      { code: 'plan_changed', text: 'The plan changed from Basic to Pro.' },
      { code: 'interval_switched', text: 'The interval changed from a month to a year.' },
      { code: 'usage', text: '$5.00 is for usage over the limit.' },
      { code: 'late_usage', text: '$1.00 is for usage that was reported after its period was invoiced.' },
      { code: 'credit_applied', text: '$10.00 of credit was applied.' },
    ])
  })

  it('says both of an amount that waits and of one that is collected', () => {
    expect(draftDocument([line(10n)], accountWith(-30n), 'usd').differsBecause.map(({ text }) => text)).toEqual([
      '$0.30 from earlier was too small to charge by itself and is collected here.',
      '$0.40 is too small to charge by itself and is collected with the next invoice.',
    ])
    expect(draftDocument([line(30_00n)], accountWith(0n), 'usd').differsBecause).toEqual([])
  })

  it('T11: members who came and went, in words', () => {
    const terms = termsOf(apiCallsProduct, 'basic')
    const because = (lines: Line[], joined: number, left: number) =>
      draftDocument(lines, accountWith(0n), 'usd', { from: terms, to: terms, seats: { joined, left } }).differsBecause
    expect(because([line(30_00n), line(20_00n, 'seat_addition'), line(5_00n, 'seat_addition')], 3, 0)).toEqual([
      { code: 'members_added', text: '3 members were added: $25.00 for the time since.' },
    ])
    expect(because([line(30_00n)], 0, 1), 'the renewal before the credit note').toEqual([
      { code: 'members_removed', text: '1 member was removed: what was paid for the time after it becomes credit.' },
    ])
    expect(because([line(-10_00n, 'seat_removal')], 0, 1)).toEqual([
      { code: 'members_removed', text: '1 member was removed: $10.00 of credit for the time after it.' },
    ])
    expect(because([line(30_00n)], 0, 0)).toEqual([])
  })
})
