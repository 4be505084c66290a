import { afterEach, describe, expect, it, vi } from 'vitest'
import { sendInTurns } from './send-in-turns'
import { later } from './testing/later'

type Way = { to: string; end: (fault?: Error) => void }
type Facts = { failing?: readonly string[]; mostOfOne?: number }

/** Receivers for which so many pieces are due; each answers when the test says so. */
function receivers(due: Record<string, number>, { failing = [], mostOfOne = 4 }: Facts = {}) {
  const left = new Map(Object.entries(due))
  const stage = { began: [] as string[], onTheWay: [] as Way[], isStopping: false }
  const sent = sendInTurns<string, string>({
    look: async () => [...left].filter(([, count]) => count > 0).map(([id]) => ({ id, isFailing: failing.includes(id) })),
    async claim(id) {
      const count = left.get(id) ?? 0
      left.set(id, Math.max(count - 1, 0))
      return count > 0 ? id : null
    },
    async send(to) {
      const answer = later<Error | undefined>()
      const way: Way = { to, end: answer.resolve }
      stage.began.push(to)
      stage.onTheWay.push(way)
      const fault = await answer.promise
      stage.onTheWay.splice(stage.onTheWay.indexOf(way), 1)
      if (fault) throw fault
    },
    mostOfOne,
    isStopping: () => stage.isStopping,
  })
  const onTheWayTo = (to: string) => stage.onTheWay.filter((way) => way.to === to)
  const endAll = () => {
    for (const { end } of [...stage.onTheWay]) end()
  }
  return { stage, sent, onTheWayTo, endAll, left }
}

const many = (count: number, each: number) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`receiver-${index}`, each]))
const eventually = <Value>(read: () => Value) => expect.poll(read, { interval: 5, timeout: 5_000 })

/** When one that has not answered is a slow one. */
const SLOW_MS = 500

afterEach(() => {
  vi.useRealTimers()
})

describe('sending in turns', () => {
  it('gives one receiver no more than its part, and the next as soon as one has ended', async () => {
    const { stage, sent, onTheWayTo, endAll } = receivers({ one: 6 }, { mostOfOne: 2 })
    await eventually(() => onTheWayTo('one').length).toBe(2)
    stage.onTheWay[0]?.end()
    await eventually(() => stage.began.length).toBe(3)
    expect(onTheWayTo('one')).toHaveLength(2)
    for (let ended = 0; ended < 4; ended++) {
      endAll()
      await eventually(() => stage.began.length >= 6 || stage.onTheWay.length === 2).toBe(true)
    }
    endAll()
    expect(await sent).toBe(true)
    expect(stage.began).toHaveLength(6)
  })

  it('goes on with whoever answers while another does not', async () => {
    const { stage, sent, endAll } = receivers({ hanging: 10, well: 50 })
    for (let answered = 0; answered < 50; answered++) {
      await eventually(() => stage.onTheWay.some(({ to }) => to === 'well')).toBe(true)
      stage.onTheWay.find(({ to }) => to === 'well')?.end()
    }
    expect(stage.began.filter((to) => to === 'hanging')).toHaveLength(4)
    for (let round = 0; round < 3; round++) {
      endAll()
      await eventually(() => stage.began.length === 60 || stage.onTheWay.length > 0).toBe(true)
    }
    endAll()
    expect(await sent).toBe(true)
  })

  it('lets a slow one give its place away, and has no more than 128 open', async () => {
    // By hand: seven times of the clock are up to seven seconds, and more on a busy machine.
    vi.useFakeTimers({ toFake: ['performance', 'setTimeout', 'clearTimeout'] })
    const { stage, sent, left } = receivers(many(40, 4))
    await vi.advanceTimersByTimeAsync(SLOW_MS - 1)
    expect(stage.onTheWay).toHaveLength(16)
    await vi.advanceTimersByTimeAsync(1)
    expect(stage.onTheWay).toHaveLength(32)
    await vi.advanceTimersByTimeAsync(6 * SLOW_MS)
    expect(stage.onTheWay).toHaveLength(128)
    await vi.advanceTimersByTimeAsync(4 * SLOW_MS)
    expect(stage.onTheWay).toHaveLength(128)
    vi.useRealTimers()
    expect([...left.values()].reduce((sum, count) => sum + count, 0)).toBe(32)
    while (stage.onTheWay.length > 0) {
      for (const { end } of [...stage.onTheWay]) end()
      await eventually(() => stage.began.length === 160 || stage.onTheWay.length > 0).toBe(true)
    }
    expect(await sent).toBe(true)
  })

  it('keeps apart those that take nothing: one piece each, sixteen in all, and none of the places of the others', async () => {
    const failing = Object.keys(many(30, 5))
    const { stage, sent, onTheWayTo, endAll } = receivers({ ...many(30, 5), well: 4 }, { failing })
    await eventually(() => onTheWayTo('well').length).toBe(4)
    expect(stage.onTheWay).toHaveLength(20)
    expect(new Set(stage.began).size).toBe(17)
    stage.isStopping = true
    endAll()
    expect(await sent).toBe(false)
  })

  it('begins nothing more once it is to stop, and waits for what is on its way', async () => {
    const { stage, sent, endAll, left } = receivers({ one: 9 })
    await eventually(() => stage.onTheWay.length).toBe(4)
    stage.isStopping = true
    endAll()
    expect(await sent).toBe(false)
    expect(left.get('one')).toBe(5)
  })

  it('throws what went wrong, once everything else on its way has ended', async () => {
    const { stage, sent, endAll, left } = receivers({ one: 9 })
    await eventually(() => stage.onTheWay.length).toBe(4)
    stage.onTheWay[0]?.end(new Error('the database is away'))
    await eventually(() => stage.onTheWay.length).toBe(3)
    endAll()
    await expect(sent).rejects.toThrow('the database is away')
    expect(left.get('one')).toBe(5)
  })
})
