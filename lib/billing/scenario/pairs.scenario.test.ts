import { eq } from 'drizzle-orm'
import { expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { paymentMethods } from '@/db/schema'
import { Dice, sample } from '../testing/depth'
import * as operations from '../testing/operations'
import { type Scenario, scenario } from '../testing/scenario'
import { expectSettled } from '../testing/settled'
import { setStage } from '../testing/stage'

const stage = setStage()
const ROUNDS = 3

/** What an operation needs to find in order to have something to do. */
const SITUATIONS = {
  'in mid-cycle': async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(10)
    return acme
  },
  'a second before the renewal': async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkTo('2026-01-30T23:59:59Z')
    return acme
  },
  'with an invoice open': async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.payWith('pm_card_chargeCustomerFail')
    await acme.walkTo('2026-01-31T00:00:00Z')
    expect((await acme.held()).row.status).toBe('past_due')
    // The bank has changed its mind since.
    const [method] = await inEngine((tx) => tx.select().from(paymentMethods).where(eq(paymentMethods.organizationId, acme.organizationId)))
    await stage.payments.fault({ fault: 'card', payment_method: method?.methodRef ?? '', card: 'pm_card_visa' })
    return acme
  },
  'about to end': async () => {
    const acme = await scenario(stage, { plan: 'pro' })
    await acme.walkDays(10)
    await acme.cancel()
    return acme
  },
  'asked by the bank': async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    await acme.payWith('pm_card_authenticationRequired')
    expect(await acme.change('pro')).toMatchObject({ ok: true, value: { outcome: { type: 'needs_customer' } } })
    return acme
  },
  'charged, and not told': async () => {
    const acme = await scenario(stage, { plan: 'basic' })
    await acme.walkDays(10)
    const { paymentId } = await acme.openChange('pro')
    await acme.chargeUnseen(paymentId)
    return acme
  },
  'on the free plan': () => scenario(stage, { plan: 'free' }),
  'without a plan': () => scenario(stage, { plan: null }),
} satisfies Record<string, () => Promise<Scenario>>

type Situation = keyof typeof SITUATIONS

/** Every operation, and where it is at home. */
const TABLE: readonly { operation: operations.Operation; home: Situation }[] = [
  { operation: operations.subscribeFirst, home: 'without a plan' },
  { operation: operations.changeUp, home: 'in mid-cycle' },
  { operation: operations.changeDown, home: 'in mid-cycle' },
  { operation: operations.cancel, home: 'in mid-cycle' },
  { operation: operations.reactivate, home: 'about to end' },
  { operation: operations.payOpen, home: 'with an invoice open' },
  { operation: operations.refund, home: 'in mid-cycle' },
  { operation: operations.saveCard(['pm_card_visa', 'pm_card_mastercard', 'pm_card_chargeCustomerFail']), home: 'with an invoice open' },
  { operation: operations.returnFromCardPage, home: 'with an invoice open' },
  { operation: operations.answerBank, home: 'asked by the bank' },
  { operation: operations.advance([31, 45]), home: 'a second before the renewal' },
  { operation: operations.sweep, home: 'with an invoice open' },
  { operation: operations.record, home: 'a second before the renewal' },
  { operation: operations.consumeAtOnce, home: 'a second before the renewal' },
  { operation: operations.redeliver, home: 'charged, and not told' },
  { operation: operations.reconcileDue, home: 'charged, and not told' },
  { operation: operations.add, home: 'in mid-cycle' },
  { operation: operations.remove, home: 'in mid-cycle' },
  { operation: operations.close, home: 'on the free plan' },
]

const PAIRS = TABLE.flatMap((one, index) => TABLE.slice(index).map((other) => [one, other] as const))
/** Where the first is at home, where the second is, and as a period ends. */
const CASES = PAIRS.flatMap(([one, other]) =>
  Array.from({ length: ROUNDS }, (_, round) => ({
    one: one.operation.name,
    other: other.operation.name,
    round,
    where: ([one.home, other.home] as const)[round] ?? ('a second before the renewal' as const),
  })),
)

function operationNamed(name: string): operations.Operation {
  const found = TABLE.find(({ operation }) => operation.name === name)
  if (!found) throw new Error(`nothing is called ${name}`)
  return found.operation
}

it('every operation meets every other, and itself', () => {
  expect(PAIRS).toHaveLength((TABLE.length * (TABLE.length + 1)) / 2)
  expect(new Set(TABLE.map(({ operation }) => operation.name)).size).toBe(TABLE.length)
})

it.each(sample(CASES, 10))('at once, $where: $one, and $other (round $round, seed $seed)', async ({ one, other, round, where }) => {
  const acme = await SITUATIONS[where]()
  const dice = new Dice(`${one}, ${other}, ${round}`)
  const both = [operationNamed(one), operationNamed(other)]
  const begun: (() => Promise<operations.Answer>)[] = []
  for (const operation of both) begun.push(await operation.prepare(acme, dice))
  const answers = await Promise.all(begun.map((begin) => begin()))

  for (const [index, answer] of answers.entries()) if (!answer.ok) expect(both[index]?.refusals, both[index]?.name).toContain(answer.error.code)
  await expectSettled(acme)
  const later = (await acme.now()).add({ hours: 31 * 24 })
  expect(await acme.walkTo(later), 'life goes on').toEqual({ ok: true, value: { now: later } })
  await expectSettled(acme)
})
