import { describe, expect, it } from 'vitest'
import { addDays } from '../../time'
import { afterDays, apiCallsProduct, holdingOf, MAY } from '../testing/holdings'
import { decideCancel, decideReactivate } from './cancellation'
import { planOf } from './catalog'

const end = addDays(MAY, 30)

describe('A8: cancel', () => {
  it('is for the period’s end', () => {
    expect(decideCancel({ holding: holdingOf('pro'), now: afterDays(3) })).toEqual({ ok: true, value: { cancelAt: end, dropsPendingChange: false } })
  })

  it('G65: is allowed while a payment is due', () => {
    expect(decideCancel({ holding: holdingOf('pro', { status: 'past_due' }), now: afterDays(3) }).ok).toBe(true)
  })

  it('G33: drops a change that waits', () => {
    const pendingChange = { plan: planOf(apiCallsProduct, 'basic'), interval: 'month', effectiveAt: end, kind: 'change' } as const
    expect(decideCancel({ holding: holdingOf('pro', { pendingChange }), now: MAY })).toMatchObject({ ok: true, value: { dropsPendingChange: true } })
  })

  it.each([
    { why: 'free', holding: holdingOf('free'), says: 'Free costs nothing' },
    { why: 'already scheduled', holding: holdingOf('pro', { cancelAt: end }), says: 'set to end on 31 May 2026, 00:00 UTC already' },
    { why: 'unpaid', holding: holdingOf('pro', { status: 'unpaid' }), says: 'no running paid period' },
    { why: 'over', holding: holdingOf('pro', { status: 'canceled' }), says: 'no running paid period' },
  ])('G68: not where it is $why', ({ holding, says }) => {
    const refused = decideCancel({ holding, now: afterDays(3) })
    expect(refused).toMatchObject({ ok: false, error: { code: 'not_cancelable', rule: 'G68' } })
    expect(refused.ok ? '' : refused.error.message).toContain(says)
  })
})

describe('A8: reactivate', () => {
  const holding = holdingOf('pro', { cancelAt: end })

  it.each([
    { at: afterDays(3), allowed: true, why: 'before the end' },
    { at: end.subtract({ milliseconds: 1 }), allowed: true, why: 'a moment before it' },
    { at: end, allowed: false, why: 'at the end it has taken effect' },
  ])('at $at: $allowed ($why)', ({ at, allowed }) => {
    expect(decideReactivate({ holding, now: at }).ok).toBe(allowed)
  })

  it('not where nothing is scheduled', () => {
    expect(decideReactivate({ holding: holdingOf('pro'), now: MAY })).toMatchObject({ ok: false, error: { code: 'not_scheduled', rule: 'A8' } })
  })
})
