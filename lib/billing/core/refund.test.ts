import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { addDays, instant } from '../../time'
import { apiCallsProduct, MAY } from '../testing/holdings'
import { decideRefund, type RefundableDocument, refundableAmount } from './refund'

const { refund: policy } = apiCallsProduct.policies
const paid = (facts: Partial<RefundableDocument> = {}): RefundableDocument => ({
  paidAt: MAY,
  amountPaid: minor(30_00),
  amountRefunded: minor(0),
  paysRunningPlan: true,
  ...facts,
})
const refund = (facts: Partial<Parameters<typeof decideRefund>[0]> = {}) =>
  decideRefund({ document: paid(), creditIssuedLater: minor(0), usageInPeriod: 0n, policy, requested: null, currency: 'usd', now: addDays(MAY, 3), ...facts })

const code = (result: ReturnType<typeof refund>) => (result.ok ? 'refunded' : result.error.code)

describe('A13: refund', () => {
  it('in full, within the window and without usage; the plan moves to Free', () => {
    expect(refund()).toEqual({ ok: true, value: { amount: 30_00n, full: true, movesToFree: true, windowClosesAt: instant('2026-05-31T00:00:00Z') } })
  })

  it.each([
    { now: instant('2026-05-30T23:59:59.999Z'), expected: 'refunded', why: 'a moment before' },
    { now: instant('2026-05-31T00:00:00Z'), expected: 'refunded', why: 'exactly 30 days (G67)' },
    { now: instant('2026-05-31T00:00:00.001Z'), expected: 'refund_window_closed', why: 'a moment after' },
  ])('$now: $expected ($why)', ({ now, expected }) => {
    expect(code(refund({ now }))).toBe(expected)
  })

  it.each([
    { usageInPeriod: 0n, expected: 'refunded' },
    { usageInPeriod: 1n, expected: 'refund_not_eligible' },
  ])('with $usageInPeriod units used: $expected', ({ usageInPeriod, expected }) => {
    expect(code(refund({ usageInPeriod }))).toBe(expected)
  })

  it('usage does not matter where the policy does not ask for it', () => {
    expect(code(refund({ usageInPeriod: 5n, policy: { ...policy, requiresNoUsage: false } }))).toBe('refunded')
  })

  it('G105: the window is tested first', () => {
    const late = { now: addDays(MAY, 31), usageInPeriod: 5n, document: paid({ amountRefunded: minor(30_00) }), requested: minor(99_00) }
    expect(code(refund(late))).toBe('refund_window_closed')
    expect(code(refund({ ...late, now: MAY }))).toBe('refund_not_eligible')
  })
})

describe('G105: what can be refunded', () => {
  it.each([
    { amountPaid: 30_00, amountRefunded: 0, credit: 0, refundable: 30_00n, why: 'all of it' },
    { amountPaid: 30_00, amountRefunded: 10_00, credit: 0, refundable: 20_00n, why: 'less what was' },
    { amountPaid: 30_00, amountRefunded: 0, credit: 15_00, refundable: 15_00n, why: 'less credit for the same time' },
    { amountPaid: 30_00, amountRefunded: 10_00, credit: 20_00, refundable: 0n, why: 'nothing is left' },
    { amountPaid: 10_00, amountRefunded: 0, credit: 25_00, refundable: 0n, why: 'never below nothing' },
    { amountPaid: 0, amountRefunded: 0, credit: 0, refundable: 0n, why: 'credit had paid for it' },
  ])('$amountPaid paid, $amountRefunded refunded, $credit credited: $refundable ($why)', ({ amountPaid, amountRefunded, credit, refundable }) => {
    const document = paid({ amountPaid: minor(amountPaid), amountRefunded: minor(amountRefunded) })
    expect(refundableAmount(document, minor(credit))).toBe(refundable)
    expect(code(refund({ document, creditIssuedLater: minor(credit) }))).toBe(refundable === 0n ? 'refund_not_eligible' : 'refunded')
  })

  it.each([
    { requested: 29_99n, expected: { amount: 29_99n, full: false, movesToFree: false }, why: 'a part changes no plan' },
    { requested: 30_00n, expected: { amount: 30_00n, full: true, movesToFree: true }, why: 'all of it' },
  ])('$requested asked: $why', ({ requested, expected }) => {
    expect(refund({ requested: minor(requested) })).toMatchObject({ ok: true, value: expected })
  })

  it('the rest after a part is full', () => {
    expect(refund({ document: paid({ amountRefunded: minor(10_00) }), requested: minor(20_00) })).toMatchObject({
      ok: true,
      value: { full: true, movesToFree: true },
    })
  })

  it('more is refused with the most that can be', () => {
    const refused = refund({ requested: minor(30_01), document: paid({ amountRefunded: minor(5_00) }) })
    expect(refused).toMatchObject({
      ok: false,
      error: {
        code: 'above_refundable',
        maximum: 25_00n,
        rule: 'G105',
        formula: '$30.01 > max($30.00 − $5.00 − $0.00, 0) = $25.00',
        message: 'At most $25.00 can be refunded.',
      },
    })
  })

  it('an invoice of a period that is over moves nothing', () => {
    expect(refund({ document: paid({ paysRunningPlan: false }) })).toMatchObject({ ok: true, value: { full: true, movesToFree: false } })
  })

  it('nothing, or less, is no refund', () => {
    expect(() => refund({ requested: minor(0) })).toThrow(RangeError)
    expect(() => refund({ requested: minor(-1) })).toThrow(RangeError)
  })
})
