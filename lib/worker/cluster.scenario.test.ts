import { and, eq, inArray, isNotNull, sql } from 'drizzle-orm'
import { simpleParser } from 'mailparser'
import { Client } from 'pg'
import { SMTPServer } from 'smtp-server'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { messages, organizations, usageEvents, webhookDeliveries, webhookEvents } from '../../db/schema'
import { createTestDatabase, type TestDatabase } from '../../db/testing'
import { connectChannel } from '../billing/commands/connect-channel'
import { tellBilling } from '../billing/commands/store/messages'
import { ledgerCash } from '../billing/testing/cash'
import { Dice, isDeep, seed } from '../billing/testing/depth'
import { first } from '../billing/testing/scenario'
import { newEventId } from '../client/event-id'
import { type OrganizationId, uuidOf } from '../ids'
import { type ChatAnswer, type ChatServices, startChatServices } from '../notify/testing/chat-services'
import { systemClock } from '../time'
import { openReceiver, type Receiver } from '../webhooks/testing/receiver'
import { BOUGHT_AT_ONCE, ClusterLoad, CONSUMED_AT_ONCE } from './testing/cluster-load'
import { Installation, type ProcessName, type WebName } from './testing/installation'
import { later } from './testing/later'
import { settle } from './testing/settle'

/**
 * Two web servers and two workers on one Postgres, killed with -9 and ended by SIGTERM while many callers ask both for everything at once: nothing that
 * matters is in the memory of any of them.
 */
const WEBS: readonly WebName[] = ['web', 'web 2']
const WORKERS: readonly ProcessName[] = ['worker', 'worker 2']
const ROUNDS = isDeep ? 12 : 1
const LIMIT = 1_000
const HEARD = ['invoice.paid', 'member.added', 'subscription.renewed']
const MAILS_AT_ONCE = 4
/** To its one endpoint. */
const DELIVERIES_AT_ONCE = 4

const PLACES_OF_WEB = ['collect:claimed', 'collect:opened', 'collect:before_attempt', 'collect:observed', 'collect:settled', 'answer:read', 'answer:kept']
const PLACES_OF_WORKER = ['due:closed', 'collect:claimed', 'collect:opened', 'collect:before_attempt', 'collect:observed', 'collect:settled']

let database: TestDatabase
let receiver: Receiver
let mailbox: SMTPServer
let chats: ChatServices
let product: Installation
/** The mail server takes mails when it resolves. */
let mailGate: Promise<void> = Promise.resolve()
/** Message-IDs, as often as they came. */
const mails: string[] = []

beforeAll(async () => {
  database = await createTestDatabase()
  receiver = await openReceiver()
  mailbox = new SMTPServer({
    disabledCommands: ['AUTH', 'STARTTLS'],
    onData(stream, _session, callback) {
      simpleParser(stream).then(({ messageId }) => {
        mails.push(messageId?.replaceAll(/^<|@.*$/g, '') ?? 'none')
        void mailGate.then(() => callback())
      }, callback)
    },
  })
  mailbox.on('error', () => {}) // Of one connection, when the worker at its other end is killed.
  await new Promise<void>((resolve) => mailbox.listen(0, '127.0.0.1', resolve))
  const address = mailbox.server.address()
  if (typeof address !== 'object' || address === null) throw new Error('the mail server has no port')
  chats = await startChatServices()
  Object.assign(process.env, chats.variables)
  process.env.HEADROOM_ENCRYPTION_KEYS = `tests:${Buffer.alloc(32, 7).toString('base64')}` // As the programs have it.
  product = new Installation({
    names: ['sandbox', ...WEBS, ...WORKERS],
    settings: {
      ...{ SMTP_URL: `smtp://127.0.0.1:${address.port}`, MAIL_FROM: 'Billing <billing@example.com>', HEADROOM_WEBHOOKS_ALLOW_PRIVATE: '1' },
      ...chats.variables,
    },
  })
  await product.start(database)
  await product.make('POST', '/webhook_endpoints', { url: receiver.url, events: HEARD })
})
afterAll(async () => {
  await product.stop()
  await database.drop()
  await new Promise<void>((resolve) => mailbox.close(resolve))
  await receiver.close()
  await chats.stop()
  for (const name of Object.keys(chats.variables)) Reflect.deleteProperty(process.env, name)
})

