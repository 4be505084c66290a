import { describe, expect, it } from 'vitest'
import { newEventId } from './event-id'

describe('the id of an event', () => {
  it('is a UUID of version 7, and begins with the milliseconds at which it was made', () => {
    const before = Date.now()
    const id = newEventId()
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    const made = Number.parseInt(id.replaceAll('-', '').slice(0, 12), 16)
    expect(made).toBeGreaterThanOrEqual(before)
    expect(made).toBeLessThanOrEqual(Date.now())
  })

  it('is no other’s, nor are its random bits, however many are made', () => {
    const ids = Array.from({ length: 100_000 }, newEventId)
    expect(new Set(ids.map((id) => id.slice(14))).size).toBe(ids.length)
  })

  it('has every bit that is random both ways', () => {
    const bits = Array.from({ length: 400 }, () => BigInt(`0x${newEventId().replaceAll('-', '').slice(12)}`))
    const [ones, all] = [bits.reduce((some, one) => some | one, 0n), bits.reduce((every, one) => every & one)]
    expect([ones.toString(16), all.toString(16)]).toEqual(['7fffbfffffffffffffff', '70008000000000000000'])
  })
})
