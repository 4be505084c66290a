import { expect, it } from 'vitest'
import { DEVELOPERS_OPERATIONS, endpointOf } from '../testing/dashboard-developers'
import { connected, DASHBOARD_OPERATIONS } from '../testing/dashboard-operations'
import { Dice, sample } from '../testing/depth'
import * as operations from '../testing/operations'
import { type Scenario, scenario } from '../testing/scenario'
import { expectSettled } from '../testing/settled'
import { setStage } from '../testing/stage'

const stage = setStage()

/** Once in each order, against each other and against what moves money: they move none themselves. */
const MONEY = [operations.changeUp, operations.changeDown, operations.cancel, operations.refund, operations.advance([31, 45])]
const ORDERS = ['as named', 'turned'] as const

const OURS = [...DASHBOARD_OPERATIONS, ...DEVELOPERS_OPERATIONS]
const names = OURS.map(({ name }) => name)
const CASES = OURS.flatMap(({ name: one }, index) =>
  [...names.slice(index), ...MONEY.map(({ name }) => name)].flatMap((other) => ORDERS.map((order) => ({ one, other, order }))),
)

type Prepared = { name: string; refusals: readonly string[]; begin: () => Promise<operations.Answer>; kept?: unknown; after?: () => Promise<unknown> }

it.each(sample(CASES, 2))('at once, $one, and $other ($order, seed $seed): what was told done is kept', async ({ one, other, order }) => {
  const acme: Scenario = await scenario(stage, { plan: 'pro' })
  await acme.walkDays(10)
  const shared = { channelId: await connected(acme), endpointId: await endpointOf(acme) }
  const dice = new Dice(`${one}, ${other}, ${order}`)
  const both: Prepared[] = []
  for (const [turn, name] of [
    [0, other],
    [1, one],
  ] as const) {
    const ours = OURS.find((operation) => operation.name === name)
    if (ours) both.push({ ...ours, ...(await ours.prepare(acme, { ...shared, turn })) })
    const money = MONEY.find((operation) => operation.name === name)
    if (money) both.push({ ...money, begin: await money.prepare(acme, dice) })
  }
  if (order === 'as named') both.reverse()
  const told = await Promise.all(both.map(async (wish) => ({ wish, answer: await wish.begin() })))

  for (const { wish, answer } of told) {
    if (!answer.ok) {
      expect(wish.refusals, wish.name).toContain(answer.error.code)
      continue
    }
    if (!wish.after) continue
    const rivals = told.filter((rival) => rival.answer.ok && rival.wish.name === wish.name).map((rival) => rival.wish.kept)
    expect(rivals, wish.name).toContainEqual(await wish.after())
  }
  expect(told.some(({ answer }) => answer.ok) || one === 'let purchases go on', 'somebody is told done').toBe(true)
  await expectSettled(acme)
})
