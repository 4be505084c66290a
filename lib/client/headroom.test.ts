import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { type Decision, Headroom, type HeadroomOptions, type RefusedUsage, type Trouble } from './index'
import { LendingDesk } from './testing/lending-desk'

/** By clocks and over a network that the test moves. What a real server answers is tested beside it, in the files of the database. */

const SECOND = 1_000
const refused: RefusedUsage[] = []
const troubles: Trouble[] = []

function open(desk: LendingDesk, options: Partial<HeadroomOptions> = {}): Headroom {
  const { fetch } = desk
  return new Headroom({ url: 'http://desk.test', key: 'k', onRefused: (one) => refused.push(one), onTrouble: (one) => troubles.push(one), fetch, ...options })
}

/** The decision, letting as much time pass as an answer takes. */
async function decided(client: Headroom, quantity = 1) {
  const decision = client.check('ext:acme', 'calls', quantity)
  if (decision instanceof Promise) await vi.advanceTimersByTimeAsync(20)
  return decision
}

/** Asks so often at even distances, a decision in flight or not; how often it was allowed. */
async function atPace(client: Headroom, perSecond: number, seconds: number): Promise<number> {
  const pending: ReturnType<Headroom['check']>[] = []
  for (let request = 0; request < perSecond * seconds; request++) {
    pending.push(client.check('ext:acme', 'calls'))
    await vi.advanceTimersByTimeAsync(SECOND / perSecond)
  }
  await vi.advanceTimersByTimeAsync(20)
  return (await Promise.all(pending)).filter(({ allowed }) => allowed).length
}

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout', 'Date', 'performance'], now: Date.UTC(2026, 0, 1) })
  refused.length = 0
  troubles.length = 0
})
afterEach(() => vi.useRealTimers())

describe('near a limit', () => {
  it('a million checks ask the server about once a second, and not each time it has answered', async () => {
    const desk = new LendingDesk(1_000)
    const client = open(desk)
    const served = await atPace(client, 100, 3)
    desk.limit = 0 // The rest is somebody else's, and what is held here lasts a while.
    const before = desk.asked.length
    let allowed = 0
    const count = (decision: Decision) => {
      if (decision.allowed) allowed++
    }
    for (let check = 0; check < 1_000_000; check++) {
      const decision = client.check('ext:acme', 'calls')
      if (decision instanceof Promise) void decision.then(count)
      else count(decision)
      if (check % 100 === 99) await vi.advanceTimersByTimeAsync(1)
    }
    expect(allowed).toBeGreaterThan(0)
    expect(served + allowed).toBeLessThanOrEqual(1_000)
    expect(desk.asked.length - before).toBeLessThanOrEqual(15)
  })

  it('what is left of a lease is used up without asking a server again that has just said no', async () => {
    const desk = new LendingDesk(100_000)
    const client = open(desk)
    await atPace(client, 100, 20)
    desk.limit = 0
    const before = desk.asked.length
    const served = await atPace(client, 100, 60)
    expect(served).toBeGreaterThan(3_000)
    expect(desk.asked.slice(before).filter(({ path }) => path === '/leases').length).toBeLessThanOrEqual(60)
  })

  it.each(['closed', 'open'] as const)('a server that takes no more requests (429) is not away: no limit is passed, when away %s', async (whenAway) => {
    const desk = new LendingDesk(50)
    const client = open(desk, { whenAway })
    let served = 0
    while ((await decided(client)).allowed) served++
    desk.state = { status: 429, retryAfterSeconds: 3 }
    await vi.advanceTimersByTimeAsync(2 * SECOND)
    const before = desk.asked.length
    served += await atPace(client, 200, 30)
    expect(served).toBe(50)
    expect(await decided(client)).toMatchObject({ allowed: false, reason: 'limit_reached' })
    expect(desk.asked.length - before).toBeLessThanOrEqual(12)
    desk.state = 'there'
    desk.limit = 60
    await vi.advanceTimersByTimeAsync(4 * SECOND)
    expect(await decided(client)).toMatchObject({ allowed: true, leased: true })
  })

  it('whoever was never asked about is told that the key is used too much, and nothing is served uncounted', async () => {
    const desk = new LendingDesk(50)
    desk.state = { status: 429 }
    const client = open(desk, { whenAway: 'open' })
    expect(await decided(client)).toEqual({ allowed: false, reason: 'rate_limited' })
    const others = Promise.all(Array.from({ length: 100 }, (_, customer) => client.check(`ext:${customer}`, 'calls')))
    await vi.advanceTimersByTimeAsync(20)
    expect((await others).some(({ allowed }) => allowed)).toBe(false)
    expect(desk.asked).toHaveLength(1)
    expect(desk.events.size).toBe(0)
    expect(troubles.map(({ type }) => type)).toEqual(['busy'])
  })
})

