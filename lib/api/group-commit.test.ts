import { afterEach, describe, expect, it, vi } from 'vitest'
import { GroupCommit, Lanes } from './group-commit'

/** Transactions that end when they are told to. */
function stage({ atOnce = 1, heaviest = 10, light = 10, patienceMs = 60_000 } = {}) {
  const groups: { requests: readonly string[]; end: (fault?: Error) => void }[] = []
  const commit = new GroupCommit<string, string>(
    (requests) =>
      new Promise((resolve, reject) => {
        const end = (fault?: Error) => (fault ? reject(fault) : resolve(requests.map((request) => `${request} done`)))
        groups.push({ requests, end })
      }),
    { atOnce, heaviest, light, patienceMs, weightOf: (request) => request.length },
  )
  return { commit, groups, requests: () => groups.map((group) => group.requests.join('')) }
}

const settled = () => new Promise((resolve) => setImmediate(resolve))

describe('group commit', () => {
  it('lets the first wait for nobody, and does together what came meanwhile, in order', async () => {
    const { commit, groups, requests } = stage()
    const done = Promise.all(['a', 'b', 'c'].map((request) => commit.do(request)))
    expect(requests()).toEqual(['a'])
    groups[0]?.end()
    await settled()
    expect(requests()).toEqual(['a', 'bc'])
    groups[1]?.end()
    expect(await done).toEqual(['a done', 'b done', 'c done'])
  })

  it('has begun what waits before it answers what is done', async () => {
    const { commit, groups, requests } = stage()
    const whenAnswered = commit.do('a').then(requests)
    void commit.do('b')
    groups[0]?.end()
    expect(await whenAnswered).toEqual(['a', 'b'])
    groups[1]?.end()
  })

  it('waits for no group that takes long, and runs so many at once and no more', async () => {
    const began = performance.now()
    const { commit, groups, requests } = stage({ atOnce: 2, patienceMs: 5 })
    const done = Promise.all(['a', 'b', 'c'].map((request) => commit.do(request)))
    expect(requests()).toEqual(['a'])
    await expect.poll(requests, { interval: 1 }).toEqual(['a', 'bc'])
    const last = commit.do('d')
    await expect.poll(() => performance.now() - began, { interval: 1 }).toBeGreaterThan(20)
    expect(requests()).toEqual(['a', 'bc'])
    groups[0]?.end()
    await expect.poll(requests, { interval: 1 }).toEqual(['a', 'bc', 'd'])
    for (const { end } of groups) end()
    expect(await done).toEqual(['a done', 'b done', 'c done'])
    expect(await last).toBe('d done')
  })

  describe('of which each takes longer than its patience', () => {
    afterEach(() => void vi.useRealTimers())

    /** So many groups one after the other, each of so long; then one that takes for ever, and one that waits for it. */
    async function afterGroupsOf(tookMs: number, groupsBefore: number) {
      vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
      const { commit, groups, requests } = stage({ atOnce: 2, patienceMs: 10 })
      for (let group = 0; group < groupsBefore; group++) {
        void commit.do('before')
        vi.advanceTimersByTime(tookMs)
        groups[group]?.end()
        await settled()
      }
      void commit.do('hangs')
      void commit.do('waits')
      const isBegunAfter = (ms: number) => {
        vi.advanceTimersByTime(ms)
        return requests().includes('waits')
      }
      return { isBegunAfter }
    }

    it.each([
      { tookMs: 4, groups: 100, waitsMs: 10, why: 'as long as its patience where groups are quick' },
      { tookMs: 20, groups: 100, waitsMs: 40, why: 'twice as long as groups take of late' },
      { tookMs: 39, groups: 1, waitsMs: 10, why: 'no longer for a single one that was slow' },
      { tookMs: 60_000, groups: 100, waitsMs: 100, why: 'ten times its patience at most, however long groups take' },
    ])('waits $why', async ({ tookMs, groups, waitsMs }) => {
      const { isBegunAfter } = await afterGroupsOf(tookMs, groups)
      expect([isBegunAfter(waitsMs - 1), isBegunAfter(1)]).toEqual([false, true])
    })
  })

  it('begins each further group at the side of one that hangs four times as late as the one before', async () => {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    const { commit, requests } = stage({ atOnce: 4, patienceMs: 10, heaviest: 1_000 })
    const began: number[] = []
    for (let ms = 0; ms <= 300; ms++) {
      void commit.do('x')
      if (requests().length > began.length) began.push(ms)
      vi.advanceTimersByTime(1)
    }
    expect(began).toEqual([0, 10, 50, 210])
    vi.useRealTimers()
  })

  it.each([
    { waiting: ['12345', '12345', '1'], together: ['1234512345', '1'], why: 'up to the heaviest, and not one more' },
    { waiting: ['1234567890x', '1'], together: ['1234567890x', '1'], why: 'what is heavier than that goes alone' },
    { waiting: ['1', '1234567890'], together: ['1', '1234567890'], why: 'nobody is passed by' },
  ])('splits $waiting: $why', async ({ waiting, together }) => {
    const { commit, groups, requests } = stage()
    const done = Promise.all(['first', ...waiting].map((request) => commit.do(request)))
    for (let group = 0; group < groups.length; group++) {
      groups[group]?.end()
      await settled()
    }
    await done
    expect(requests().slice(1)).toEqual(together)
  })

  it('a fault of a group is told to whoever fails alone, and to nobody else', async () => {
    const commit = new GroupCommit<string, string>(
      async (requests) => {
        if (requests.includes('bad')) throw new Error('it broke')
        return requests.map((request) => `${request} done`)
      },
      { atOnce: 1, heaviest: 10, light: 10, patienceMs: 60_000, weightOf: () => 1 },
    )
    const done = await Promise.allSettled(['first', 'good', 'bad', 'fine'].map((request) => commit.do(request)))
    expect(done.map((one) => (one.status === 'fulfilled' ? one.value : (one.reason as Error).message))).toEqual([
      'first done',
      'good done',
      'it broke',
      'fine done',
    ])
  })

  it('goes on after a fault', async () => {
    const { commit, groups } = stage()
    const broken = commit.do('a')
    groups[0]?.end(new Error('the database is gone'))
    await expect(broken).rejects.toThrow('the database is gone')
    const next = commit.do('b')
    groups[1]?.end()
    expect(await next).toBe('b done')
  })
})

