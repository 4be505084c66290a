import { describe, expect, it } from 'vitest'
import { instant } from '@/lib/time'
import { periodChoice } from './period-choice'

describe('periodChoice', () => {
  it.each([undefined, null])('is the running period for %s', (value) => {
    expect(periodChoice(value)).toBeNull()
  })

  it('is the instant at which a period began', () => {
    expect(periodChoice('2026-05-01T12:30:00Z')).toEqual(instant('2026-05-01T12:30:00Z'))
  })

  it.each(['', 'x', '2026-05-01', '2026-13-01T00:00:00Z', ['2026-05-01T00:00:00Z', '2026-06-01T00:00:00Z']])('is unknown for %s', (value) => {
    expect(periodChoice(value)).toBe('unknown')
  })
})