describe('two web servers and two workers', () => {
  it('are caught where a caller sends again as if it were new: it is counted and charged twice', async () => {
    const load = new ClusterLoad(product, 'as if it were new')
    const { end } = load.begin(['usage', 'purchases'])
    await load.answers(40)
    await expect.poll(() => load.buyers.some(({ keys }) => keys > 0), { timeout: 30_000, interval: 10 }).toBe(true)
    await end()
    await expect(expectUsageCountedOnce(load)).rejects.toThrow('each unit once')
    await expect(expectChargedOnce(load)).rejects.toThrow('one charge for each key')
  }, 60_000)

  it('end without cutting a request: what was begun is answered, what is not answered was not begun', async () => {
    const [team, capped] = [await organization(), await organization()]
    await product.make('POST', `/organizations/${capped}/subscriptions`, { product: 'api-calls', plan: 'free' })
    const release = await holdOrganization(team)
    const held = product.ask('POST', `/organizations/${team}/members`, { email: 'held@example.com', role: 'member' }, undefined, 'web 2')
    await expect.poll(waitingForALock, { timeout: 10_000, interval: 10 }).toBe(1)

    const [answered, unanswered]: string[][] = [[], []]
    const callers = Array.from({ length: 6 }, async () => {
      for (;;) {
        const id = newEventId()
        const answer = await product.ask('POST', '/consume', { id, organization: capped, meter: 'calls' }, undefined, 'web 2')
        const list = answer ? answered : unanswered
        list?.push(id)
        if (!answer) return
      }
    })
    await expect.poll(() => answered?.length, { timeout: 10_000, interval: 5 }).toBeGreaterThan(30)
    const ended = product.end('web 2')
    await Promise.all(callers)
    await release()
    expect(await held).toMatchObject({ status: 201 })
    expect(await ended).toEqual({ code: 0 })
    const stored = await inEngine((tx) => tx.select({ id: usageEvents.id }).from(usageEvents).where(eq(usageEvents.organizationId, capped)))
    expect(stored.map(({ id }) => id).sort()).toEqual(answered?.sort())
    await product.restore('web 2')
  }, 60_000)

  it('end without losing a job: the worker sends the mail that it has in hand, once, and the next has nothing left to do', async () => {
    const before = mails.length
    let open = (): void => {}
    mailGate = new Promise((resolve) => {
      open = resolve
    })
    const id = await organization()
    await product.make('POST', `/organizations/${id}/members`, { email: 'invited@example.com', role: 'member' })
    await expect.poll(() => mails.length, { timeout: 10_000, interval: 10 }).toBe(before + 1)
    const ends = WORKERS.map((worker) => product.end(worker))
    await Promise.race(ends) // The one that has nothing to do has gone, and the other one waits for the mail server.
    open()
    expect(await Promise.all(ends)).toEqual([{ code: 0 }, { code: 0 }])
    await restoreAll()
    const sent = await inEngine((tx) =>
      tx.select({ id: messages.id, state: messages.state, tries: messages.tries }).from(messages).where(eq(messages.organizationId, id)),
    )
    expect(sent).toEqual([{ id: mails.at(-1), state: 'sent', tries: 1 }])
  }, 60_000)

  it(`lose nothing and do nothing twice under load, with ${2 * ROUNDS} of them killed (seed ${seed})`, async () => {
    const dice = new Dice('cluster')
    const load = new ClusterLoad(product)
    const { end } = load.begin()
    await load.answers(80)
    for (let round = 0; round < ROUNDS; round++) {
      const web = dice.of(WEBS)
      await killWeb(web, dice, load)
      await load.answers(30) // The other one alone.
      await killWorker(dice, load)
      await load.answers(30)
      if (isDeep) await restoreAll()
    }
    await end()
    await expectOneTruth(load, ROUNDS)
  }, 600_000)

  it('are killed while one posts to a chat: it is posted again when its lease has run out, before what came after it', async () => {
    await restoreAll()
    const id = await organization()
    const connected = await first((context) => {
      const target = { service: 'slack' as const, url: chats.slackUrl }
      return connectChannel(context, { organizationId: id, name: 'Billing', kinds: ['cancellation_scheduled'], target })
    })
    expect(connected).toMatchObject({ ok: true })
    const answer = later<ChatAnswer>()
    chats.answer = () => answer.promise
    await tellTwice(id)
    await expect.poll(() => chats.calls, { timeout: 10_000, interval: 10 }).toBe(1)
    await Promise.all(WORKERS.map((worker) => product.kill(worker)))
    answer.resolve(null)
    chats.answer = () => undefined
    const posts = () =>
      inEngine((tx) =>
        tx
          .select({ state: messages.state, tries: messages.tries })
          .from(messages)
          .where(and(eq(messages.organizationId, id), eq(messages.channel, 'slack')))
          .orderBy(messages.id),
      )
    await restoreAll()
    await product.wake('chats')
    expect(await posts(), 'nobody posts what another may be posting').toEqual([
      { state: 'queued', tries: 1 },
      { state: 'queued', tries: 0 },
    ])
    await inEngine((tx) =>
      tx
        .update(messages)
        .set({ nextTryAt: sql`now() - interval '1 second'` })
        .where(and(eq(messages.organizationId, id), eq(messages.state, 'queued'))),
    )
    await product.wake('chats')
    await expect.poll(posts, { timeout: 10_000, interval: 20 }).toEqual([
      { state: 'sent', tries: 2 },
      { state: 'sent', tries: 1 },
    ])
    expect(chats.posts.map(({ body }) => /First|Second/.exec(JSON.stringify(body))?.[0])).toEqual(['First', 'Second'])
    expect(chats.calls).toBe(3)
  }, 60_000)
})

