import { describe, expect, it } from 'vitest'
import { addDays, type Instant, instant } from '../../time'
import { apiCallsProduct } from '../testing/holdings'
import { type CollectionRemedy, decideAfterFailedCollection } from './dunning'

const first = instant('2026-05-31T00:00:07Z')
const fails = (now: Instant, remedy: CollectionRemedy = 'retry_later', attemptsAt: Instant[] = [first]) =>
  decideAfterFailedCollection({ firstFailedAt: first, attemptsAt, remedy, now, product: apiCallsProduct })
const retryOn = (days: number) => ({ type: 'retry', at: addDays(first, days), withoutCharge: false })

describe('C12: retries after 1, 3, 5 and 7 days', () => {
  it.each([
    { after: 0, next: 1, why: 'the first failure' },
    { after: 1, next: 3, why: 'the first retry, on the dot' },
    { after: 3, next: 5, why: 'the second' },
    { after: 5, next: 7, why: 'the third' },
  ])('after $after days the next is after $next: $why', ({ after, next }) => {
    expect(fails(addDays(first, after))).toEqual(retryOn(next))
  })

  it.each([
    { now: addDays(first, 7), why: 'the last retry failed' },
    { now: addDays(first, 9), why: 'it was made late' },
  ])('at $now it gives up: $why', ({ now }) => {
    expect(fails(now)).toEqual({ type: 'give_up', movesTo: 'free' })
  })

  it('a moment before the last one there is still one', () => {
    expect(fails(addDays(first, 7).subtract({ milliseconds: 1 }))).toEqual(retryOn(7))
  })

  it('a new card that fails in between changes nothing of the schedule', () => {
    const betweenSteps = addDays(first, 2)
    expect(fails(betweenSteps, 'retry_later', [first, addDays(first, 1), betweenSteps])).toEqual(retryOn(3))
  })

  it('a worker that was down does not stretch the schedule: what was missed is passed over', () => {
    expect(fails(addDays(first, 4))).toEqual(retryOn(5))
  })

  it('a clock that is behind the last attempt does not repeat its step', () => {
    expect(fails(addDays(first, 1).subtract({ seconds: 1 }), 'retry_later', [first, addDays(first, 1)])).toEqual(retryOn(3))
  })

  it('where there is no free plan it leads to unpaid', () => {
    const product = { ...apiCallsProduct, plans: apiCallsProduct.plans.filter((plan) => plan.id !== 'free') }
    expect(decideAfterFailedCollection({ firstFailedAt: first, attemptsAt: [first], remedy: 'retry_later', now: addDays(first, 7), product })).toEqual({
      type: 'give_up',
      movesTo: 'unpaid',
    })
  })
})

describe('G65: after a hard decline', () => {
  it.each([
    { remedy: 'retry_later', withoutCharge: false },
    { remedy: 'customer_must_confirm', withoutCharge: false },
    { remedy: 'new_method', withoutCharge: true },
    { remedy: 'stop', withoutCharge: true },
  ] as const)('$remedy: the step makes no charge: $withoutCharge', ({ remedy, withoutCharge }) => {
    expect(fails(first, remedy)).toMatchObject({ type: 'retry', withoutCharge })
  })

  it('the schedule ends after 7 days in every case', () => {
    expect(fails(addDays(first, 7), 'new_method')).toEqual({ type: 'give_up', movesTo: 'free' })
  })
})
