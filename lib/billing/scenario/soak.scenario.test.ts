import { and, eq, isNull, sql } from 'drizzle-orm'
import { beforeAll, expect, it } from 'vitest'
import { inEngine } from '@/db/client'
import { organizations, pendingActions, usageSegments } from '@/db/schema'
import { OutcomeUnknown, ProviderUnavailable } from '../../payments/port'
import type { FaultRequest } from '../../payments/sandbox/faults'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { SECRET_KEY } from '../../payments/testing/simulated-payments'
import { addDays } from '../../time'
import { Dice, isDeep, seed } from '../testing/depth'
import * as operations from '../testing/operations'
import { type Scenario, scenario } from '../testing/scenario'
import { expectSettled } from '../testing/settled'
import { type Stage, setStage } from '../testing/stage'

const stage = setStage()
const [LIVES, STEPS] = isDeep ? [20, 80] : [1, 25]
const ANSWER_WITHIN = 700
let impatient: Stage
beforeAll(() => {
  const provider = stripeProvider({ secretKey: SECRET_KEY, webhookSecret: null, mode: 'sandbox', apiBase: stage.payments.base, answerWithin: ANSWER_WITHIN })
  impatient = { database: stage.database, payments: stage.payments, provider }
})

const anyCard = operations.saveCard(['pm_card_visa', 'pm_card_visa', 'pm_card_visa', 'pm_card_chargeCustomerFail', 'pm_card_authenticationRequired'])
const onward = operations.advance([0.25, 1, 1, 3, 7, 12, 30, 31, 75])

/** As often as they stand here. */
const OFTEN: readonly operations.Operation[] = [
  ...[onward, onward, onward, onward, onward, anyCard, anyCard],
  ...[operations.changeUp, operations.changeUp, operations.changeUp, operations.changeUp, operations.changeDown, operations.changeDown],
  ...[operations.cancel, operations.reactivate, operations.refund, operations.payOpen, operations.answerBank, operations.answerBank],
  ...[operations.consumeAtOnce, operations.consumeAtOnce, operations.redeliver, operations.reconcileDue, operations.sweep],
  ...[operations.subscribeFirst, operations.add, operations.remove, operations.close],
]

/** What goes wrong now and then at the provider, for one call or two. */
const TROUBLE: readonly FaultRequest[] = [
  { fault: 'drop_before', times: 2 },
  { fault: 'drop_after', times: 2 },
  { fault: 'delay', milliseconds: ANSWER_WITHIN + 300, method: 'POST' },
  { fault: 'error_remembered', executes: true, method: 'POST' },
  { fault: 'error_remembered', executes: false, method: 'POST' },
  { fault: 'rate_limit' },
  { fault: 'garble', status: 200, body: '<h1>Welcome to our hotel</h1>' },
]
const TROUBLE_ONCE_IN = 6
const UNANSWERED = 'the provider did not answer'

it.each(Array.from({ length: LIVES }, (_, life) => ({ life, seed })))('life $life of seed $seed: the books balance after each step', async ({ life }) => {
  const done: string[] = []
  try {
    await live(new Dice(`life ${life}`), done)
  } catch (cause) {
    throw new Error(`Life ${life} of seed ${seed} (HEADROOM_TEST_SEED) failed after:\n${done.join('\n')}`, { cause })
  }
})

async function live(dice: Dice, done: string[]): Promise<void> {
  const acme = await scenario(impatient, { plan: 'basic', name: 'Acme' })
  const { clockId: clock } = acme
  // Only ever asks before it uses, so that it is never over a limit.
  const careful = await scenario(impatient, { plan: 'free', name: 'Careful', clock })
  const broke = await scenario(impatient, { plan: 'pro', name: 'Broke', clock })
  await broke.payWith('pm_card_chargeCustomerFail')
  const all = [acme, careful, broke]

  for (let step = 0; step < STEPS; step++) {
    const one = dice.of(await reachable(all))
    const operation = dice.of(one === careful ? OFTEN : [...OFTEN, operations.record, operations.record])
    const trouble = dice.below(TROUBLE_ONCE_IN) === 0 ? dice.of(TROUBLE) : null
    done.push(`${step}. ${['Acme', 'Careful', 'Broke'][all.indexOf(one)]}: ${operation.name}${trouble ? `, with ${JSON.stringify(trouble)}` : ''}`)
    const begin = await operation.prepare(one, dice)
    if (trouble) await impatient.payments.fault(trouble)
    const answer = await begin()
      .catch(unanswered)
      .finally(() => impatient.payments.fault({ fault: 'none' }))
    done.push(`   ${answer.ok ? 'done' : answer.error.code}`)
    if (!answer.ok) expect([UNANSWERED, ...operation.refusals], operation.name).toContain(answer.error.code)
    // What was slow has been carried out by now.
    if (trouble?.fault === 'delay') await new Promise((resolve) => setTimeout(resolve, trouble.milliseconds))
    for (const other of all) await other.expectBalanced()
    await expectWithinLimits(careful)
  }

  done.push('Nobody does anything any more.')
  for (const one of all) await expectSettled(one)
  const later = addDays(await acme.now(), 2)
  expect(await acme.walkTo(later)).toEqual({ ok: true, value: { now: later } })
  for (const one of all) {
    await expectSettled(one)
    const waiting = await inEngine((tx) =>
      tx
        .select()
        .from(pendingActions)
        .where(and(eq(pendingActions.organizationId, one.organizationId), eq(pendingActions.state, 'waiting'))),
    )
    expect(waiting, 'nobody waits for ever').toEqual([])
  }
}

/** Of a call that a person waits for, they are told that the provider did not answer; everything else is looked at again. */
function unanswered(fault: unknown): operations.Answer {
  if (fault instanceof OutcomeUnknown || fault instanceof ProviderUnavailable) return { ok: false, error: { code: UNANSWERED } }
  throw fault
}

/** Those that were not deleted; all of them where nobody is left, for then the engine has only to refuse. */
async function reachable(all: readonly Scenario[]): Promise<readonly Scenario[]> {
  const kept = await inEngine((tx) => tx.select({ id: organizations.id }).from(organizations).where(isNull(organizations.deletedAt)))
  const open = all.filter(({ organizationId }) => kept.some(({ id }) => id === organizationId))
  return open.length > 0 ? open : all
}

/** Adds up what was booked; a smaller plan may begin over its limit, and then nothing more is used. */
async function expectWithinLimits({ organizationId }: Scenario): Promise<void> {
  const { units, limitUnits, countedAtStart, overLimit } = usageSegments
  const over = await inEngine((tx) =>
    tx
      .select()
      .from(usageSegments)
      .where(and(eq(usageSegments.organizationId, organizationId), eq(overLimit, 'block'), sql`${units} > 0 and ${countedAtStart} + ${units} > ${limitUnits}`)),
  )
  expect(over, 'consume never passes a limit').toEqual([])
}
