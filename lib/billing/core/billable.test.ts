import { describe, expect, it } from 'vitest'
import { screenshots } from '../catalog/screenshots'
import { productFrom } from '../testing/holdings'
import { isBillable } from './billable'

const filter = productFrom(screenshots).meters[0]?.filter ?? null

describe('S2, G56: only successful requests that were not served from cache count', () => {
  it.each([
    { properties: null, counts: true },
    { properties: {}, counts: true },
    { properties: { status: 'success' }, counts: true },
    { properties: { status: 'success', cached: false }, counts: true },
    { properties: { cached: false }, counts: true },
    { properties: { status: null }, counts: true },
    { properties: { cached: 'true' }, counts: true },
    { properties: { path: '/v1', width: 1_280 }, counts: true },
    { properties: { status: 'error' }, counts: false },
    { properties: { status: 'Success' }, counts: false },
    { properties: { status: '' }, counts: false },
    { properties: { status: 200 }, counts: false },
    { properties: { cached: true }, counts: false },
    { properties: { status: 'success', cached: true }, counts: false },
    { properties: { status: 'error', cached: false }, counts: false },
  ])('S2: $properties counts: $counts', ({ properties, counts }) => {
    expect(isBillable(filter, properties)).toBe(counts)
  })

  it('of a meter without a filter every event counts', () => {
    expect(isBillable(null, { status: 'error', cached: true })).toBe(true)
  })

  it('requires a property that is not said to be optional', () => {
    const strict = [{ property: 'region', equals: 'eu', orAbsent: false }]
    expect(isBillable(strict, {})).toBe(false)
    expect(isBillable(strict, { region: 'eu' })).toBe(true)
  })

  it('knows no property that every object has', () => {
    expect(isBillable([{ property: 'constructor', equals: 'x', orAbsent: true }], {})).toBe(true)
  })
})
