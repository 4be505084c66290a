import { describe, expect, it } from 'vitest'
import { lineAmounts, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'

const stage = setStage()

describe('api-calls, walked on a clock', () => {
  it('A6: Basic → Pro after 10 completed days costs $13.33 once, and renews at $30.00', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.use(12_000)
    await acme.walkDays(10)
    const quote = await acme.quote('pro')
    expect(quote.decision.document).toMatchObject({ total: 13_33n, amountDue: 13_33n })
    expect(await acme.execute(quote.id)).toMatchObject({ ok: true, value: { outcome: { type: 'done' } } })

    const invoice = await acme.latestDocument()
    expect(lineAmounts(invoice)).toEqual([
      ['proration_credit', -6_67n],
      ['proration_charge', 20_00n],
    ])
    expect(invoice).toMatchObject({ status: 'paid', amountPaid: 13_33n, kind: 'change' })
    expect((await acme.charges()).map((charge) => charge.amount).sort()).toEqual([1000, 1333])

    await acme.walkTo('2026-01-31T00:00:00Z')
    expect(await acme.latestDocument()).toMatchObject({ kind: 'renewal', status: 'paid', amountPaid: 30_00n })
  })
})
