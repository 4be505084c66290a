import { describe, expect, it } from 'vitest'
import { navigationEntries, productOf, sameSectionFor, sectionOf } from './navigation'

const calls = { id: 'api-calls', name: 'API calls', isMetered: true }
const tokens = { id: 'model-tokens', name: 'Model tokens', isMetered: true }
const seats = { id: 'team-seats', name: 'Team seats', isMetered: false }

describe('sectionOf', () => {
  it.each([
    ['/acme', 'overview'],
    ['/acme/', 'overview'],
    ['/acme/api-calls/usage', 'usage'],
    ['/acme/usage', 'usage'],
    ['/acme/api-calls/plan', 'plan'],
    ['/acme/invoices', 'invoices'],
    ['/acme/invoices/inv_1', 'invoices'],
    ['/plan/team', 'team'],
    ['/acme/settings', 'settings'],
    ['/acme/api-calls', 'overview'],
    ['/acme/not-held-yet/plan', 'plan'],
    ['/acme/screenshots/spending', 'spending'],
    ['/acme/credits', 'credits'],
    ['/acme/developers/webhooks/whk_1', 'developers'],
  ])('%s is %s', (pathname, section) => {
    expect(sectionOf(pathname)).toBe(section)
  })
})

describe('navigationEntries', () => {
  it('sends usage straight to the only product', () => {
    const entries = navigationEntries('acme', [calls], '/acme/invoices')
    expect(entries.find((entry) => entry.id === 'usage')?.href).toBe('/acme/api-calls/usage')
    expect(entries.filter((entry) => entry.current).map((entry) => entry.id)).toEqual(['invoices'])
  })

  it('keeps to the product of the page where there are several, and asks where the page names none', () => {
    const at = (pathname: string) => navigationEntries('acme', [calls, seats], pathname).find((entry) => entry.id === 'plan')?.href
    expect(at('/acme/team-seats/usage')).toBe('/acme/team-seats/plan')
    expect(at('/acme/team')).toBe('/acme/plan')
  })

  it('has no usage and no spending where nothing is metered, and leads to the only product that is', () => {
    const ids = (products: Parameters<typeof navigationEntries>[1]) => navigationEntries('acme', products, '/acme').map(({ id }) => id)
    expect(ids([seats])).not.toContain('usage')
    expect(ids([seats])).not.toContain('spending')
    const usage = (products: Parameters<typeof navigationEntries>[1], pathname: string) =>
      navigationEntries('acme', products, pathname).find((entry) => entry.id === 'usage')?.href
    expect(usage([seats, calls], '/acme/team-seats/plan')).toBe('/acme/api-calls/usage')
    expect(usage([seats, calls, tokens], '/acme/team-seats/plan')).toBe('/acme/usage')
  })

  it('has an address for every entry of an organization without a subscription', () => {
    expect(navigationEntries('acme', [], '/acme').map((entry) => entry.href)).toEqual([
      '/acme',
      '/acme/usage',
      '/acme/plan',
      '/acme/spending',
      '/acme/credits',
      '/acme/invoices',
      '/acme/payment',
      '/acme/team',
      '/acme/notifications',
      '/acme/developers',
      '/acme/activity',
      '/acme/settings',
    ])
  })
})

describe('switching product', () => {
  it('stays on the same page of the other one', () => {
    expect(productOf('/acme/team-seats/plan', [calls, seats])).toBe(seats)
    expect(sameSectionFor('acme', calls, '/acme/team-seats/plan')).toBe('/acme/api-calls/plan')
    expect(sameSectionFor('acme', calls, '/acme/invoices')).toBe('/acme/api-calls/usage')
    expect(sameSectionFor('acme', calls, '/acme/model-tokens/spending')).toBe('/acme/api-calls/spending')
  })

  it('leads to the plan where the other one has no such page', () => {
    expect(sameSectionFor('acme', seats, '/acme/api-calls/usage')).toBe('/acme/team-seats/plan')
    expect(sameSectionFor('acme', seats, '/acme/model-tokens/spending')).toBe('/acme/team-seats/plan')
  })
})
