import { describe, expect, it } from 'vitest'
import { inWeb } from '../../../db/client'
import { minor } from '../../money'
import { recharge } from '../testing/prepaid'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getSpendingView } from './spending'

const stage = setStage()

/** As the page reads it: under the web role of the organization. */
function viewOf({ organizationId, product }: Scenario) {
  return inWeb({ organizationId }, (tx) => getSpendingView(tx, organizationId, product))
}

describe('the most that can be charged beside the price', () => {
  it('S7: of a hard limit is the blocks above the plan’s limit', async () => {
    const acme = await scenario(stage, { product: 'screenshots', plan: 'growth' })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'nothing' } })
    await acme.setLimits({ hardLimit: 12_001n })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'amount', amount: minor(12_00) } })
  })

  it('B6: of pay-as-you-go is its cap, and nothing bounds it without one', async () => {
    const acme = await scenario(stage, { product: 'scrape-credits', plan: 'scaling' })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'nothing' } })
    await acme.setLimits({ payAsYouGo: { enabled: true, cap: minor(50_00) } })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'amount', amount: minor(50_00) } })
    await acme.setLimits({ payAsYouGo: { enabled: true, cap: null } })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'unlimited' } })
  })

  it('B3: of an automatic upgrade is the next plan’s price', async () => {
    const acme = await scenario(stage, { product: 'scrape-credits', plan: 'hobby' })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'nothing' } })
    await acme.setLimits({ autoUpgrade: true })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'automatic', change: 'auto_upgrade', plan: 'Startup', price: minor(149_00) } })
  })

  it('P4: of a balance is what auto-recharge buys in a month, and nothing bounds it without a ceiling', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'balance' }, recharge: null })
    await recharge(acme, { threshold: 10_00, amount: 25_00, monthlyLimit: 100_00 })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'recharge', amount: minor(100_00) }, recharge: { enabled: true, threshold: minor(10_00) } })
    await recharge(acme, { threshold: 10_00, amount: 25_00 })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'unlimited' } })
    await recharge(acme, { threshold: 10_00, amount: 25_00, enabled: false })
    expect(await viewOf(acme)).toMatchObject({ most: { type: 'balance' } })
  })
})
