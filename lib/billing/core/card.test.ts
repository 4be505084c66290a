import { describe, expect, it } from 'vitest'
import { endOfMonth } from './card'

describe('endOfMonth', () => {
  it.each([
    { year: 2026, month: 2, end: '2026-03-01T00:00:00Z', why: 'a short month' },
    { year: 2026, month: 12, end: '2027-01-01T00:00:00Z', why: 'the year turns' },
  ])('$month/$year: $why', ({ year, month, end }) => {
    expect(endOfMonth(year, month).toString()).toBe(end)
  })
})
