import { describe, expect, it } from 'vitest'
import { inWeb } from '../../../db/client'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { getPlanView } from './plan'

const stage = setStage()

/** As the page reads it: under the web role of the organization. */
async function adviceOf({ organizationId, product }: Scenario) {
  const view = await inWeb({ organizationId }, (tx) => getPlanView(tx, organizationId, product))
  return view?.advice ?? null
}

describe('which plan fits', () => {
  it('is not said before a period has closed', async () => {
    const acme = await scenario(stage, { product: 'api-calls', plan: 'basic' })
    await acme.use(20_000)
    expect(await adviceOf(acme)).toBeNull()
  })

  it('compares the closed periods, whose usage is what was recorded', async () => {
    const acme = await scenario(stage, { product: 'api-calls', plan: 'pro' })
    await acme.use(20_000)
    await acme.walkDays(30)
    await acme.use(900)
    await acme.walkDays(30)
    expect(await adviceOf(acme)).toMatchObject({
      periods: { count: 2 },
      plans: [
        { id: 'free', total: 0n, refused: 19_000n, isLeast: false },
        { id: 'basic', total: 20_00n, refused: 0n, isLeast: true },
        { id: 'pro', total: 60_00n, refused: 0n, isCurrent: true },
        { id: 'enterprise', total: 200_00n, refused: 0n },
      ],
    })
  })

  it('says nothing where all plans cost the same', async () => {
    const acme = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await acme.walkDays(32)
    expect(await adviceOf(acme)).toBeNull()
  })
})
