import { setTimeout as sleep } from 'node:timers/promises'
import { newEventId } from '../lib/client/event-id'
import { Headroom } from '../lib/client/index'
import { type OrganizationId, uuidOf } from '../lib/ids'
import { addDays, instant } from '../lib/time'
import { INSPECTABLE } from './bench/living-memory'
import { type Customer, setStage } from './bench/stage'
import { cookieOf } from './sign-in'

/**
 * `npm run soak`: ten minutes of everything at once (`-- --minutes 2` or `--seconds 40` for fewer): usage in batches, decisions from leases and over
 * HTTP, lives on test clocks, people on their pages. It ends with the books added up, every event counted once, each kind of work done, no answer
 * that was not expected, and no program larger than it was or than it may be.
 */
const seconds = optionOf('--seconds') ?? (optionOf('--minutes') ?? 10) * 60
const SAMPLES = 120
/** To collect a whole heap takes a part of a second, in which nobody is answered. */
const HELD_TO_LIVING = 6
const PROBLEMS_TOLD = 20
/**
 * The most in the last fifth may be so much of the most in the one around half time: of the programs of what lives in them, since the heap around it is
 * as large as it happens to be before it is collected.
 */
const MAY_GROW = 1.1
/** It has processes that come and go, a vacuum's among them. */
const POSTGRES_MAY_GROW = 1.5
/** In megabytes, however long it takes, with what waits to be collected: of Postgres what is its processes' own, without the buffers that they share. */
const AT_MOST: Record<string, number> = { server: 1_536, worker: 640, postgres: 512 }
/** A shorter time only fills the heap. */
const IS_FLAT_FROM_SECONDS = 240
const PAGES = ['', '/usage', '/plan', '/spending', '/credits', '/invoices', '/team', '/activity', '/notifications', '/developers']

/** What a rule of billing answers to who goes on living without asking: everything else that is not a success is a problem. */
const REFUSALS: readonly unknown[] = ['payment_failed', 'downgrade_already_used', 'downgrade_usage_exceeded', 'past_due', 'same_plan']

type Json = Record<string, unknown>
type Tally = Record<string, number>

const stage = await setStage(INSPECTABLE)
const tally: Tally = {}
const count = (what: string, by = 1) => {
  tally[what] = (tally[what] ?? 0) + by
}
let isOver = false
const problems: string[] = []

function optionOf(name: string): number | undefined {
  const at = process.argv.indexOf(name)
  return at === -1 ? undefined : Number(process.argv[at + 1])
}

async function call(method: 'POST' | 'PUT', path: string, body: Json): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${stage.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${stage.apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

/** What a life asks for: null where a rule refuses it, which is counted; whatever else is not a success is a problem. */
async function ask(method: 'POST' | 'PUT', path: string, body: Json): Promise<Json | null> {
  const answer = await call(method, path, body)
  if (answer.status < 300) return answer.body
  if (answer.status < 500 && REFUSALS.includes(answer.body.code)) count(`refused: ${answer.body.code}`)
  else problems.push(`${method} ${path} answered ${answer.status} ${JSON.stringify(answer.body)}`)
  return null
}

/** Reports and decides as a company's product does, through the client. */
async function traffic(client: Headroom, reporting: readonly Customer[], deciding: readonly Customer[]): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    for (let event = 0; event < 20; event++) {
      const { id } = reporting[(turn + event) % reporting.length] as Customer
      await client.report({ organization: id, meter: 'requests', quantity: 1 + (event % 3), key: `key-${event % 4}` })
      count('reported', 1 + (event % 3))
    }
    for (let request = 0; request < 50; request++) {
      const decision = await client.check((deciding[request % deciding.length] as Customer).id, 'requests')
      if (decision.allowed) count('decided')
    }
    await sleep(10)
  }
}