describe('at a steady pace', () => {
  it.each([
    { perSecond: 1, seconds: 130 },
    { perSecond: 5, seconds: 150 },
    { perSecond: 40, seconds: 121 },
    { perSecond: 40, seconds: 128 },
    { perSecond: 40, seconds: 134 },
    { perSecond: 500, seconds: 75 },
  ])('of $perSecond a second it does without the server as long as its newest lease lasts ($seconds s in)', async ({ perSecond, seconds }) => {
    const desk = new LendingDesk(10_000_000)
    const client = open(desk)
    expect(await atPace(client, perSecond, seconds)).toBe(perSecond * seconds)
    desk.state = 'away'
    const lasts = Math.floor((desk.lastGrantAt + 55 * SECOND - Date.now()) / SECOND)
    expect(lasts).toBeGreaterThanOrEqual(perSecond < 5 ? 25 : 39)
    expect(await atPace(client, perSecond, lasts)).toBe(perSecond * lasts)
    await atPace(client, perSecond, 61 - lasts)
    expect(await decided(client)).toEqual({ allowed: false, reason: 'unreachable' })
  })

  it('keeps a lease in a quarter of its time, more or less, whatever it uses', async () => {
    const desk = new LendingDesk(10_000_000)
    const client = open(desk)
    await atPace(client, 40, 60)
    const before = desk.asked.length
    await atPace(client, 40, 120)
    expect(desk.asked.slice(before).filter(({ path }) => path === '/leases').length).toBeLessThanOrEqual(12)
    expect(desk.outstanding).toBeLessThanOrEqual(40 * 75)
  })

  it('where a small limit leaves less, holds no more than it leaves to the others', async () => {
    const desk = new LendingDesk(1_000)
    const client = open(desk)
    let served = 0
    for (let request = 0; request < 900; request++) {
      if ((await decided(client)).allowed) served++
      await vi.advanceTimersByTimeAsync(10)
      const unused = desk.outstanding + desk.settled - served
      expect(unused).toBeLessThanOrEqual(Math.ceil((desk.limit - served) / 2))
    }
    expect(served).toBe(900)
    while ((await decided(client)).allowed) served++
    expect(served).toBe(1_000)
    expect(desk.asked.length).toBeLessThan(120)
  })

  it('one request may use what several leases hold', async () => {
    const desk = new LendingDesk(1_000)
    const client = open(desk)
    await atPace(client, 100, 1)
    desk.state = 'away'
    const held = desk.outstanding + desk.settled - 100
    expect(held).toBeGreaterThan(Math.max(...desk.asked.map(({ body }) => Number(body.quantity ?? 0))))
    expect(client.check('ext:acme', 'calls', held)).toEqual({ allowed: true, leased: true })
    desk.state = 'there'
    const closed = client.close()
    await vi.advanceTimersByTimeAsync(SECOND)
    await closed
    expect(desk.settled).toBe(100 + held)
  })
})

