import { type ChildProcess, spawn } from 'node:child_process'
import { resolve } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createCustomer, runInterface, START_UP_KEY } from '../api/testing/running-interface'

/** Four processes of a company on one capped meter: whatever happens to them, never one request more than there are units. */

const api = runInterface()
const LIMIT = 1_000
const LEASE_SECONDS = 2

class Gateway {
  served = 0
  errors = ''
  readonly exited: Promise<void>
  readonly #process: ChildProcess

  constructor(organization: string, ended: 'when refused' | 'when told') {
    const facts = { url: api.base.replace(/\/api\/v1$/, ''), key: START_UP_KEY, organization, leaseSeconds: String(LEASE_SECONDS), ended }
    this.#process = spawn(process.execPath, ['--import', 'tsx', resolve(import.meta.dirname, 'testing/gateway.ts'), JSON.stringify(facts)], {
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    this.#process.stdout?.on('data', (bytes: Buffer) => {
      this.served += bytes.length
    })
    this.#process.stderr?.on('data', (bytes: Buffer) => {
      this.errors += bytes.toString()
    })
    this.exited = new Promise((done) => this.#process.once('close', () => done()))
  }

  async end(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
    this.#process.kill(signal)
    await this.exited
  }
}

const gateways: Gateway[] = []
let organization = ''
let subscription = ''

const open = (ended: 'when refused' | 'when told' = 'when told') => {
  const gateway = new Gateway(organization, ended)
  gateways.push(gateway)
  return gateway
}
const served = () => gateways.reduce((sum, gateway) => sum + gateway.served, 0)
const meter = async () => (await api.read(`/subscriptions/${subscription}/usage`)).meters[0] as { used: number; reserved: number; remaining: number }

beforeEach(async () => {
  organization = (await createCustomer(api)).id
  subscription = (await api.make(`/organizations/${organization}/subscriptions`, { product: 'api-calls', plan: 'free' })).id
})
afterEach(async () => {
  await Promise.all(gateways.splice(0).map((gateway) => gateway.end('SIGKILL')))
})

describe('four processes on one limit', () => {
  it('A2, G61: serve all of it, and not one more; each unit is counted', async () => {
    await Promise.all([1, 2, 3, 4].map(() => open('when refused').exited))
    // Who gave something back last has nobody left to use it.
    const last = open('when refused')
    await last.exited
    expect(gateways.map(({ errors }) => errors).join('')).toBe('')
    expect(served()).toBe(LIMIT)
    expect(await meter()).toMatchObject({ used: LIMIT, reserved: 0, remaining: 0 })
  })

  it('G61: what a killed one held comes back within a lease’s time, and what was counted never passes the limit', async () => {
    const killed = open()
    await expect.poll(() => killed.served, { timeout: 20_000, interval: 5 }).toBeGreaterThan(20)
    await killed.end('SIGKILL')
    const [other, third, fourth] = [open(), open(), open()]
    await expect.poll(() => third.served, { timeout: 20_000, interval: 5 }).toBeGreaterThan(0)
    await third.end('SIGKILL')
    // The survivors get what the others held.
    const alive = () => other.served + fourth.served
    await expect
      .poll(async () => (await meter()).remaining === 0 && alive() >= LIMIT - killed.served - third.served, { timeout: 20_000, interval: 100 })
      .toBe(true)
    await Promise.all([other.end('SIGTERM'), fourth.end('SIGTERM')])
    await expect.poll(async () => (await meter()).reserved, { timeout: 20_000, interval: 100 }).toBe(0)
    const { used } = await meter()
    expect(used).toBeLessThanOrEqual(LIMIT)
    // Of what a killed process served, only what it had not yet reported can be missing from the count.
    expect(used).toBeGreaterThanOrEqual(alive())
    expect(served() - used).toBeLessThanOrEqual(killed.served + third.served)
  })
})
