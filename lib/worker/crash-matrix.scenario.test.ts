import { globSync, readFileSync } from 'node:fs'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { cashByTransfer, ledgerCash } from '../billing/testing/cash'
import { sample } from '../billing/testing/depth'
import type { FaultRequest } from '../payments/sandbox/faults'
import { chargesOf, OPERATIONS, type OperationName, product, type Ready } from './testing/crash-operations'
import type { Answered, Victim } from './testing/installation'
import type { ProgramName } from './testing/killable'
import { retried, settle } from './testing/settle'

/**
 * Web server, worker, payment sandbox and Postgres as the processes that they are, each killed with -9 at every step of everything that
 * moves money. Afterwards there is one charge or none, the books say the same, and so does whoever is asked again.
 */
beforeAll(() => product.start())
afterAll(() => product.stop())
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') await product.heal()
})

const OPENING = ['collect:claimed', 'collect:before_open', 'collect:opened', 'collect:reference_stored']
const CONFIRMING = ['collect:before_attempt', 'collect:observed', 'collect:settled']
const ANSWERING = ['answer:read', 'answer:kept']
const AT_PROVIDER = ['sandbox:asked 1', 'sandbox:asked 2', 'sandbox:performed 1', 'sandbox:performed 2']

type Row = { operations: OperationName[]; program: ProgramName; places: string[]; victims: Victim[] }
const ROWS: Row[] = [
  {
    operations: ['subscribe', 'upgrade', 'purchase'],
    program: 'web',
    places: [...OPENING, ...CONFIRMING, ...ANSWERING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  {
    operations: ['recharge', 'recharge by usage', 'block by usage'],
    program: 'web',
    places: [...OPENING, ...CONFIRMING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['cancel with extra usage'], program: 'web', places: ['collect:claimed', ...CONFIRMING], victims: ['web', 'postgres', 'sandbox'] },
  {
    operations: ['pay by hand', 'pay an invoice that came first'],
    program: 'web',
    places: ['collect:claimed', ...CONFIRMING, ...ANSWERING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['mark paid'], program: 'web', places: ['withdraw:claimed', 'withdraw:canceled'], victims: ['web', 'postgres', 'sandbox'] },
  { operations: ['declined upgrade'], program: 'web', places: ['abandon:before', 'abandon:after'], victims: ['web', 'postgres', 'sandbox'] },
  {
    operations: ['refund'],
    program: 'web',
    places: ['refund:opened', 'refund:claimed', 'refund:observed', ...ANSWERING],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['card update'], program: 'web', places: ['card:saved', 'collect:claimed', ...CONFIRMING], victims: ['web'] },
  { operations: ['card update after a payment was canceled at the provider'], program: 'web', places: ['collect:reopened'], victims: ['web'] },
  { operations: ['renewal'], program: 'worker', places: ['due:closed', ...OPENING, ...CONFIRMING], victims: ['worker', 'postgres', 'sandbox'] },
  { operations: ['subscribe', 'upgrade', 'purchase', 'recharge'], program: 'sandbox', places: AT_PROVIDER, victims: ['sandbox', 'web'] },
  { operations: ['recharge by usage', 'block by usage'], program: 'sandbox', places: AT_PROVIDER, victims: ['sandbox', 'web'] },
  {
    operations: ['pay by hand', 'mark paid', 'cancel with extra usage'],
    program: 'sandbox',
    places: ['sandbox:asked', 'sandbox:performed'],
    victims: ['sandbox', 'web'],
  },
  { operations: ['refund'], program: 'sandbox', places: ['sandbox:asked', 'sandbox:performed'], victims: ['sandbox', 'web'] },
  { operations: ['renewal'], program: 'sandbox', places: AT_PROVIDER, victims: ['sandbox', 'worker'] },
  { operations: ['webhook'], program: 'web', places: ['webhook:verified', 'webhook:kept'], victims: ['web', 'postgres', 'sandbox'] },
  { operations: ['webhook'], program: 'worker', places: ['inbox:claimed', 'inbox:acted'], victims: ['worker', 'postgres', 'sandbox'] },
  { operations: ['webhook'], program: 'sandbox', places: ['sandbox:event_taken', 'sandbox:event_sent'], victims: ['sandbox', 'web', 'worker'] },
]
const CASES = ROWS.flatMap(({ operations, program, places, victims }) =>
  operations.flatMap((operation) => places.flatMap((place) => victims.map((victim) => ({ operation, program, place, victim })))),
)

/** Between two questions to the bank neither of which may have moved money: `lib/billing/scenario/crashes.scenario.test.ts` dies there. */
const ELSEWHERE = ['collect:before_bank']

it('every place in the code at which a process can be killed is in the matrix', () => {
  const sources = globSync('lib/**/*.ts', { exclude: (path) => path.endsWith('.test.ts') })
  const places = sources.flatMap((file) => [...readFileSync(file, 'utf8').matchAll(/\bfailpoint\('([^']+)'\)/g)].map((match) => match[1]))
  expect([...new Set([...ELSEWHERE, ...CASES.map(({ place }) => place.split(' ')[0])])].sort()).toEqual([...new Set(places)].sort())
})

describe('killed with -9', () => {
  it.each(sample(CASES, 3))('$victim, as $program is at $place of $operation: one charge or none, and one truth (seed $seed)', async (one) => {
    const ready = await OPERATIONS[one.operation]()
    await expectOneTruth(ready, await die(ready, one))
  })

  it('is caught where it harms: the key of a request is not sent again, and the customer pays twice', async () => {
    const ready = await OPERATIONS.purchase()
    await die(ready, { program: 'web', place: 'collect:settled', victim: 'web' })
    const forgetful = () => product.ask('POST', `/organizations/${ready.customer.id}/credits/purchases`, { amount: 20_00 })
    await expect(expectOneTruth({ ...ready, again: forgetful })).rejects.toThrow('how often money has moved')
  })
})

/** What may happen to what the provider tells us, and to what it remembers. */
const FAULTS: { what: string; fault: FaultRequest; operation: OperationName }[] = [
  { what: 'its events are held back until later', fault: { fault: 'webhooks', mode: 'hold' }, operation: 'webhook' },
  { what: 'its events are lost', fault: { fault: 'webhooks', mode: 'off' }, operation: 'webhook' },
  { what: 'each event comes four times', fault: { fault: 'webhooks', repeat: 3 }, operation: 'webhook' },
  { what: 'the newest event comes first', fault: { fault: 'webhooks', order: 'newest_first' }, operation: 'webhook' },
  { what: 'two events come with another body than was signed', fault: { fault: 'webhooks', corrupt: 2 }, operation: 'webhook' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'upgrade' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'purchase' },
  { what: 'it has forgotten every key', fault: { fault: 'prune_keys' }, operation: 'refund' },
]

describe('a provider that misbehaves', () => {
  it.each(sample(FAULTS, 2))('$what, at $operation: one charge, and one truth (seed $seed)', async ({ fault, operation }) => {
    const ready = await OPERATIONS[operation]()
    if (fault.fault === 'prune_keys')
      await die(ready, { program: 'web', place: operation === 'refund' ? 'refund:observed' : 'collect:observed', victim: 'web' })
    await product.fault(fault)
    if (fault.fault !== 'prune_keys') await ready.begin()
    await expectOneTruth({ ...ready, mustHappen: true })
    // What was held comes now, when all is done.
    await product.fault({ fault: 'none' })
    await expectOneTruth({ ...ready, mustHappen: true })
  })
})

/** Begins it, has the victim die on the way, and starts it again; what whoever asked was told. */
async function die(ready: Ready, { program, place, victim }: { program: ProgramName; place: string; victim: Victim }): Promise<Answered> {
  const { died } = await product.arm(program, place, victim)
  const begun = ready.begin()
  await died
  await product.restore(victim)
  await retried(() => product.fault({ fault: 'none' }))
  const answer = await begun
  if (answer) expect(answer.status, `nobody's mistake: ${JSON.stringify(answer.body)}`).not.toBe(500)
  await product.requireSurvivors()
  return answer
}

const ASKS = 20

/** It tells how it ended: later is not an answer. */
const isFinal = (answer: Answered): answer is NonNullable<Answered> =>
  answer !== null && answer.status < 500 && answer.status !== 202 && answer.body.code !== 'idempotency_in_progress'

/** Asks again until there is an answer that is one, while the worker does what it does. */
async function expectOneTruth(ready: Ready, told: Answered = null): Promise<void> {
  await settle(product, ready.customer)
  const answer = ready.again ? await answered(ready.again, ready) : null
  await settle(product, ready.customer)
  const [effects, moved] = [await ready.effects(), await ready.moved()]
  expect(moved, 'how often money has moved').toBeLessThanOrEqual(1)
  expect(effects, 'it has taken effect as often as it was paid for').toBe(moved)
  for (const said of ready.again ? [told, answer].filter(isFinal) : [])
    expect(said.status < 300, `what the customer is told: ${JSON.stringify(said.body)}`).toBe(moved === 1)
  if (ready.mustHappen) expect(moved).toBe(1)
  const { customer } = ready
  expect(await product.make('GET', `/books?organization=${customer.id}`)).toMatchObject({ balanced: true, differences: [] })
  const kept = (await chargesOf(customer)).reduce((sum, charge) => sum + BigInt(charge.amount - charge.amount_refunded), 0n)
  expect(await ledgerCash(customer.id), 'the books say what the provider does').toBe(kept + (await cashByTransfer(customer.id)))
}

async function answered(ask: () => Promise<Answered>, ready: Ready): Promise<NonNullable<Answered>> {
  for (let attempt = 0; attempt < ASKS; attempt++) {
    const answer = await ask()
    if (isFinal(answer)) return answer
    await settle(product, ready.customer)
  }
  throw new Error(`nobody was ever given an answer: ${JSON.stringify(await ask())}`)
}