async function consumers(customers: readonly Customer[]): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    const { id } = customers[turn % customers.length] as Customer
    const { status, body } = await call('POST', '/consume', { id: newEventId(), organization: id, meter: 'requests' })
    if (status === 200 && body.allowed === true) count('consumed')
    else problems.push(`/consume answered ${status} ${JSON.stringify(body)}`)
    await sleep(5)
  }
}

const PLANS = ['pro', 'basic', 'enterprise', 'free']

/** A life in days that take a moment each: renewals, changes, refusals, usage over limits. */
async function life(number: number): Promise<OrganizationId> {
  let now = instant('2026-01-01T00:00:00Z')
  const cannotPay = number % 3 === 2
  const clock = await stage.make('POST', '/test_clocks', { now: now.toString() })
  const owner = { email: `soak-${newEventId()}@example.com` }
  const { id } = await stage.make('POST', '/organizations', { name: `Soak ${number}`, owner, test_clock: clock.id, invite: false })
  await stage.make('PUT', `/organizations/${id}/payment_method`, { payment_method: cannotPay ? 'pm_card_chargeCustomerFail' : 'pm_card_visa' })
  const subscription = await stage.make('POST', `/organizations/${id}/subscriptions`, { product: 'api-calls', plan: cannotPay ? 'free' : 'basic' })
  for (let turn = 0; !isOver; turn++) {
    const days = 1 + (turn % 9)
    now = addDays(now, days)
    if (await ask('POST', `/test_clocks/${clock.id}/advance`, { to: now.toString() })) count('days lived', days)
    await ask('POST', '/usage', { events: [{ id: newEventId(), organization: id, meter: 'calls', quantity: (turn * 7_919) % 20_000 }] })
    if (turn % 4 === number % 4) await change(subscription.id, PLANS[(number + Math.floor(turn / 4)) % PLANS.length] ?? 'basic')
    await sleep(200)
  }
  return id as OrganizationId
}

async function change(subscription: unknown, plan: string): Promise<void> {
  const quote = await ask('POST', `/subscriptions/${subscription}/quotes`, { plan })
  if (quote && (await ask('POST', `/subscriptions/${subscription}/changes`, { quote: quote.id }))) count('changes')
}

async function reader(cookie: string): Promise<void> {
  for (let turn = 0; !isOver; turn++) {
    const answer = await fetch(`${stage.url}/acme-robotics${PAGES[turn % PAGES.length]}`, { headers: { cookie } })
    await answer.arrayBuffer()
    if (answer.status !== 200) throw new Error(`${PAGES[turn % PAGES.length]} answered ${answer.status}`)
    count('pages')
    await sleep(100)
  }
}

/** What the lives came to; of each there must be some, or they were none. */
async function expectLived(organizations: readonly OrganizationId[]): Promise<void> {
  const { rows } = await stage.sql.query<Tally>(
    `SELECT (SELECT count(*)::int FROM audit_log WHERE organization_id = ANY($1::uuid[]) AND action = 'subscription.renewed') AS renewals,
       (SELECT count(*)::int FROM documents WHERE organization_id = ANY($1::uuid[])) AS documents,
       (SELECT count(*)::int FROM documents WHERE organization_id = ANY($1::uuid[]) AND kind = 'change' AND status = 'paid' AND total > 0) AS purchases`,
    [organizations.map((id) => uuidOf('org', id))],
  )
  for (const [what, times] of Object.entries(rows[0] ?? {})) count(what, times)
  for (const what of ['renewals', 'documents', 'purchases', 'days lived', 'changes', 'reported', 'decided', 'consumed', 'pages'])
    if (!((tally[what] ?? 0) > 0)) problems.push(`there were no ${what}`)
}

type Sample = Record<string, number>

const mostOf = (samples: readonly Sample[], program: string) => Math.max(...samples.map((sample) => sample[program] ?? Number.NaN))

function expectBelowCeiling(program: string, samples: readonly Sample[]): void {
  const [highest, ceiling] = [mostOf(samples, program), AT_MOST[program] ?? 0]
  console.log(`${program}: ${Math.round(highest)} MB at most`)
  if (!(highest <= ceiling)) problems.push(`the ${program} held ${Math.round(highest)} MB, more than ${ceiling}`)
}

