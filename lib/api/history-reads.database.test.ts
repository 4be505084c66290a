import { afterAll, beforeAll, expect, it } from 'vitest'
import { historyReads } from '../../db/history'
import { createCustomer, runInterface } from './testing/running-interface'

/** With an address at which nobody is, so that each read of history is seen to be one, and the primary answers it. */
const api = runInterface()
let id = ''
let subscription = ''
beforeAll(async () => {
  id = (await createCustomer(api)).id
  subscription = (await api.make(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: 'basic' })).id
  for (const name of ['Ada', 'Grace', 'Mary']) await api.make(`/organizations/${id}/members`, { email: `${name}@example.com`, role: 'admin' })
  process.env.DATABASE_REPLICA_URL = 'postgres://127.0.0.1:9/nobody-is-there'
})
afterAll(() => {
  delete process.env.DATABASE_REPLICA_URL
})

const readsOfHistory = () => Object.values(historyReads() ?? {}).reduce((sum, number) => sum + number, 0)

async function asHistory(path: string): Promise<[boolean, Awaited<ReturnType<typeof api.read>>]> {
  const before = readsOfHistory()
  const body = await api.read(path)
  return [readsOfHistory() > before, body]
}

it.each(['audit', 'notifications'])('of a list (%s), the first page is read where all is written, and those behind it are history', async (list) => {
  const [isHistory, first] = await asHistory(`/organizations/${id}/${list}?limit=1`)
  expect(isHistory).toBe(false)
  expect(first.next_cursor).toEqual(expect.any(String))
  const [isBehind, second] = await asHistory(`/organizations/${id}/${list}?limit=1&cursor=${first.next_cursor}`)
  expect(isBehind).toBe(true)
  expect(second.data).toHaveLength(1)
  expect(second.data).not.toEqual(first.data)
})

it('what was bought a moment ago, and what runs, is never history', async () => {
  for (const path of [
    `/organizations/${id}/invoices`,
    `/subscriptions/${subscription}`,
    `/subscriptions/${subscription}/usage`,
    `/organizations/${id}/credits`,
  ])
    expect((await asHistory(path))[0], path).toBe(false)
})

it('a period that was asked for by its start is history', async () => {
  const { period } = await api.read(`/subscriptions/${subscription}`)
  const [isHistory, card] = await asHistory(`/subscriptions/${subscription}/usage?period=${period.start}`)
  expect([isHistory, card.period.start]).toEqual([true, period.start])
})