describe('a lease is over', () => {
  it.each([
    { leaseSeconds: 60, latencyMs: 4_900 },
    { leaseSeconds: 8, latencyMs: 900 },
  ])(
    'early enough for what was used of it to arrive before its units are lent to others ($leaseSeconds s, $latencyMs ms)',
    async ({ leaseSeconds, latencyMs }) => {
      const desk = new LendingDesk(20)
      const [one, other] = [open(desk, { leaseSeconds }), open(desk, { leaseSeconds })]
      let served = 0
      for (let request = 0; request < 7; request++) if ((await decided(one)).allowed) served++
      desk.latencyOf = (path) => (path.endsWith('/settle') ? latencyMs : 5)
      const asking: Promise<void>[] = []
      for (let request = 0; request < 2 * leaseSeconds * 20; request++) {
        const count = ({ allowed }: Decision) => {
          if (allowed) served++
        }
        asking.push(Promise.resolve(other.check('ext:acme', 'calls')).then(count))
        await vi.advanceTimersByTimeAsync(50)
      }
      await vi.advanceTimersByTimeAsync(10 * SECOND)
      await Promise.all(asking)
      expect(served).toBe(20)
    },
  )

  it('when the wall’s clock says so: a suspended machine’s own clock has stood still', async () => {
    const desk = new LendingDesk(20)
    const client = open(desk)
    await decided(client)
    vi.setSystemTime(Date.now() + 61 * SECOND)
    expect(desk.outstanding).toBe(0)
    desk.limit = 1 // What came back has gone to somebody else.
    desk.settled = 1
    expect(await decided(client)).toMatchObject({ allowed: false, reason: 'limit_reached' })
  })

  it('when the process’s own clock says so: the wall’s may be set back', async () => {
    const desk = new LendingDesk(20)
    const client = open(desk)
    await decided(client)
    desk.state = 'away'
    vi.setSystemTime(Date.now() - 3_600 * SECOND)
    await vi.advanceTimersByTimeAsync(61 * SECOND)
    expect(await decided(client)).toEqual({ allowed: false, reason: 'unreachable' })
  })
})

describe('a key that is not taken for a while', () => {
  it.each([401, 403])('%i loses nothing: usage and what was used of leases are kept and sent again, and it is told once a minute', async (status) => {
    const desk = new LendingDesk(1_000)
    const client = open(desk, { batchSize: 10 })
    for (let request = 0; request < 15; request++) await decided(client)
    desk.state = { status }
    for (let event = 0; event < 95; event++) void client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1 })
    const closed = client.close()
    await vi.advanceTimersByTimeAsync(59 * SECOND)
    expect(refused).toEqual([])
    expect(troubles).toEqual([{ type: 'key_refused', message: expect.stringContaining(String(status)) }])
    expect(desk.asked.length).toBeLessThan(60)
    desk.state = 'there'
    await vi.advanceTimersByTimeAsync(60 * SECOND)
    await closed
    expect(desk.events.size).toBe(95)
    expect(desk.settled).toBe(15)
    expect(refused).toEqual([])
  })

  it('gives something to wait for where more is kept than should be', async () => {
    const desk = new LendingDesk(1_000)
    desk.state = { status: 401 }
    const client = open(desk, { mostKept: 20 })
    for (let event = 0; event < 19; event++) expect(client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1 })).toBeUndefined()
    expect(client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1 })).toBeInstanceOf(Promise)
  })
})

describe('usage', () => {
  it('is reported in batches, in no more requests than it takes', async () => {
    const desk = new LendingDesk(1_000)
    const client = open(desk, { batchSize: 50, waitMs: SECOND })
    for (let event = 0; event < 120; event++) void client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1 })
    const sizes = () => desk.asked.map(({ body }) => (body.events as unknown[]).length)
    await vi.advanceTimersByTimeAsync(SECOND)
    expect(sizes()).toEqual([50, 50, 20])
    for (let event = 0; event < 3; event++) void client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1 })
    expect(sizes(), 'a moment is waited for more').toHaveLength(3)
    await vi.advanceTimersByTimeAsync(SECOND + 20)
    expect(sizes()).toEqual([50, 50, 20, 3])
    expect(desk.events.size).toBe(123)
  })

  it.each([undefined, null, 'log'])('needs somewhere to put what is refused: %s is not', (onRefused) => {
    const options = { url: 'http://desk.test', key: 'k', onRefused } as unknown as HeadroomOptions
    expect(() => new Headroom(options)).toThrow(TypeError)
  })
})

