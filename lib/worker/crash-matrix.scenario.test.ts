import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { answerNotification } from '../api/routes/stripe-webhook'
import { reconcile } from '../billing/flows/reconcile'
import { sample } from '../billing/testing/depth'
import { letWallTimePass } from '../billing/testing/wall-time'
import type { PaymentProvider } from '../payments/port'
import type { FaultRequest } from '../payments/sandbox/faults'
import { customerOn, OPERATIONS, type OperationName, product, type Ready } from './testing/crash-operations'
import type { Answered, Victim } from './testing/installation'
import type { ProgramName } from './testing/killable'
import { News } from './testing/news'
import { placesInCode } from './testing/places'
import { retried, settle } from './testing/settle'
import { expectSameEverywhere } from './testing/truth'

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
  { operations: ['card update'], program: 'web', places: ['card:saved', 'collect:observed'], victims: ['postgres', 'sandbox'] },
  {
    operations: ['card update after a payment was canceled at the provider'],
    program: 'web',
    places: ['collect:reopened'],
    victims: ['web', 'postgres', 'sandbox'],
  },
  { operations: ['card update on its page'], program: 'worker', places: ['setup:saved', 'collect:observed'], victims: ['worker', 'postgres', 'sandbox'] },
  { operations: ['first card, and what it pays'], program: 'web', places: ['payer:made', 'card:attached'], victims: ['web', 'postgres', 'sandbox'] },
  { operations: ['renewal'], program: 'worker', places: ['due:closed', ...OPENING, ...CONFIRMING], victims: ['worker', 'postgres', 'sandbox'] },
  {
    operations: ['renewal that the bank asks about'],
    program: 'worker',
    places: ['collect:before_bank', 'collect:observed', 'collect:settled'],
    victims: ['worker', 'postgres', 'sandbox'],
  },
  { operations: ['renewal that the bank asks about'], program: 'sandbox', places: ['sandbox:performed 3'], victims: ['sandbox', 'worker'] },
  {
    operations: ['retry of a failed renewal'],
    program: 'worker',
    places: ['collect:claimed', 'collect:before_attempt', 'collect:observed'],
    victims: ['worker', 'postgres', 'sandbox'],
  },
  { operations: ['retry of a failed renewal'], program: 'sandbox', places: ['sandbox:performed'], victims: ['sandbox', 'worker'] },
  {
    operations: ['upgrade that the bank declines'],
    program: 'worker',
    places: ['abandon:before', 'abandon:after'],
    victims: ['worker', 'postgres', 'sandbox'],
  },
  {
    operations: ['renewal in whose way an upgrade waits for the bank'],
    program: 'worker',
    places: ['abandon:after'],
    victims: ['worker', 'postgres', 'sandbox'],
  },
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

it('every place in the code at which a process can be killed is in the matrix', () => {
  // One name for two places would let one of them be left out.
  expect([...new Set(CASES.map(({ place }) => place.split(' ')[0]))].sort()).toEqual(placesInCode().sort())
})

describe('killed with -9', () => {
  it.each(sample(CASES, 3))('$victim, as $program is at $place of $operation: one charge or none, and one truth (seed $seed)', async (one) => {
    const ready = await OPERATIONS[one.operation]()
    await expectOneTruth(ready, await die(ready, one))
  })

  it('is caught where it harms: a refund is sent again under another key, without a look for the one before', async () => {
    const ready = await OPERATIONS.refund()
    await product.fault({ fault: 'webhooks', mode: 'off' }) // Whose news would settle it first.
    const { died } = await product.arm('web', 'refund:observed', 'web')
    await Promise.all([died, ready.begin()])
    const { provider } = product
    const forgetful = {
      ...provider,
      findRefund: async () => null,
      refund: (sent: Parameters<PaymentProvider['refund']>[0]) => provider.refund({ ...sent, key: randomUUID() }),
    }
    await letWallTimePass(ready.customer.id)
    await reconcile(forgetful)
    await product.restore('web')
    await product.fault({ fault: 'none' })
    await expect(expectOneTruth(ready)).rejects.toThrow('how often money has moved')
  })
})

