import { describe, expect, it } from 'vitest'
import { minor } from '@/lib/money'
import { blocksFor, unitsFor } from './worst-case'

describe('S7: the most that a hard limit can cost', () => {
  const growth = { unitPrice: '0.004', block: 1_000n, currency: 'usd' }

  it.each([
    [0n, 0n, 0n],
    [1n, 1n, 4_00n],
    [999n, 1n, 4_00n],
    [1_000n, 1n, 4_00n],
    [1_001n, 2n, 8_00n],
    [5_000n, 5n, 20_00n],
    [-5n, 0n, 0n],
  ])('%s extra units begin %s blocks for %s cents', (extra, blocks, most) => {
    expect(blocksFor(extra, growth)).toEqual({ blocks, most })
  })
})

it.each([
  [10_00n, '0.000095', 105_263n],
  [0n, '0.000095', 0n],
  [10_00n, '0', 0n],
])('G52: a cap of %s cents at %s pays for %s units', (cap, unitPrice, units) => {
  expect(unitsFor(minor(cap), { unitPrice, currency: 'usd' })).toBe(units)
})
