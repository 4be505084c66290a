import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { closeDatabase, inEngine } from '@/db/client'
import { testClocks } from '@/db/schema'
import { createTestDatabase, type TestDatabase } from '@/db/testing'
import { newId, type OrganizationId, type SubscriptionId, type TestClockId } from '@/lib/ids'
import type { PaymentProvider } from '@/lib/payments/port'
import { type Sandbox, startSandbox } from '@/lib/payments/sandbox/start'
import { stripeProvider } from '@/lib/payments/stripe/stripe-provider'
import { instant } from '@/lib/time'
import { cancelSubscription } from '../commands/cancel-subscription'
import { createOrganization } from '../commands/create-organization'
import { publishShippedProducts } from '../commands/publish-catalog'
import { quoteChange } from '../commands/quote-change'
import { readSubscription } from '../commands/store/subscription'
import type { CommandContext } from '../context'
import { advanceClock } from './advance-clock'
import { changePlanAndPay, subscribeAndPay } from './paid-actions'
import { setPaymentMethod } from './payment-method'

const secretKey = 'sk_test_paid_actions'
let database: TestDatabase
let sandbox: Sandbox
let provider: PaymentProvider
const first = <Value>(work: (context: CommandContext) => Promise<Value>) => inEngine((tx) => work({ tx, actor: 'operator' }))

beforeAll(async () => {
  database = await createTestDatabase()
  process.env.DATABASE_ENGINE_URL = database.engineUrl
  process.env.DATABASE_WEB_URL = database.webUrl
  sandbox = await startSandbox({ databaseUrl: database.ownerUrl, port: 0, publicUrl: 'http://127.0.0.1:3000', webhook: null, secretKey })
  provider = stripeProvider({ secretKey, webhookSecret: 'whsec_test', mode: 'sandbox', apiBase: `http://127.0.0.1:${sandbox.port}` })
  await inEngine(publishShippedProducts)
})
afterAll(async () => {
  await closeDatabase()
  await sandbox.stop()
  await database.drop()
})

async function organizationOn(now: string): Promise<{ organizationId: OrganizationId; clockId: TestClockId }> {
  const clockId = newId('clock')
  await inEngine((tx) => tx.insert(testClocks).values({ id: clockId, now: instant(now) }))
  const created = await first((context) =>
    createOrganization(context, {
      name: 'Acme',
      owner: { email: `${clockId}@example.com`, name: 'Ada' },
      currency: 'usd',
      testClockId: clockId,
      invite: false,
    }),
  )
  if (!created.ok) throw new Error(created.error.code)
  return { organizationId: created.value.organization.id, clockId }
}

const read = (organizationId: OrganizationId, id: SubscriptionId) => inEngine((tx) => readSubscription(tx, organizationId, id))

async function onBasic(): Promise<{ organizationId: OrganizationId; clockId: TestClockId; subscriptionId: SubscriptionId }> {
  const { organizationId, clockId } = await organizationOn('2026-01-01T00:00:00Z')
  expect(await setPaymentMethod({ provider, first }, { organizationId, methodRef: 'pm_card_visa', key: 'a' })).toMatchObject({ ok: true })
  const subscribed = await subscribeAndPay(
    { provider, first },
    { organizationId, product: 'api-calls', plan: 'basic', returnUrl: 'http://127.0.0.1:3000/back' },
  )
  if (!subscribed.ok) throw new Error(subscribed.error.code)
  expect(subscribed.value.outcome).toEqual({ type: 'done' })
  return { organizationId, clockId, subscriptionId: subscribed.value.subscriptionId }
}

describe('a paid action', () => {
  it('A6: Basic → Pro after 10 completed days charges $13.33, and the period renews at $30.00', async () => {
    const { organizationId, clockId, subscriptionId } = await onBasic()
    expect(await advanceClock(provider, { clockId, to: instant('2026-01-11T00:00:00Z') })).toMatchObject({ ok: true })
    const quote = await first((context) => quoteChange(context, { organizationId, subscriptionId, plan: 'pro' }))
    if (!quote.ok) throw new Error(quote.error.code)
    expect(quote.value.decision.document.lines.map((line) => line.amount)).toEqual([-6_67n, 20_00n])
    const changed = await changePlanAndPay(
      { provider, first },
      { organizationId, subscriptionId, quoteId: quote.value.id, returnUrl: 'http://127.0.0.1:3000/back' },
    )
    expect(changed).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })
    expect((await read(organizationId, subscriptionId))?.row).toMatchObject({ plan: 'pro', status: 'active' })
    expect(await advanceClock(provider, { clockId, to: instant('2026-01-31T00:00:00Z') })).toMatchObject({ ok: true })
    expect((await read(organizationId, subscriptionId))?.row.periodStart.toString()).toBe('2026-01-31T00:00:00Z')
  })

  it('A8: a cancelled plan ends on free at the period end', async () => {
    const { organizationId, clockId, subscriptionId } = await onBasic()
    expect(await first((context) => cancelSubscription(context, { organizationId, subscriptionId }))).toMatchObject({ ok: true })
    expect(await advanceClock(provider, { clockId, to: instant('2026-03-15T00:00:00Z') })).toMatchObject({ ok: true })
    const after = await read(organizationId, subscriptionId)
    expect(after?.row).toMatchObject({ plan: 'free', status: 'active', cancelAt: null })
    expect(after?.row.periodStart.toString()).toBe('2026-03-02T00:00:00Z')
  })

  it('C12: a declined renewal is retried for seven days and then moves to free', async () => {
    const { organizationId, clockId, subscriptionId } = await onBasic()
    expect(await setPaymentMethod({ provider, first }, { organizationId, methodRef: 'pm_card_chargeCustomerFail', key: 'b' })).toMatchObject({ ok: true })
    await advanceClock(provider, { clockId, to: instant('2026-02-01T00:00:00Z') })
    expect((await read(organizationId, subscriptionId))?.row).toMatchObject({ plan: 'basic', status: 'past_due' })
    await advanceClock(provider, { clockId, to: instant('2026-02-08T00:00:00Z') })
    expect((await read(organizationId, subscriptionId))?.row).toMatchObject({ plan: 'free', status: 'active' })
  })
})
