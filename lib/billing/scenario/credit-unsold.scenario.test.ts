import { and, eq } from 'drizzle-orm'
import { describe, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { operatorNotices, pendingActions } from '@/db/schema'
import { modelTokens } from '../catalog/model-tokens'
import { balanceOf, buy, prepaidOf, recharge } from '../testing/prepaid'
import { publish } from '../testing/publish'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()
let version = 100

/** A year in which a product begins to sell no credit any more: each life has one of its own, and sells some until 2 January. */
async function lifeIn(year: number): Promise<Scenario> {
  const { prepaid: _sold, ...policies } = modelTokens.policies ?? {}
  const plans = modelTokens.plans.filter(({ id }) => id !== 'prepaid')
  await publish({ ...modelTokens }, { version: version++, effectiveAt: `${year}-01-01T00:00:00Z`, applies: 'new_subscriptions' })
  const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid', from: `${year}-01-01T00:00:00Z` })
  await publish({ ...modelTokens, plans, policies }, { version: version++, effectiveAt: `${year}-01-01T12:00:00Z`, applies: 'new_subscriptions' })
  return acme
}

const halfADayOn = async (acme: Scenario) => acme.jumpTo((await acme.now()).add({ hours: 13 }).toString())

/** Bought, and waiting for the bank. */
async function bought(acme: Scenario): Promise<string> {
  await acme.payWith('pm_card_authenticationRequired')
  const purchase = await buy(acme, 20_00)
  if (!purchase.ok || purchase.value.outcome.type !== 'needs_customer') throw new Error('the bank did not ask')
  return purchase.value.outcome.url
}

describe('credit whose purchase waits for the bank while the operator ceases to sell any', () => {
  it('is there when it is paid, as it was sold', async () => {
    const acme = await lifeIn(2031)
    const url = await bought(acme)
    await halfADayOn(acme)
    expect(await buy(acme, 20_00)).toMatchObject({ ok: false, error: { code: 'no_credit_sold' } })
    await acme.atBank(url, 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'purchase', status: 'paid' })
    expect(await balanceOf(acme)).toBe('20.00')
    const [lot] = (await prepaidOf(acme)).lots
    expect(lot?.expiresAt.toString()).toBe('2032-01-01T13:00:00Z')
  })

  it('becomes the customer’s credit, with a notice, where nobody wrote down how it was sold', async () => {
    const acme = await lifeIn(2033)
    const url = await bought(acme)
    const waiting = and(eq(pendingActions.organizationId, acme.organizationId), eq(pendingActions.kind, 'purchase'))
    await inEngine((tx) => tx.update(pendingActions).set({ decision: {} }).where(waiting))
    await halfADayOn(acme)
    await acme.atBank(url, 'approve')
    await acme.recover()
    expect(await acme.latestDocument()).toMatchObject({ kind: 'purchase', status: 'void' })
    expect(await balanceOf(acme)).toBe('0.00')
    expect(await acme.credit()).toBe(20_00n)
    const notices = await inEngine((tx) => tx.select().from(operatorNotices).where(eq(operatorNotices.organizationId, acme.organizationId)))
    expect(notices.map(({ kind, amount }) => `${kind} ${amount}`)).toEqual(['void_invoice_paid 2000'])
  })

  it('is bought by nothing any more', async () => {
    const acme = await lifeIn(2035)
    await buy(acme, 20_00)
    await recharge(acme, { threshold: 15_00, amount: 20_00 })
    await halfADayOn(acme)
    await acme.consume(8_000_000, { meter: 'input_tokens' })
    expect(await balanceOf(acme)).toBe('10.00')
    expect(await acme.charges()).toHaveLength(1)
  })
})
