import { eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { operatorNotices, organizations, paymentMethods } from '@/db/schema'
import { minor } from '../../money'
import { type PaymentProvider, ProviderMisuse } from '../../payments/port'
import { instant } from '../../time'
import { advanceClock } from '../flows/advance-clock'
import { runDueFor } from '../flows/due-work'
import { subscribeAndPay } from '../flows/paid-actions'
import { beginCardSetup, setPaymentMethod } from '../flows/payment-method'
import { RETURN_URL, type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

const refusing = (fault: ProviderMisuse): PaymentProvider => ({
  ...stage.provider,
  open: async () => {
    throw fault
  },
})

async function noticed({ organizationId }: Scenario): Promise<string[]> {
  const rows = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, organizationId)).orderBy(operatorNotices.id))
  return rows.map(({ kind, amount, detail }) => `${kind} ${amount}: ${detail}`)
}

describe('a payment that the provider will not open (C12)', () => {
  it('of a renewal is tried again on its days, with a mail each and one notice, and the plan ends unpaid', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    const provider = refusing(new ProviderMisuse('it is too large'))
    await advanceClock(provider, { clockId: acme.clockId, to: instant('2026-01-31T00:00:00Z') })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'past_due' })
    expect((await acme.payments()).at(-1)).toMatchObject({ state: 'refused', reason: 'payment_not_accepted' })
    expect(await advanceClock(provider, { clockId: acme.clockId, to: instant('2026-02-08T00:00:00Z') })).toMatchObject({ ok: true })
    expect((await acme.held()).row).toMatchObject({ plan: 'free', status: 'active' })
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'open' })
    expect((await acme.told()).filter((kind) => kind === 'payment_failed')).toHaveLength(5)
    expect(await noticed(acme)).toEqual(['payment_not_accepted 1000: it is too large'])
    await acme.expectBalanced()
  })

  it('is collected when what kept it away is put right', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.jumpTo('2026-01-31T00:00:00Z')
    await runDueFor(refusing(new ProviderMisuse('it is too large')), [acme.organizationId])
    await acme.walkTo('2026-02-01T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.held()).row).toMatchObject({ plan: 'basic', status: 'active' })
  })

  it('of a first plan is told to whoever buys it, and its invoice is void', async () => {
    const acme = await scenario(stage, { plan: null })
    const flow = { ...acme.flow, provider: refusing(new ProviderMisuse('it is too large')) }
    const about = { organizationId: acme.organizationId, product: acme.product, plan: 'basic', returnUrl: RETURN_URL }
    expect(await subscribeAndPay(flow, about)).toMatchObject({ ok: true, value: { outcome: { type: 'declined', reason: 'payment_not_accepted' } } })
    expect(await acme.latestDocument()).toMatchObject({ status: 'void' })
    expect(await noticed(acme)).toHaveLength(1)
  })

  it('for the provider does not take our own key is nobody’s failure, and waits', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.jumpTo('2026-01-31T00:00:00Z')
    const locked = runDueFor(refusing(new ProviderMisuse('an expired key', { about: 'call' })), [acme.organizationId])
    await expect(locked).rejects.toThrow('could not be worked on')
    expect((await acme.held()).row.status).toBe('active')
    expect(await acme.told()).not.toContain('payment_failed')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
  })
})

/** Somebody has deleted the organization’s customer at the provider. */
async function deleteCustomer({ organizationId }: Scenario): Promise<void> {
  await inEngine((tx) =>
    tx
      .update(organizations)
      .set({ payerRef: `cus_deleted_of_${organizationId}` })
      .where(eq(organizations.id, organizationId)),
  )
}

const cardOf = ({ organizationId }: Scenario) => inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, organizationId)))

/** The cash of the books is that of two customers at the provider, so that nothing is compared with the one that there is now. */
const saveCard = ({ flow, organizationId }: Scenario) => setPaymentMethod(flow, { organizationId, methodRef: 'pm_card_visa', key: 'anew' })

describe('a customer that was deleted at the provider', () => {
  it('is forgotten with its card by the renewal that finds it gone, which a new card pays', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await deleteCustomer(acme)
    await acme.walkOn(stage.provider, 30 * 24 * 3600)
    expect((await acme.held()).row.status).toBe('past_due')
    expect((await acme.payments()).at(-1)).toMatchObject({ state: 'refused', reason: 'no_payment_method' })
    expect(await acme.payerRef()).toBeNull()
    expect(await cardOf(acme)).toEqual([])
    expect(await noticed(acme)).toHaveLength(1)
    expect(await saveCard(acme)).toMatchObject({ ok: true })
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
  })

  it('is made anew by whoever saves a card, and what was opened for the one before is opened anew', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    await deleteCustomer(acme)
    expect(await saveCard(acme)).toMatchObject({ ok: true })
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid' })
    expect((await acme.held()).row.status).toBe('active')
    expect(
      (await acme.charges()).map(({ amount }) => amount),
      'of the new customer',
    ).toEqual([1000])
  })

  it('is made anew by whoever asks for the card page', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await deleteCustomer(acme)
    const about = { organizationId: acme.organizationId, currency: 'usd', returnUrl: RETURN_URL, cancelUrl: RETURN_URL } as const
    expect(await beginCardSetup(acme.flow, { ...about, key: 'page', expectedAmountDue: minor(0) })).toMatchObject({ ok: true })
    expect(await acme.payerRef()).toMatch(/^cus_(?!deleted)/)
  })
})