/** What may happen to what the provider tells us, and what has become of the events themselves before it is over; `lost`: for good. */
type EventFault = { what: string; operation: OperationName; fault: FaultRequest; meanwhile(news: News): Promise<void>; ends: FaultRequest | 'lost' }
const DELIVERS: FaultRequest = { fault: 'webhooks', mode: 'deliver' }
const HELD = { attempts: 0, waiting: true, delivered: false }
const NEWEST_FIRST: Omit<EventFault, 'operation'> = {
  what: 'the newest event comes first',
  fault: { fault: 'webhooks', mode: 'hold', order: 'newest_first' },
  meanwhile: (news) => news.expectEach('held', HELD),
  ends: DELIVERS,
}
const EVENT_FAULTS: EventFault[] = [
  {
    what: 'its events are held back until later',
    operation: 'webhook',
    fault: { fault: 'webhooks', mode: 'hold' },
    meanwhile: (news) => news.expectEach('held', HELD),
    ends: DELIVERS,
  },
  {
    what: 'its events are lost',
    operation: 'webhook',
    fault: { fault: 'webhooks', mode: 'off' },
    meanwhile: (news) => news.expectEach('lost', { waiting: false, delivered: false }),
    ends: 'lost',
  },
  {
    what: 'each event comes four times',
    operation: 'webhook',
    fault: { fault: 'webhooks', mode: 'hold', repeat: 3 },
    meanwhile: (news) => news.expectEach('held', HELD),
    ends: DELIVERS,
  },
  {
    what: 'its events come with another body than was signed',
    operation: 'webhook',
    fault: { fault: 'webhooks', corrupt: 1_000 },
    meanwhile: (news) => news.expectEach('turned away', { delivered: false, last_error: /answered 4\d\d$/ }),
    ends: { fault: 'webhooks', corrupt: 0 },
  },
  { ...NEWEST_FIRST, operation: 'webhook' },
  { ...NEWEST_FIRST, operation: 'refund whose answer is lost' },
  { ...NEWEST_FIRST, operation: 'dispute' },
]
const FORGETTING: { operation: OperationName; place: string }[] = [
  { operation: 'upgrade', place: 'collect:observed' },
  { operation: 'purchase', place: 'collect:observed' },
  { operation: 'refund', place: 'refund:observed' },
]

describe('a provider that misbehaves', () => {
  it.each(sample(EVENT_FAULTS, 1))('$what, at $operation: one charge, and one truth (seed $seed)', async ({ operation, fault, meanwhile, ends }) => {
    const ready = await OPERATIONS[operation]()
    const news = await News.of(product)
    await product.fault(fault)
    await ready.begin()
    await meanwhile(news)
    await news.expectNothingKept()
    expect(await ready.effects(), 'nobody has heard of it').toBe(0)
    if (ends !== 'lost') {
      await product.fault(ends)
      // Nobody looks by themselves for another minute: what happens is of the events alone.
      await expect.poll(ready.effects, { timeout: 20_000, interval: 25 }).toBe(1)
      await news.expectEachKeptOnce()
      if (fault === NEWEST_FIRST.fault) await news.expectTheNewestCameFirst()
    }
    await product.fault({ fault: 'none' })
    await expectOneTruth({ ...ready, mustHappen: true })
  })

  it.each(sample(FORGETTING, 1))('it has forgotten every key, at $operation: one charge, and one truth (seed $seed)', async ({ operation, place }) => {
    const ready = await OPERATIONS[operation]()
    await die(ready, { program: 'web', place, victim: 'web' })
    await product.fault({ fault: 'prune_keys' })
    await expectOneTruth({ ...ready, mustHappen: true })
  })

  it('is caught where the inbox takes each delivery of an event for another one', async () => {
    const forgetful: PaymentProvider = {
      ...product.provider,
      verifyNotification: (...sent) => {
        const notification = product.provider.verifyNotification(...sent)
        return notification && { ...notification, id: `${notification.id}:${randomUUID()}` }
      },
    }
    const news = await News.of(product)
    await customerOn(null)
    await news.expectEachKeptOnce()
    const [heard] = await news.sent()
    const body = JSON.stringify(await product.stripe.events.retrieve(heard?.event ?? ''))
    for (const _ of ['once', 'again']) expect((await answerNotification(product.signed(body), product.provider)).status).toBe(200)
    await news.expectEachKeptOnce()
    for (const _ of ['once', 'again']) expect((await answerNotification(product.signed(body), forgetful)).status).toBe(200)
    await expect(news.expectEachKeptOnce()).rejects.toThrow('each event is kept once')
  })
})

/** Begins it, has the victim die on the way, and starts it again; what whoever asked was told. */
async function die(ready: Ready, { program, place, victim }: { program: ProgramName; place: string; victim: Victim }): Promise<Answered> {
  const { died } = await product.arm(program, place, victim)
  const begun = ready.begin()
  await died
  await product.restore(victim)
  // Who died holds it for the rest of its time, and who lost its database cannot give it back; whoever only lost the provider can.
  if (victim !== 'sandbox') await retried(() => letWallTimePass(ready.customer.id))
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
  await ready.customerActs?.()
  await settle(product, ready.customer)
  const answer = ready.again ? await answered(ready.again, ready) : null
  await settle(product, ready.customer)
  const [effects, moved] = [await ready.effects(), await ready.moved()]
  expect(moved, 'how often money has moved').toBeLessThanOrEqual(1)
  expect(effects, 'it has taken effect as often as it was paid for').toBe(moved)
  for (const said of ready.again ? [told, answer].filter(isFinal) : [])
    expect(said.status < 300, `what the customer is told: ${JSON.stringify(said.body)}`).toBe(moved === 1)
  if (ready.mustHappen) expect(moved).toBe(1)
  await expectSameEverywhere(ready.customer)
}

async function answered(ask: () => Promise<Answered>, ready: Ready): Promise<NonNullable<Answered>> {
  for (let attempt = 0; attempt < ASKS; attempt++) {
    const answer = await ask()
    if (isFinal(answer)) return answer
    await settle(product, ready.customer)
  }
  throw new Error(`nobody was ever given an answer: ${JSON.stringify(await ask())}`)
}
