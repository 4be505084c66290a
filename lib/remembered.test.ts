import { describe, expect, it } from 'vitest'
import { Remembered } from './remembered'

describe('what is remembered', () => {
  it('is bounded, and what is asked for stays', () => {
    const squares = new Remembered<number>(10)
    for (let number = 0; number < 1_000; number++) {
      squares.keep(`${number}`, number ** 2)
      expect(squares.get('0')).toBe(0)
      expect(squares.get(`${number}`)).toBe(number ** 2)
    }
    const known = Array.from({ length: 1_000 }, (_, number) => squares.get(`${number}`)).filter((square) => square !== undefined)
    expect(known.length).toBeLessThanOrEqual(20)
  })
})
