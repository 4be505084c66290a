import { describe, expect, it } from 'vitest'
import { parseBigintJson, stringifyBigintJson } from './bigint-json'

describe('JSON that holds bigints', () => {
  it.each([
    { what: 'zero, below zero and beyond a double', value: { a: 0n, b: -5n, c: 9_007_199_254_740_993n } },
    { what: 'lists and null', value: [1n, null, [2n]] },
    { what: 'text that looks like a bigint', value: { key: '12n', other: '{"$bigint":"1"}' } },
    { what: 'numbers as numbers', value: { percent: 80, at: 1_778_000_000_000 } },
  ])('gives back $what', ({ value }) => {
    expect(parseBigintJson(stringifyBigintJson(value))).toEqual(value)
  })
})
