import { describe, expect, it } from 'vitest'
import { minor } from '../../money'
import { addDays, instant } from '../../time'
import { MAY } from '../testing/holdings'
import { creditGivenLater, decideRefund, type RefundableDocument, refundableAmount } from './refund'

const policy = { windowHours: 720, requiresNoUsage: true, mandatory: null } as const
const paid = (facts: Partial<RefundableDocument> = {}): RefundableDocument => ({
  paidAt: MAY,
  total: facts.amountPaid ?? minor(30_00),
  usage: minor(0),
  amountPaid: minor(30_00),
  amountRefunded: minor(0),
  creditApplied: minor(0),
  paysRunningPlan: true,
  ...facts,
})
const refund = (facts: Partial<Parameters<typeof decideRefund>[0]> = {}) =>
  decideRefund({
    document: paid(),
    creditIssuedLater: minor(0),
    usageInPeriod: 0n,
    policy,
    country: null,
    requested: null,
    currency: 'usd',
    now: addDays(MAY, 3),
    ...facts,
  })

const code = (result: ReturnType<typeof refund>) => (result.ok ? 'refunded' : result.error.code)

describe('A13: refund', () => {
  it('in full, within the window and without usage; the plan moves to Free', () => {
    expect(refund()).toEqual({
      ok: true,
      value: { amount: 30_00n, full: true, restoresCredit: 0n, movesToFree: true, windowClosesAt: instant('2026-05-31T00:00:00Z') },
    })
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

describe('G80: an exception that the operator makes', () => {
  const late = { now: addDays(MAY, 400), usageInPeriod: 5n, isException: true }

  it('asks for no window, no unused period and no refund policy', () => {
    expect(refund(late)).toMatchObject({ ok: true, value: { amount: 30_00n, full: true, movesToFree: true } })
    expect(refund({ ...late, policy: null })).toMatchObject({ ok: true, value: { amount: 30_00n } })
    expect(refund({ ...late, document: paid({ total: minor(35_00), usage: minor(5_00), amountPaid: minor(35_00) }) })).toMatchObject({
      value: { amount: 35_00n },
    })
  })

  it('never gives back more than came in, less what was given back already (G105)', () => {
    expect(refund({ ...late, requested: minor(30_00) })).toMatchObject({ ok: true })
    expect(code(refund({ ...late, requested: minor(30_01) }))).toBe('above_refundable')
    expect(code(refund({ ...late, document: paid({ amountRefunded: minor(30_00) }) }))).toBe('refund_not_eligible')
    expect(refund({ ...late, document: paid({ amountRefunded: minor(29_99) }) })).toMatchObject({ value: { amount: 1n } })
    expect(refund({ ...late, creditIssuedLater: minor(20_00) })).toMatchObject({ value: { amount: 10_00n } })
  })
})

describe('A13: an invoice for the plan and for the overage of the period before', () => {
  const mixed = (facts: Partial<RefundableDocument> = {}) => paid({ total: minor(105_00), usage: minor(5_00), amountPaid: minor(105_00), ...facts })

  it('gives back the plan, which was not used, and never the overage, which was', () => {
    expect(refund({ document: mixed() })).toMatchObject({ ok: true, value: { amount: 100_00n, full: true, movesToFree: true, restoresCredit: 0n } })
    expect(refund({ document: mixed(), requested: minor(100_01) })).toMatchObject({
      error: { code: 'above_refundable', maximum: 100_00n, formula: '$100.01 > max(min($105.00, $100.00) − $0.00 − $0.00, 0) = $100.00' },
    })
    expect(code(refund({ document: mixed({ amountRefunded: minor(100_00) }) }))).toBe('refund_not_eligible')
  })

  it.each([
    { amountPaid: 85_00, creditApplied: 20_00, amount: 85_00n, restored: 15_00n, why: 'credit paid the overage and a part of the plan' },
    { amountPaid: 103_00, creditApplied: 2_00, amount: 100_00n, restored: 0n, why: 'credit paid a part of the overage' },
    { amountPaid: 105_30, creditApplied: -30, amount: 100_00n, restored: 0n, why: 'an earlier small amount was collected with it' },
  ])('$amountPaid in cash: $amount and $restored of credit ($why)', ({ amountPaid, creditApplied, amount, restored }) => {
    const document = mixed({ amountPaid: minor(amountPaid), creditApplied: minor(creditApplied) })
    expect(refund({ document })).toMatchObject({ ok: true, value: { amount, restoresCredit: restored } })
  })

  it('credit goes back with the last of the cash, however many refunds it takes', () => {
    const document = mixed({ amountPaid: minor(85_00), creditApplied: minor(20_00) })
    expect(refund({ document, requested: minor(25_00) })).toMatchObject({ value: { restoresCredit: 0n, movesToFree: false } })
    expect(refund({ document: { ...document, amountRefunded: minor(25_00) } })).toMatchObject({ value: { amount: 60_00n, restoresCredit: 15_00n } })
  })

  it('an invoice for usage alone has nothing to give back', () => {
    expect(code(refund({ document: paid({ total: minor(5_00), usage: minor(5_00), amountPaid: minor(5_00), paysRunningPlan: false }) }))).toBe(
      'refund_not_eligible',
    )
  })

  it('is given back whole where the policy asks no questions (B9)', () => {
    expect(refund({ document: mixed(), policy: { ...policy, requiresNoUsage: false } })).toMatchObject({ value: { amount: 105_00n } })
  })
})

describe('G105: credit for the same time', () => {
  it('counts the net credit of the same period, and what a change of period was paid with until that is refunded', () => {
    const change = { of: 'next_period', creditTaken: minor(99_00), isRefunded: false } as const
    expect(creditGivenLater([])).toBe(0n)
    expect(creditGivenLater([{ of: 'same_period', creditIssued: minor(7_00) }, change])).toBe(106_00n)
    expect(creditGivenLater([{ ...change, isRefunded: true }])).toBe(0n)
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
    expect(refundableAmount({ document, policy, creditIssuedLater: minor(credit) })).toBe(refundable)
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
