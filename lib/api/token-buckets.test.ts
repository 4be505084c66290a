import { describe, expect, it } from 'vitest'
import { TokenBuckets } from './token-buckets'

const RATE = { perSecond: 10, burst: 3 }

function buckets() {
  let now = 0
  const held = new TokenBuckets(() => now)
  const pass = (milliseconds: number) => {
    now += milliseconds
  }
  return { held, take: (name = 'one') => held.take(name, RATE), pass }
}

describe('a bucket of tokens', () => {
  it('lets as many through at once as it holds, and says when there is one again', () => {
    const { take } = buckets()
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 1])
    expect(take('another')).toBe(0)
  })

  it('fills by its rate up to what it holds', () => {
    const { take, pass } = buckets()
    for (let n = 0; n < 3; n++) take()
    pass(99)
    expect(take()).toBe(1)
    pass(1)
    expect([take(), take()]).toEqual([0, 1])
    pass(60_000)
    expect([take(), take(), take(), take()]).toEqual([0, 0, 0, 1])
  })

  it('goes on filling while somebody asks too often', () => {
    const { take, pass } = buckets()
    let through = 0
    for (let n = 0; n < 1_000; n++) {
      if (take() === 0) through++
      pass(1)
    }
    expect(through).toBe(3 + 9)
  })

  it('is forgotten when it is full anyway, and there are never more than so many', () => {
    const { held, take, pass } = buckets()
    for (let n = 0; n < 50_000; n++) take(`address ${n}`)
    expect(held.size).toBe(20_000)
    pass(10 * 60_000 + 1)
    take()
    expect(held.size).toBe(1)
  })
})
