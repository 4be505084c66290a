import { describe, expect, it } from 'vitest'
import { chartPoints, peakOf, roundTicks, seriesColor, type UsageDay } from './usage-series'

const days: UsageDay[] = [
  { day: '2026-05-01', units: { production: 100, staging: 5 } },
  { day: '2026-05-02', units: { production: 40 } },
  { day: '2026-05-03', units: {} },
  { day: '2026-05-04', units: null },
]

describe('chartPoints', () => {
  it('shows each day by itself', () => {
    expect(chartPoints(days, 'daily').map((point) => point.total)).toEqual([105, 40, 0, null])
  })

  it('adds up day by day, each key by itself, and stops at today', () => {
    const points = chartPoints(days, 'running')
    expect(points.map((point) => point.total)).toEqual([105, 145, 145, null])
    expect(points[1]?.parts).toEqual({ production: 140, staging: 5 })
    expect(points[0]?.parts).toEqual({ production: 100, staging: 5 })
  })
})

describe('peakOf', () => {
  it('is the first of the largest days', () => {
    expect(peakOf([...days, { day: '2026-05-05', units: { staging: 105 } }])).toEqual({ day: '2026-05-01', units: 105 })
  })

  it('is nothing where nothing was used', () => {
    expect(peakOf([{ day: '2026-05-01', units: {} }])).toBeNull()
  })
})

describe('seriesColor', () => {
  it('keeps the quiet colour for the rest, wherever it stands, and for a sixth key', () => {
    expect(seriesColor('rest', 2)).toBe('var(--key-rest)')
    expect(seriesColor('sixth', 5)).toBe('var(--key-rest)')
    expect(seriesColor('production', 0)).toBe('var(--key-1)')
  })
})

describe('roundTicks', () => {
  it.each([
    [30_000, [0, 10_000, 20_000, 30_000]],
    [3_713, [0, 1000, 2000, 3000, 4000]],
    [1_000_000, [0, 500_000, 1_000_000]],
    [5, [0, 2, 4, 6]],
    [0, [0, 1, 2, 3, 4]],
  ])('reaches %i in round steps', (highest, ticks) => {
    expect(roundTicks(highest)).toEqual(ticks)
  })
})