/** In the second half of the time. */
function expectFlat(program: string, samples: readonly Sample[], mayGrow: number): void {
  const [fifth, tenth] = [Math.ceil(samples.length / 5), Math.ceil(samples.length / 10)]
  const [early, late] = [mostOf(samples.slice(2 * fifth, 3 * fifth), program), mostOf(samples.slice(-fifth), program)]
  const course = samples.filter((_, index) => index % tenth === 0).map((sample) => Math.round(sample[program] ?? 0))
  console.log(`${program}: ${Math.round(early)} MB around half time, ${Math.round(late)} MB at the end (${course.join(', ')})`)
  if (seconds < IS_FLAT_FROM_SECONDS) console.log('(too short a time to hold that)')
  else if (!(late <= early * mayGrow)) problems.push(`the ${program} has grown from ${Math.round(early)} to ${Math.round(late)} MB`)
}

try {
  const customers = await stage.customers(30)
  const [reporting, deciding, consuming] = [customers.slice(0, 15), customers.slice(15, 20), customers.slice(20)]
  const client = new Headroom({
    url: stage.url,
    key: stage.apiKey,
    onRefused: (refused) => problems.push(`refused: ${JSON.stringify(refused)}`),
    leaseSeconds: 10,
  })
  const cookie = await cookieOf(stage)
  const [held, living]: [Sample[], Sample[]] = [[], []]
  const sampler = (async () => {
    for (let sample = 0; !isOver; sample++) {
      const postgres = stage.postgresMegabytes()
      held.push({ ...stage.megabytes(), ...(postgres !== null && { postgres }) })
      if (sample % HELD_TO_LIVING === 0) living.push(await stage.livingMegabytes())
      await sleep((seconds * 1_000) / SAMPLES)
    }
  })()
  const lives = Promise.all([0, 1, 2, 3, 4, 5].map(life))
  const actors = [traffic(client, reporting, deciding), consumers(consuming), consumers(consuming), lives, reader(cookie)]
  const ended = sleep(seconds * 1_000).then(() => {
    isOver = true
  })
  await Promise.all([ended, sampler, ...actors])
  await client.close()
  await expectLived(await lives)

  for (const [what, of] of Object.entries({ reported: reporting, decided: deciding, consumed: consuming })) {
    const ids = of.map(({ subscription }) => uuidOf('sub', subscription))
    const { rows } = await stage.sql.query<{ units: string }>('SELECT sum(units)::text AS units FROM usage_segments WHERE subscription_id = ANY($1::uuid[])', [
      ids,
    ])
    if (rows[0]?.units !== String(tally[what] ?? 0)) problems.push(`${tally[what]} units were ${what}, and ${rows[0]?.units} counted`)
  }
  const books = await stage.make('POST', '/books/run', {})
  if (books.balanced !== true) problems.push(`the books do not balance: ${JSON.stringify(books.differences)}`)
  if (stage.postgresMegabytes() === null) console.log('Not tried: the memory of Postgres. This system does not tell what a process has for itself.')
  for (const program of Object.keys(held[0] ?? {})) expectBelowCeiling(program, held)
  if (held.some(({ postgres }) => postgres !== undefined)) expectFlat('postgres', held, POSTGRES_MAY_GROW)
  console.log('Of which live:')
  for (const program of ['server', 'worker']) expectFlat(program, living, MAY_GROW)
  const done = Object.entries(tally).map(([what, times]) => `${times.toLocaleString('en')} ${what}`)
  console.log(`${seconds} seconds: ${done.join(', ')}`)
} finally {
  isOver = true
  await stage.stop()
}
for (const problem of problems.slice(0, PROBLEMS_TOLD)) console.error(problem)
console.log(problems.length === 0 ? 'Nothing was lost, and the books balance.' : `${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
