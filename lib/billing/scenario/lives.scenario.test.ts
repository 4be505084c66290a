import { and, eq, sql } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { usageSegments } from '@/db/schema'
import { addDays } from '../../time'
import { shippedProducts } from '../catalog/shipped'
import { Dice, isDeep, sample, seed } from '../testing/depth'
import * as operations from '../testing/operations'
import * as ofProducts from '../testing/product-operations'
import { type Scenario, scenario } from '../testing/scenario'
import { expectSettled } from '../testing/settled'
import { setStage } from '../testing/stage'

/**
 * Random lives on each of the shipped products: whatever a customer does with it, in whatever order, the books balance after
 * each step, nothing is billed twice, and what is only ever asked for before it is used stays within its limits.
 */
const stage = setStage()
const [LIVES, STEPS] = isDeep ? [12, 70] : [1, 20]
const PRODUCTS_A_RUN = 3

const anyCard = operations.saveCard(['pm_card_visa', 'pm_card_visa', 'pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'])
const onward = operations.advance([0.25, 1, 3, 7, 14, 30, 31, 62])

/** As often as they stand here. */
const OFTEN: readonly operations.Operation[] = [
  ...[onward, onward, onward, onward, onward, anyCard],
  ...[operations.changeUp, operations.changeUp, operations.changeDown, operations.changeDown],
  ...[operations.cancel, operations.reactivate, operations.refund, operations.refund, operations.payOpen, operations.answerBank],
  ...[operations.consumeAtOnce, operations.consumeAtOnce, operations.consumeAtOnce, operations.sweep, operations.subscribeFirst],
  ...[ofProducts.setAnyLimit, ofProducts.setAnyLimit, ofProducts.renewAnyhow],
  ...[ofProducts.join, ofProducts.join, ofProducts.leave, ofProducts.buyCredit, ofProducts.buyCredit, ofProducts.refillByItself],
]
const CARELESS: readonly operations.Operation[] = [...OFTEN, operations.record, operations.record, operations.record]

/** Days on which calendars have their own mind. */
const BEGINNINGS = ['2026-01-31T00:00:00Z', '2027-12-31T12:00:00Z', '2028-02-29T00:00:00Z', '2025-11-20T00:00:00Z', '2026-05-01T00:00:00Z']

const CASES = shippedProducts.flatMap(({ id }) => Array.from({ length: LIVES }, (_, life) => ({ product: id, life })))

it.each(sample(CASES, PRODUCTS_A_RUN))('life $life on $product of seed $seed', async ({ product, life }) => {
  const done: string[] = []
  try {
    await live(product, new Dice(`${product} ${life}`), done)
  } catch (cause) {
    throw new Error(`Life ${life} on ${product} of seed ${seed} (HEADROOM_TEST_SEED) failed after:\n${done.join('\n')}`, { cause })
  }
})

async function live(product: string, dice: Dice, done: string[]): Promise<void> {
  const from = dice.of(BEGINNINGS)
  const isCareful = dice.below(2) === 0
  const one = await scenario(stage, { product, plan: null, from, members: dice.below(4), registeredAt: dice.of([from, '2025-10-01T00:00:00Z']) })
  done.push(`from ${from}, ${isCareful ? 'careful' : 'careless'}`)
  await act(one, operations.subscribeFirst, dice, done)

  for (let step = 0; step < STEPS; step++) {
    await act(one, dice.of(isCareful ? OFTEN : CARELESS), dice, done)
    await one.expectBalanced()
    if (isCareful) await expectWithinLimits(one)
  }

  done.push('Nobody does anything any more.')
  await expectSettled(one)
  const later = addDays(await one.now(), 70)
  expect(await one.walkTo(later)).toEqual({ ok: true, value: { now: later } })
  await expectSettled(one)
}

async function act(one: Scenario, operation: operations.Operation, dice: Dice, done: string[]): Promise<void> {
  done.push(operation.name)
  const begin = await operation.prepare(one, dice)
  const answer = await begin()
  done.push(`   ${answer.ok ? 'done' : answer.error.code} at ${await one.now()}`)
  if (!answer.ok) expect(operation.refusals, operation.name).toContain(answer.error.code)
}

/** What was counted beyond a plan that refuses it, or beyond the hard limit or the cap. */
async function expectWithinLimits({ organizationId }: Scenario): Promise<void> {
  const { units, limitUnits, countedAtStart, overLimit, extraThreshold, extraMaximum } = usageSegments
  const ceiling = sql`greatest(${limitUnits}, ${extraThreshold} + ${extraMaximum})`
  const over = await inEngine((tx) =>
    tx
      .select()
      .from(usageSegments)
      .where(
        and(
          eq(usageSegments.organizationId, organizationId),
          sql`${overLimit} IN ('block', 'blocks', 'pay_as_you_go') AND ${extraMaximum} IS NOT NULL AND ${units} > 0 AND ${countedAtStart} + ${units} > ${ceiling}`,
        ),
      ),
  )
  expect(over, 'consume never passes a limit').toEqual([])
}