describe('what could never be sent', () => {
  const report = (client: Headroom, id: string, properties: Record<string, string>) =>
    void client.report({ organization: 'ext:acme', meter: 'calls', quantity: 1, id, properties })

  it('because JSON cannot hold it is set aside, and holds up nothing behind it', async () => {
    const desk = new LendingDesk(1_000)
    const client = open(desk)
    report(client, 'event-0', { size: 1n as unknown as string })
    report(client, 'event-1', { size: '1' })
    const flushed = client.flush()
    await vi.advanceTimersByTimeAsync(SECOND)
    await flushed
    expect(refused).toEqual([expect.objectContaining({ type: 'event', code: 'invalid_event', event: expect.objectContaining({ id: 'event-0' }) })])
    expect([...desk.events.keys()]).toEqual(['event-1'])
  })

  it('at once is sent in parts, and what is too large by itself is set aside alone', async () => {
    const desk = new LendingDesk(1_000)
    desk.mostCharacters = 2_000
    const client = open(desk)
    for (let event = 0; event < 20; event++) report(client, `event-${event}`, { note: 'x'.repeat(event === 7 ? 2_000 : 200) })
    const flushed = client.flush()
    await vi.advanceTimersByTimeAsync(SECOND)
    await flushed
    expect(refused.map((one) => one.type === 'event' && [one.event.id, one.code])).toEqual([['event-7', 'too_large']])
    expect(desk.events.size).toBe(19)
  })

  it.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])(
    'a quantity of %s is a mistake that is said at once, and gives nothing back to a lease',
    async (quantity) => {
      const desk = new LendingDesk(1)
      const client = open(desk)
      expect(await decided(client)).toMatchObject({ allowed: true })
      expect(() => client.check('ext:acme', 'calls', quantity)).toThrow(RangeError)
      expect(await decided(client)).toMatchObject({ allowed: false })
    },
  )
})

describe('a handler that throws', () => {
  const failing: { how: string; fail: (one: RefusedUsage) => void }[] = [
    {
      how: 'at once',
      fail: () => {
        throw new Error('the log is full')
      },
    },
    { how: 'in a promise', fail: () => Promise.reject(new Error('the log is full')) },
  ]

  it.each(failing)('$how ends no process, and loses nothing: each event is shown, and the others are sent', async ({ fail }) => {
    const unhandled = vi.fn()
    process.on('unhandledRejection', unhandled)
    const desk = new LendingDesk(1_000)
    const onRefused = (one: RefusedUsage) => {
      refused.push(one)
      return fail(one)
    }
    const client = open(desk, { onRefused, batchSize: 5 })
    for (let event = 0; event < 12; event++)
      void client.report({ organization: 'ext:acme', meter: event % 3 === 0 ? 'wrong' : 'calls', quantity: 1, id: `event-${event}` })
    const flushed = client.flush()
    await vi.advanceTimersByTimeAsync(SECOND)
    await flushed
    vi.useRealTimers()
    await new Promise((resolve) => setTimeout(resolve)) // When Node has looked for rejections that nobody handles.
    process.off('unhandledRejection', unhandled)
    expect(unhandled).not.toHaveBeenCalled()
    const wrong = ['event-0', 'event-3', 'event-6', 'event-9']
    expect(refused.map((one) => one.type === 'event' && one.event.id)).toEqual(wrong)
    expect(desk.events.size).toBe(8)
    expect(troubles).toEqual(
      wrong.map((id) => expect.objectContaining({ type: 'handler_failed', refused: expect.objectContaining({ event: expect.objectContaining({ id }) }) })),
    )
  })

  it('of troubles ends nothing either', async () => {
    const logged = vi.spyOn(console, 'error').mockImplementation(() => {})
    const desk = new LendingDesk(1_000)
    desk.state = 'away'
    const client = open(desk, {
      onTrouble: () => {
        throw new Error('the log is full')
      },
    })
    expect(await decided(client)).toEqual({ allowed: false, reason: 'unreachable' })
    expect(logged).toHaveBeenCalledTimes(1)
    logged.mockRestore()
  })
})
