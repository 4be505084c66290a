import { describe, expect, it } from 'vitest'
import { newId } from '../../ids'
import { minor } from '../../money'
import { recordAndCharge } from '../flows/use'
import { buy } from '../testing/prepaid'
import { type Scenario, scenario } from '../testing/scenario'
import { setStage } from '../testing/stage'
import { runBooks } from './run-books'

const stage = setStage()
const RUNS = 60

/** Uses a unit, and another, as long as the books are run. */
async function useWhile(isOver: () => boolean, { flow, organizationId }: Scenario, meter: string, quantity: bigint): Promise<number> {
  let used = 0
  while (!isOver()) {
    const event = { id: newId('evt'), organizationId, meter, quantity, timestamp: null, key: null, properties: null }
    const recorded = await recordAndCharge(flow, [event])
    if (!recorded.ok) throw new Error(recorded.error.code)
    used++
  }
  return used
}

describe('books that are run while everybody is served', () => {
  it('balance at every moment: what is used meanwhile is in all of their sums or in none', async () => {
    const prepaid = await scenario(stage, { product: 'model-tokens', plan: 'prepaid' })
    await buy(prepaid, 100_00)
    const over = await scenario(stage, { plan: 'basic' })
    await over.use(25_000)
    const capped = await scenario(stage, { product: 'scrape-credits', plan: 'scaling' })
    await capped.setLimits({ payAsYouGo: { enabled: true, cap: minor(10_00) } })
    await capped.use(5_000_000)

    let isOver = false
    const isDone = () => isOver
    const users = [useWhile(isDone, prepaid, 'output_tokens', 3n), useWhile(isDone, over, 'calls', 1n), useWhile(isDone, capped, 'credits', 1n)]
    const runs = []
    for (let run = 0; run < RUNS; run++) runs.push(await runBooks())
    isOver = true
    const used = await Promise.all(users)
    expect(
      runs.flatMap(({ differences }) => differences),
      `of ${RUNS} runs beside ${used.join(', ')} uses`,
    ).toEqual([])
    expect(Math.min(...used)).toBeGreaterThan(RUNS)
  })
})
