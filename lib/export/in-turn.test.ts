import { afterEach, describe, expect, it, vi } from 'vitest'
import { EXPORT_MINUTES } from '../billing/commands/begin-export'
import { EXPORTS_AT_ONCE, inTurn, type KeepTurn } from './in-turn'

const keeping = async (keep: KeepTurn) => keep(async () => {})

/** Begins as many as may be, and says how each is ended. */
async function takeAll(): Promise<(() => Promise<void>)[]> {
  const begun = await Promise.all(Array.from({ length: EXPORTS_AT_ONCE }, () => inTurn(keeping)))
  return begun.map((one) => {
    if (!one.ok) throw new Error(one.error.because)
    return one.value
  })
}

afterEach(() => {
  vi.useRealTimers()
})

describe('a turn to take everything along', () => {
  it('is refused to one more than there are, with when to come again, and had when one has ended', async () => {
    const [first, ...others] = await takeAll()
    expect(await inTurn(keeping)).toMatchObject({ ok: false, error: { code: 'export_not_yet', because: 'others', retryAt: expect.anything() } })
    await first?.()
    const next = await inTurn(keeping)
    expect(next.ok).toBe(true)
    for (const end of [...others, ...(next.ok ? [next.value] : [])]) await end()
  })

  it('is given back where nothing was begun, where beginning failed, and where its end could not be written down', async () => {
    for (let time = 0; time <= EXPORTS_AT_ONCE; time++) {
      expect(await inTurn(async () => 'refused')).toEqual({ ok: true, value: 'refused' })
      await expect(inTurn(() => Promise.reject(new Error('no database')))).rejects.toThrow('no database')
      const begun = await inTurn(async (keep) => keep(() => Promise.reject(new Error('no database at the end'))))
      await expect(begun.ok && begun.value()).rejects.toThrow('no database at the end')
    }
    for (const end of await takeAll()) await end()
  })

  it('is over when an export must have ended, whether or not it says so, and an end that comes later takes nobody else away', async () => {
    vi.useFakeTimers({ toFake: ['performance'] })
    const silent = await takeAll()
    vi.advanceTimersByTime(EXPORT_MINUTES * 60_000 - 1)
    expect((await inTurn(keeping)).ok).toBe(false)
    vi.advanceTimersByTime(1)
    const next = await takeAll()
    for (const end of silent) await end()
    expect((await inTurn(keeping)).ok).toBe(false)
    for (const end of next) await end()
  })
})
