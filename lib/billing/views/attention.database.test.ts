import { describe, expect, it } from 'vitest'
import { inWeb } from '../../../db/client'
import { Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getAttention } from './attention'

const stage = setStage()

/** As every page reads it: under the web role of the organization. */
const attentionOf = ({ organizationId }: Scenario) => inWeb({ organizationId }, (tx) => getAttention(tx, organizationId))

async function declinedOn(...others: { product: string; plan: string }[]): Promise<Scenario> {
  const acme = await scenario(stage, { plan: 'basic' })
  for (const { product, plan } of others) {
    const other = new Scenario(stage, acme.organizationId, acme.clockId, product)
    expect(await other.subscribe(plan)).toMatchObject({ ok: true })
  }
  await acme.payWith('pm_card_chargeCustomerFail')
  await acme.walkTo('2026-02-01T00:00:00Z')
  return acme
}

describe('what needs attention', () => {
  it('is nothing where all is well', async () => {
    expect(await attentionOf(await scenario(stage, { plan: 'basic' }))).toEqual([])
  })

  it('names the invoice of one failed payment, and when it is tried again (C12)', async () => {
    const acme = await declinedOn()
    const invoice = await acme.latestDocument()
    expect(await attentionOf(acme)).toMatchObject([
      { kind: 'payment_failed', invoice: invoice.id, amount: 10_00n, currency: 'usd', nextTryAt: '2026-02-03T00:00:00Z', stops: false },
    ])
  })

  it('tells several as one, with their sum and the next try: one card collects them all', async () => {
    const acme = await declinedOn({ product: 'screenshots', plan: 'basic' }, { product: 'scrape-credits', plan: 'hobby' })
    expect(await attentionOf(acme)).toMatchObject([{ kind: 'payments_failed', count: 3, amount: 76_00n, currency: 'usd', stops: false }])
    await acme.payWith('pm_card_visa')
    expect(await attentionOf(acme)).toEqual([])
  })

  it('tells a reached limit with when it begins anew, and nothing of another organization', async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.use(30_000)
    expect(await attentionOf(acme)).toMatchObject([
      { kind: 'blocked', reason: 'limit_reached', productId: 'api-calls', used: 30_000n, limit: 30_000n, resetsAt: '2026-01-31T00:00:00Z' },
    ])
    expect(await attentionOf(await scenario(stage))).toEqual([])
  })
})