async function organization(): Promise<OrganizationId> {
  const { id } = await product.make('POST', '/organizations', { name: 'Acme', owner: { email: `${newEventId()}@example.com` }, invite: false })
  return id
}

async function tellTwice(organizationId: OrganizationId): Promise<void> {
  const facts = { organizationName: 'Acme', organizationSlug: 'acme', productId: 'api-calls', productName: 'API calls', cancelAt: '2026-05-31T00:00:00Z' }
  const told = ['First', 'Second'].map((planName) => ({
    ...{ organizationId, kind: 'cancellation_scheduled' as const, fact: planName, at: systemClock.now() },
    payload: { ...facts, planName },
  }))
  await inEngine((tx) => tellBilling(tx, told))
}

/** Whoever wants to change something of it waits until it is released. */
async function holdOrganization(id: OrganizationId): Promise<() => Promise<void>> {
  const holder = new Client({ connectionString: database.ownerUrl })
  await holder.connect()
  await holder.query('BEGIN')
  await holder.query('SELECT FROM organizations WHERE id = $1 FOR UPDATE', [uuidOf('org', id)])
  return async () => {
    await holder.query('COMMIT')
    await holder.end()
  }
}

async function waitingForALock(): Promise<number> {
  const { rows } = await inEngine((tx) =>
    tx.execute<{ count: number }>(sql`SELECT count(*)::integer AS count FROM pg_locks WHERE NOT granted AND locktype IN ('transactionid', 'tuple')`),
  )
  return rows[0]?.count ?? 0
}

/** At a place in the code of a payment, or wherever it is after a number of answers. */
async function killWeb(web: WebName, dice: Dice, load: ClusterLoad): Promise<void> {
  if (dice.below(2) === 0) {
    const { died } = await product.arm(web, dice.of(PLACES_OF_WEB), web)
    await load.during(died)
  } else {
    await load.answers(dice.below(40))
    await product.kill(web)
  }
}

/** Whichever of the two comes to the place first; the other is there in the same sweep at times, and dies of it too. */
async function killWorker(dice: Dice, load: ClusterLoad): Promise<void> {
  const place = dice.of(PLACES_OF_WORKER)
  const armed = await Promise.all(WORKERS.map((worker) => product.arm(worker, place, worker)))
  await load.during(Promise.any(armed.map(({ died }) => died)))
  await Promise.all(WORKERS.filter((worker) => product.isRunning(worker)).map((worker) => product.disarm(worker)))
  for (const { died } of armed) died.catch(() => {}) // Nobody kills the one that goes on.
  if (!WORKERS.some((worker) => product.isRunning(worker))) await product.restore('worker')
}

async function restoreAll(): Promise<void> {
  await Promise.all([...WEBS, ...WORKERS].filter((name) => !product.isRunning(name)).map((name) => product.restore(name)))
}

async function expectOneTruth(load: ClusterLoad, workersKilled: number): Promise<void> {
  const everybody = [...load.reporting, ...load.capped, ...load.buyers, ...load.teams].map(({ id }) => id).concat(load.renewed)
  for (const id of everybody) await settle(product, { id })
  await expectUsageCountedOnce(load)
  await expectCapsHeld(load)
  await expectChargedOnce(load)
  for (const { subscription, joined } of load.teams) expect(await product.make('GET', `/subscriptions/${subscription}`)).toMatchObject({ seats: 1 + joined })
  for (const id of load.renewed) {
    const { data } = await product.make('GET', `/organizations/${id}/invoices?limit=100`)
    // A first subscription whose server died may have been given up unpaid, and begun anew.
    const documents = data.map(({ kind, status }: Record<string, string>) => `${kind} ${status}`).filter((one: string) => one !== 'renewal void')
    expect(documents).toEqual(['renewal paid', 'renewal paid'])
    expect(await chargesOf(id), 'the first period and the second').toEqual([10_00, 10_00])
  }
  await expectToldOnce(workersKilled)
  for (const id of everybody) {
    expect(await product.make('GET', `/books?organization=${id}`)).toMatchObject({ balanced: true, differences: [] })
    expect(await ledgerCash(id), 'the books say what the provider does').toBe((await chargesOf(id)).reduce((sum, amount) => sum + BigInt(amount), 0n))
  }
}

