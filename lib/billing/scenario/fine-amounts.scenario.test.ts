import { beforeAll, describe, expect, it } from 'vitest'
import { voidAndWithdraw } from '../flows/repairs'
import { publish } from '../testing/publish'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

const dinars = {
  id: 'dinars',
  name: 'Dinars',
  currency: 'kwd',
  meters: [],
  plans: [
    { id: 'free', name: 'Free', rank: 0, prices: { month: 0 }, included: {}, over_limit: { type: 'block' } },
    { id: 'basic', name: 'Basic', rank: 1, prices: { month: 1_234 }, included: {}, over_limit: { type: 'block' } },
  ],
  policies: { cycle: { days: 30 }, upgrade: { type: 'prorated_difference' }, downgrade: { type: 'period_end' }, refund: null },
}

beforeAll(() => publish(dinars))

const life = (): Promise<Scenario> => scenario(stage, { product: 'dinars', plan: 'basic', currency: 'kwd' })

describe('a price of 1.234 dinars, of which cards are charged in steps of 0.010', () => {
  it('is collected down to the step, and what is left with the next invoice', async () => {
    const acme = await life()
    expect((await acme.charges()).map(({ amount }) => amount)).toEqual([1_230])
    expect(await acme.credit()).toBe(-4n)
    await acme.walkTo('2026-03-02T00:00:00Z')
    expect((await acme.charges()).map(({ amount }) => amount).toSorted()).toEqual([1_230, 1_230, 1_240])
    expect((await acme.documents()).map(({ total, amountDue, creditApplied }) => [total, amountDue, creditApplied])).toEqual([
      [1_234n, 1_230n, 4n],
      [1_234n, 1_230n, 4n],
      [1_234n, 1_240n, -6n],
    ])
    expect(await acme.credit()).toBe(-2n)
    expect((await acme.held()).row.status).toBe('active')
  })

  it('leaves nothing on the account where its invoice is taken back', async () => {
    const acme = await life()
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    const { id: documentId } = await acme.latestDocument()
    expect(await acme.credit(), 'of both invoices').toBe(-8n)
    const taking = { organizationId: acme.organizationId, documentId, reason: 'made in error' }
    expect(await acme.step(() => voidAndWithdraw(acme.flow, taking))).toMatchObject({ ok: true })
    expect(await acme.credit(), 'of the first').toBe(-4n)
  })
})
