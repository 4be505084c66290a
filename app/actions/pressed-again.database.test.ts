import { beforeAll, describe, expect, it, vi } from 'vitest'
import { foundTenant, signInAs, type Tenant } from '@/lib/auth/testing/acting-people'
import { setStage } from '@/lib/billing/testing/stage'
import type { PaymentProvider } from '@/lib/payments/port'
import { buyCreditAction } from './credits'
import { changePlanAction, subscribeAction } from './plan'

/** A person whose answer was lost presses again, with the key of the first press. */
const held = vi.hoisted(() => ({ provider: null as PaymentProvider | null }))
vi.mock('@/lib/payments/provider', () => ({ paymentProvider: () => held.provider }))
vi.mock('next/cache', () => ({ revalidatePath: vi.fn() }))
vi.mock('next/headers', async () => {
  const { cookieStore } = await import('@/lib/auth/testing/acting-people')
  return {
    cookies: async () => cookieStore,
    headers: async () => new Headers({ 'x-forwarded-for': '198.51.100.1' }),
  }
})

process.env.NEXTAUTH_SECRET = 'a secret that is only for tests, of 32 and more'
process.env.HEADROOM_URL = 'http://localhost:3000'
process.env.HEADROOM_ENCRYPTION_KEYS ??= `tests:${Buffer.alloc(32, 7).toString('base64')}`
const stage = setStage()
beforeAll(() => {
  held.provider = stage.provider
})

type Press = (key: string) => Promise<unknown>
/** `charges` before the press; `press` of what costs money, `other` of something else with the same key. */
type Pressable = { tenant: Tenant; charges: number; press: Press; other: Press }

const PAID: Record<string, (facts: { card?: string | null }) => Promise<Pressable>> = {
  'a change of plan': async (facts) => {
    const tenant = await foundTenant(stage, { ...facts, plan: 'basic' })
    const { subscriptionId } = tenant.life
    const [pro, enterprise] = [await tenant.life.quote('pro'), await tenant.life.quote('enterprise')]
    const to =
      (quoteId: typeof pro.id): Press =>
      (press) =>
        changePlanAction(tenant.slug, { subscriptionId, quoteId, press })
    return { tenant, charges: 1, press: to(pro.id), other: to(enterprise.id) }
  },
  'a first subscription': async (facts) => {
    const tenant = await foundTenant(stage, { ...facts, plan: null })
    const to =
      (plan: string, expectedAmountDue: bigint): Press =>
      (press) =>
        subscribeAction(tenant.slug, { product: 'api-calls', plan, expectedAmountDue, press })
    return { tenant, charges: 0, press: to('basic', 10_00n), other: to('pro', 30_00n) }
  },
  'credit that is bought': async (facts) => {
    const tenant = await foundTenant(stage, { ...facts, plan: null })
    const of =
      (amount: bigint): Press =>
      (press) =>
        buyCreditAction(tenant.slug, { amount, expectedAmountDue: amount, lastPurchase: null, press })
    return { tenant, charges: 0, press: of(20_00n), other: of(30_00n) }
  },
}
const KEY = '5d1e7a52-9c1a-4b43-8a58-0b7ad31f3c55'
const chargesOf = async ({ life }: Tenant) => (await life.charges()).length

async function prepared(action: string, facts: { card?: string | null } = {}): Promise<Pressable> {
  const pressable = await PAID[action]?.(facts)
  if (!pressable) throw new Error(`no action is called ${action}`)
  await signInAs(pressable.tenant.owner)
  return pressable
}

describe('a press whose answer was lost', () => {
  it.each(
    Object.keys(PAID).flatMap((action) => [
      { action, card: 'pm_card_visa', type: 'done', taken: 1 },
      { action, card: 'pm_card_chargeCustomerFail', type: 'declined', taken: 0 },
    ]),
  )('C7: $action is done once by a press whose answer was lost, which is told what became of it ($card)', async ({ action, card, type, taken }) => {
    const { tenant, charges, press } = await prepared(action)
    await tenant.life.payWith(card)
    for (const time of ['the first, unheard', 'again', 'once more']) expect(await press(KEY), time).toMatchObject({ ok: true, value: { type } })
    expect(await chargesOf(tenant)).toBe(charges + taken)
  })

  it.each(Object.keys(PAID))('C7: %s is done once by two presses with one key at one moment, and both are told so', async (action) => {
    const { tenant, charges, press } = await prepared(action)
    const answers = await Promise.all([press(KEY), press(KEY)])
    for (const answer of answers) expect(answer).toMatchObject({ ok: true })
    expect(await press(KEY)).toMatchObject({ ok: true, value: { type: 'done' } })
    expect(await chargesOf(tenant)).toBe(charges + 1)
  })

  it.each(Object.keys(PAID))('C7: %s pressed with the key of something else is refused, and nothing is done', async (action) => {
    const { tenant, charges, press, other } = await prepared(action)
    expect(await press(KEY)).toMatchObject({ ok: true })
    expect(await other(KEY)).toMatchObject({ ok: false, error: { code: 'idempotency_mismatch' } })
    expect(await chargesOf(tenant)).toBe(charges + 1)
  })

  it.each(Object.keys(PAID))('C7: %s, pressed anew after an answer, is another wish, and is refused where it was done', async (action) => {
    const { tenant, charges, press } = await prepared(action)
    expect(await press(KEY)).toMatchObject({ ok: true })
    expect(await press(crypto.randomUUID())).toMatchObject({ ok: false })
    expect(await chargesOf(tenant)).toBe(charges + 1)
  })

  it('C7: a refused press may be pressed again with the same key, and is done once what kept it away is gone', async () => {
    const { tenant, press } = await prepared('credit that is bought', { card: null })
    expect(await press(KEY)).toMatchObject({ ok: false, error: { code: 'no_payment_method' } })
    await tenant.life.payWith('pm_card_visa')
    expect(await press(KEY)).toMatchObject({ ok: true, value: { type: 'done' } })
    expect(await chargesOf(tenant)).toBe(1)
  })

  it('C7: one person’s key says nothing to another, of the same organization or of another', async () => {
    const { tenant, press } = await prepared('credit that is bought')
    expect(await press(KEY)).toMatchObject({ ok: true })
    await signInAs(await tenant.personOf('admin'))
    expect(await press(KEY), 'they know of no purchase, and there is one').toMatchObject({ ok: false, error: { code: 'quote_expired' } })
    expect(await chargesOf(tenant)).toBe(1)

    const elsewhere = await prepared('credit that is bought')
    expect(await elsewhere.press(KEY)).toMatchObject({ ok: true, value: { type: 'done' } })
    expect(await chargesOf(elsewhere.tenant), 'theirs is a purchase of their own').toBe(1)
  })
})
