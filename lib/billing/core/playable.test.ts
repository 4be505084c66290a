import { describe, expect, it } from 'vitest'
import { scrapeCredits } from '../catalog/scrape-credits'
import { screenshots } from '../catalog/screenshots'
import { shippedProducts } from '../catalog/shipped'
import { apiCallsWith, productFrom } from '../testing/holdings'
import type { Policies } from './catalog'
import { findPlayable, type Playable } from './playable'

const kinds = (found: readonly Playable[]) => found.map(({ kind }) => kind).sort()
const NOW: Policies['downgrade'] = { type: 'now', oncePerCycle: false, usageRatio: null, settlesExtra: 'never' }

describe('what can be played with is found by trying', () => {
  it('a whole allowance for a day’s price, with the figures of the worst pair', () => {
    const [late, ...others] = findPlayable(apiCallsWith({}))
    expect(others).toEqual([])
    expect(late).toMatchObject({ kind: 'late_upgrade', from: 'Basic', to: 'Enterprise', day: 29, units: 970_000n, cost: 3_00n, worth: 97_00n })
  })

  it.each([
    { why: 'a downgrade at once, and nothing that looks at the usage', policies: { downgrade: NOW }, found: ['late_upgrade', 'up_and_down'] },
    {
      why: 'the same, but only what fits the completed days may go down',
      policies: { downgrade: { ...NOW, usageRatio: { bonus: { numerator: 11n, denominator: 10n } } } },
      found: ['late_upgrade'],
    },
    { why: 'a downgrade that waits for the period’s end', policies: { downgrade: { type: 'period_end' } }, found: ['late_upgrade'] },
    { why: 'a period of its own, credited by the time alone', policies: { upgrade: { type: 'new_period', unused: 'time' } }, found: ['used_up_credited'] },
    {
      why: 'a period of its own, credited by what is left of the allowance too',
      policies: { upgrade: { type: 'new_period', unused: 'time_and_allowance' } },
      found: [],
    },
    {
      why: 'a refund that asks nothing',
      policies: { downgrade: { type: 'period_end' }, refund: { windowHours: 72, requiresNoUsage: false, mandatory: null } },
      found: ['late_upgrade', 'refund_after_use'],
    },
  ] satisfies { why: string; policies: Partial<Policies>; found: Playable['kind'][] }[])('$why', ({ policies, found }) => {
    expect(kinds(findPlayable(apiCallsWith(policies)))).toEqual(found)
  })

  it('no shipped product leaves more credit than was paid for it', () => {
    for (const document of shippedProducts) expect(kinds(findPlayable(productFrom(document))), document.id).not.toContain('round_trip')
  })

  it('what the shipped products are known for, and nothing that costs its price', () => {
    expect(kinds(findPlayable(productFrom(screenshots)))).toEqual(['late_upgrade', 'up_and_down'])
    expect(findPlayable(productFrom(scrapeCredits))).toMatchObject([{ kind: 'refund_after_use', to: 'Enterprise', cost: 0n, worth: 2_000_00n }])
    for (const document of shippedProducts) {
      for (const { cost, worth } of findPlayable(productFrom(document))) expect(cost * 4n).toBeLessThan(worth)
    }
  })
})