async function expectUsageCountedOnce({ reporting, reportedUnits }: ClusterLoad): Promise<void> {
  const used = await Promise.all(reporting.map(usedOf))
  expect(
    used.reduce((sum, units) => sum + units, 0),
    'each unit once',
  ).toBe(reportedUnits)
  expect(await eventsOf(reporting), 'each event is stored once').toBe(reportedUnits)
}

async function expectChargedOnce({ buyers }: ClusterLoad): Promise<void> {
  for (const { id, keys } of buyers) {
    expect(await chargesOf(id), 'one charge for each key').toEqual(Array.from({ length: keys }, () => BOUGHT_AT_ONCE))
    expect(await product.make('GET', `/organizations/${id}`)).toMatchObject({ prepaid_balance: ((BOUGHT_AT_ONCE / 100) * keys).toFixed(2) })
  }
}

async function expectCapsHeld({ capped }: ClusterLoad): Promise<void> {
  for (const customer of capped) {
    expect(await usedOf(customer), 'what was allowed was counted, and nothing else').toBe(customer.allowed * CONSUMED_AT_ONCE)
    expect(customer.allowed * CONSUMED_AT_ONCE, 'never over the cap').toBeLessThanOrEqual(LIMIT)
    if (customer.refused > 0) expect(customer.allowed * CONSUMED_AT_ONCE, 'and all of it').toBeGreaterThan(LIMIT - CONSUMED_AT_ONCE)
  }
}

/** Mail and webhooks are sent at least once: what a worker that died had in hand may come again, under its own id, and nothing else does. */
async function expectToldOnce(workersKilled: number): Promise<void> {
  // What the living had in hand is sent; what waits longer was in the hands of the dead.
  for (const worker of WORKERS.filter((one) => product.isRunning(one))) expect(await product.end(worker), 'ended by SIGTERM').toEqual({ code: 0 })
  await inEngine(async (tx) => {
    await tx.update(messages).set({ nextTryAt: sql`now()` }).where(isNotNull(messages.nextTryAt))
    await tx.update(webhookDeliveries).set({ nextTryAt: sql`now()` }).where(isNotNull(webhookDeliveries.nextTryAt))
  })
  await restoreAll()
  await expect.poll(untold, { timeout: 20_000, interval: 50 }).toBe(0)

  const sent = await inEngine((tx) =>
    tx
      .select({ id: messages.id })
      .from(messages)
      .where(and(eq(messages.state, 'sent'), eq(messages.channel, 'email'))),
  )
  expect(sent.length).toBeGreaterThan(0)
  expect(new Set(mails)).toEqual(new Set(sent.map(({ id }) => id)))
  expect(mails.length - sent.length, 'mails that came again').toBeLessThanOrEqual(workersKilled * WORKERS.length * MAILS_AT_ONCE)

  const heard = receiver.received.map(({ headers }) => headers['webhook-id'])
  const events = await inEngine((tx) =>
    tx
      .select({ id: webhookEvents.id, type: webhookEvents.type, subject: webhookEvents.subjectId })
      .from(webhookEvents)
      .where(inArray(webhookEvents.type, HEARD)),
  )
  expect(new Set(heard)).toEqual(new Set(events.map(({ id }) => id)))
  expect(heard.length - events.length, 'webhooks that came again').toBeLessThanOrEqual(workersKilled * WORKERS.length * DELIVERIES_AT_ONCE)
  const paid = events.filter(({ type }) => type === 'invoice.paid').map(({ subject }) => subject)
  expect(new Set(paid).size, 'an invoice is paid once').toBe(paid.length)
}

async function untold(): Promise<number> {
  return inEngine(async (tx) => {
    const mail = await tx.$count(messages, and(eq(messages.state, 'queued'), eq(messages.channel, 'email')))
    const unspread = await tx.$count(webhookEvents, sql`spread_at is null`)
    return mail + unspread + (await tx.$count(webhookDeliveries, eq(webhookDeliveries.state, 'queued')))
  })
}

async function usedOf({ subscription }: { subscription: string }): Promise<number> {
  const { meters } = await product.make('GET', `/subscriptions/${subscription}/usage`)
  return meters[0].used
}

const eventsOf = (customers: readonly { id: OrganizationId }[]) =>
  inEngine((tx) =>
    tx.$count(
      usageEvents,
      inArray(
        usageEvents.organizationId,
        customers.map(({ id }) => id),
      ),
    ),
  )

/** Amounts that the provider has collected. */
async function chargesOf(id: OrganizationId): Promise<number[]> {
  const [row] = await inEngine((tx) => tx.select({ customer: organizations.payerRef }).from(organizations).where(eq(organizations.id, id)))
  if (!row?.customer) return []
  const charges: number[] = []
  for await (const { status, amount } of product.stripe.charges.list({ customer: row.customer, limit: 100 })) if (status === 'succeeded') charges.push(amount)
  return charges
}
