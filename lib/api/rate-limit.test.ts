import { describe, expect, it } from 'vitest'
import { Halt } from './answer'
import { StrangersLimit } from './rate-limit'

const AT_ONCE = 200

/** Its clock stands still, so that nothing comes back. */
function strangers() {
  const limit = new StrangersLimit(() => 0)
  return (count: number, address: (n: number) => string) => {
    for (let n = 0; n < count; n++) limit.take(address(n))
  }
}

describe('requests without a key that works', () => {
  it.each([
    { what: 'an address', address: () => '203.0.113.9', another: '203.0.113.10' },
    { what: 'a network of IPv6, of which everybody has a whole one', address: (n: number) => `2001:db8:0:1::${n.toString(16)}`, another: '2001:db8:0:2::' },
  ])('are counted by $what', ({ address, another }) => {
    const come = strangers()
    come(AT_ONCE, address)
    expect(() => come(1, () => address(AT_ONCE))).toThrow(Halt)
    expect(() => come(1, () => another)).not.toThrow()
  })
})
