import { afterAll, beforeAll } from 'vitest'
import { closeDatabase, inEngine } from '@/db/client'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import type { PaymentProvider } from '../../payments/port'
import { type SimulatedPayments, simulatePayments } from '../../payments/testing/simulated-payments'
import { publishShippedProducts } from '../commands/publish-catalog'

/** A database of its own with the shipped products, and a sandbox that the real adapter talks to over HTTP. */
export type Stage = { readonly database: TestDatabase; readonly payments: SimulatedPayments; readonly provider: PaymentProvider }

/**
 * Sets the stage for the tests of one file, and clears it after them.
 *
 * @example
 * const stage = setStage()
 * it('…', async () => {
 *   const acme = await scenario(stage, { plan: 'basic' })
 */
export function setStage(): Stage {
  let database: TestDatabase | null = null
  let payments: SimulatedPayments | null = null

  beforeAll(async () => {
    database = await createTestDatabase()
    process.env.DATABASE_ENGINE_URL = database.engineUrl
    process.env.DATABASE_WEB_URL = database.webUrl
    process.env.HEADROOM_URL ??= 'https://billing.example.com'
    process.env.NEXTAUTH_SECRET = 'seals-the-invitations-of-a-test'
    process.env.HEADROOM_ENCRYPTION_KEYS = `tests:${Buffer.alloc(32, 7).toString('base64')}`
    payments = await simulatePayments({ settleAfter: 50 }, { answerWithin: 2_000 })
    await inEngine(publishShippedProducts)
  })
  afterAll(async () => {
    await closeDatabase()
    await payments?.stop()
    await database?.drop()
  })

  return {
    get database() {
      return set(database)
    },
    get payments() {
      return set(payments)
    },
    get provider() {
      return set(payments).provider
    },
  }
}

function set<Value>(value: Value | null): Value {
  if (value === null) throw new Error('the stage is set before the first test, and not before')
  return value
}