describe('lanes', () => {
  afterEach(() => void vi.useRealTimers())

  function threeLanes() {
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    const groups: { requests: readonly string[]; end: () => void }[] = []
    const lanes = new Lanes(
      3,
      () =>
        new GroupCommit<string, string>((requests) => new Promise((resolve) => groups.push({ requests, end: () => resolve(requests) })), {
          atOnce: 1,
          heaviest: 10,
          light: 2,
          patienceMs: 25,
          weightOf: () => 1,
        }),
      (request) => request.slice(0, 1),
    )
    const endAll = async () => {
      for (let group = 0; group < groups.length; group++) {
        groups[group]?.end()
        await settled()
      }
    }
    return {
      ask: (requests: string[]) => Promise.all(requests.map((request) => lanes.do(request))),
      begun: () => groups.map(({ requests }) => requests),
      endAll,
    }
  }

  it('are one where little waits, whoever it is of', async () => {
    const { ask, begun, endAll } = threeLanes()
    const done = ask(['a1', 'b1', 'c1'])
    expect(begun()).toEqual([['a1']])
    await endAll()
    expect(begun()).toEqual([['a1'], ['b1', 'c1']])
    expect(await done).toEqual(['a1', 'b1', 'c1'])
  })

  it('are apart where more waits than is light: what has one key is in one and in order, and the others go beside it', async () => {
    const { ask, begun, endAll } = threeLanes()
    const done = ask(['c1', 'c2', 'c3', 'c4', 'a1', 'b1', 'a2', 'b2'])
    expect(begun()).toEqual([['c1'], ['a1'], ['b1']])
    await endAll()
    expect(begun().slice(3)).toEqual([['c2', 'c3', 'c4'], ['a2'], ['b2']])
    expect(await done).toEqual(['c1', 'c2', 'c3', 'c4', 'a1', 'b1', 'a2', 'b2'])
  })

  it('stay apart for a second, and are one again', async () => {
    const { ask, begun, endAll } = threeLanes()
    const first = ask(['a1', 'a2', 'a3', 'a4', 'b1'])
    await endAll()
    await first
    vi.advanceTimersByTime(999)
    const apart = ask(['a5', 'b2'])
    expect(begun().slice(-2)).toEqual([['a5'], ['b2']])
    await endAll()
    await apart
    vi.advanceTimersByTime(1)
    const one = ask(['a6', 'b3'])
    expect(begun().at(-1)).toEqual(['a6'])
    await endAll()
    await one
  })

  it('are apart where the first takes longer than its patience, so that what hangs keeps a third of the others', async () => {
    const { ask, begun, endAll } = threeLanes()
    const hanging = ask(['c1'])
    vi.advanceTimersByTime(25)
    const early = ask(['a1'])
    vi.advanceTimersByTime(1)
    const late = ask(['a2', 'b1'])
    expect(begun()).toEqual([['c1'], ['a2'], ['b1']])
    await endAll()
    expect(begun().slice(3)).toEqual([['a1']])
    await Promise.all([hanging, early, late])
  })
})
