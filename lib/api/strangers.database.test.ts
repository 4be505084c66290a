import { afterEach, describe, expect, it } from 'vitest'
import { watchTransactions } from '../../db/client'
import { createApiKey } from '../auth/api-keys'
import { type Reply, runInterface } from './testing/running-interface'

const api = runInterface()
afterEach(() => watchTransactions(undefined))

let made = 0
const madeUp = () => `hr_${String(++made).padStart(43, '0')}`
const from = (address: string, sent: { key?: string | null; language?: string } = {}): Promise<Reply> =>
  api.get('/products', { key: sent.key === undefined ? madeUp() : sent.key, headers: { 'x-forwarded-for': address, 'accept-language': sent.language ?? 'en' } })
const times = (count: number, ask: () => Promise<Reply>) => Promise.all(Array.from({ length: count }, ask))
const statuses = (replies: readonly Reply[]) => [...new Set(replies.map(({ status }) => status))].sort()

describe('requests without a key that works', () => {
  it('are answered 429 once too many came from an address, with when to come back, and not from any other', async () => {
    const replies = await times(260, () => from('203.0.113.7'))
    expect(statuses(replies)).toEqual([401, 429])
    const held = replies.find(({ status }) => status === 429)
    expect(held?.body).toMatchObject({ code: 'rate_limited', retry_after: 1 })
    expect(held?.headers.get('retry-after')).toBe('1')
    const none = await times(20, () => from('203.0.113.7', { key: null, language: 'de' }))
    expect(none.find(({ status }) => status === 429)?.body.detail).toContain('zu viele Anfragen ohne gültigen Schlüssel')
    expect((await from('203.0.113.8')).status).toBe(401)
  })

  it('count by the address that our server saw: what a caller puts before it changes nothing', async () => {
    const replies = await times(260, () => from(`198.51.100.${++made % 250}, 203.0.113.9`))
    expect(statuses(replies)).toEqual([401, 429])
  })

  it('hold nobody off who has a key, from the same address, also where it is seen for the first time', async () => {
    const { key } = await createApiKey({ scope: 'read', label: 'behind the same router' })
    const [mine, others] = await Promise.all([from('203.0.113.10', { key }), times(260, () => from('203.0.113.10'))])
    expect(mine.status).toBe(200)
    expect(statuses(others)).toEqual([401, 429])
    const { key: another } = await createApiKey({ scope: 'read', label: 'seen for the first time' })
    expect((await from('203.0.113.10', { key: another })).status).toBe(200)
  })

  it('share one question to the database at a time', async () => {
    let [underWay, most, transactions] = [0, 0, 0]
    watchTransactions(async (_, work) => {
      transactions++
      most = Math.max(most, ++underWay)
      try {
        return await work(undefined)
      } finally {
        underWay--
      }
    })
    const replies = await times(300, () => from('203.0.113.11'))
    expect(statuses(replies)).toEqual([401, 429])
    expect(most).toBe(1)
    expect(transactions).toBeLessThan(150)
  })
})
