import { setTimeout as sleep } from 'node:timers/promises'
import { newEventId } from '../lib/client/event-id'
import { Headroom } from '../lib/client/index'
import { uuidOf } from '../lib/ids'
import { addDays, instant } from '../lib/time'
import { type Customer, setStage } from './bench/stage'
import { cookieOf } from './sign-in'

/**
 * `npm run soak`: ten minutes of everything at once (`-- --minutes 2` for fewer): usage in batches, decisions from leases and over HTTP, lives on
 * test clocks, people on their pages. It ends with the books added up, every event counted once, and no process larger than it was.
 */
const at = process.argv.indexOf('--minutes')
const MINUTES = at === -1 ? 10 : Number(process.argv[at + 1])
const SAMPLE_MS = 5_000
/** Of the median of the fifth tenth, by when a heap has the size that its work asks for, against that of the last. */
const MAY_GROW = 1.1
const PAGES = ['', '/usage', '/plan', '/spending', '/credits', '/invoices', '/team', '/activity', '/notifications', '/developers']

type Json = Record<string, unknown>
type Tally = Record<string, number>

const stage = await setStage()
const tally: Tally = {}
const count = (what: string, by = 1) => {
  tally[what] = (tally[what] ?? 0) + by
}
let isOver = false

async function call(method: 'GET' | 'POST' | 'PUT', path: string, body?: Json): Promise<{ status: number; body: Json }> {
  const answer = await fetch(`${stage.url}/api/v1${path}`, {
    method,
    headers: { authorization: `Bearer ${stage.apiKey}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  })
  return { status: answer.status, body: (await answer.json()) as Json }
}

async function made(path: string, body: Json): Promise<Json> {
  const answer = await call('POST', path, body)
  if (answer.status >= 300) throw new Error(`${path}: ${answer.status} ${JSON.stringify(answer.body)}`)
  return answer.body
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
    const { body } = await call('POST', '/consume', { id: newEventId(), organization: id, meter: 'requests' })
    if (body.allowed === true) count('consumed')
    await sleep(5)
  }
}

/** A life in days that take a moment each: renewals, changes, refusals, usage over limits. */
async function life(number: number): Promise<void> {
  let now = instant('2026-01-01T00:00:00Z')
  const clock = await made('/test_clocks', { now: now.toString() })
  const owner = { email: `soak-${newEventId()}@example.com` }
  const { id } = await made('/organizations', { name: `Soak ${number}`, owner, test_clock: clock.id, invite: false })
  await call('PUT', `/organizations/${id}/payment_method`, { payment_method: number % 3 === 2 ? 'pm_card_chargeDeclined' : 'pm_card_visa' })
  const subscription = await made(`/organizations/${id}/subscriptions`, { product: 'api-calls', plan: number % 3 === 2 ? 'free' : 'basic' })
  for (let turn = 0; !isOver; turn++) {
    now = addDays(now, 1 + (turn % 9))
    await call('POST', `/test_clocks/${clock.id}/advance`, { to: now.toString() })
    await call('POST', '/usage', { events: [{ id: newEventId(), organization: id, meter: 'calls', quantity: (turn * 7_919) % 20_000 }] })
    if (turn % 4 === number % 4) {
      const plan = ['pro', 'basic', 'enterprise', 'free'][turn % 4] ?? 'basic'
      const quote = await call('POST', `/subscriptions/${subscription.id}/quotes`, { plan })
      if (quote.status < 300) await call('POST', `/subscriptions/${subscription.id}/changes`, { quote: quote.body.id })
    }
    count('days lived', 1 + (turn % 9))
    await sleep(200)
  }
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

const median = (values: readonly number[]) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
const problems: string[] = []

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
  const samples: Record<string, number>[] = []
  const sampler = (async () => {
    while (!isOver) {
      samples.push(stage.megabytes())
      await sleep(SAMPLE_MS)
    }
  })()
  const actors = [traffic(client, reporting, deciding), consumers(consuming), consumers(consuming), ...[0, 1, 2, 3, 4, 5].map(life), reader(cookie)]
  const ended = sleep(MINUTES * 60_000).then(() => {
    isOver = true
  })
  await Promise.all([ended, sampler, ...actors])
  await client.close()

  for (const [what, of] of Object.entries({ reported: reporting, decided: deciding, consumed: consuming })) {
    const ids = of.map(({ subscription }) => uuidOf('sub', subscription))
    const { rows } = await stage.sql.query<{ units: string }>('SELECT sum(units)::text AS units FROM usage_segments WHERE subscription_id = ANY($1::uuid[])', [
      ids,
    ])
    if (rows[0]?.units !== String(tally[what] ?? 0)) problems.push(`${tally[what]} units were ${what}, and ${rows[0]?.units} counted`)
  }
  const books = await made('/books/run', {})
  if (books.balanced !== true) problems.push(`the books do not balance: ${JSON.stringify(books.differences)}`)
  const tenth = Math.max(1, Math.floor(samples.length / 10))
  for (const program of ['server', 'worker']) {
    const of = (some: typeof samples) => median(some.flatMap((sample) => sample[program] ?? []))
    const [early, late] = [of(samples.slice(4 * tenth, 5 * tenth)), of(samples.slice(-tenth))]
    const course = samples.filter((_, index) => index % tenth === 0).map((sample) => Math.round(sample[program] ?? 0))
    console.log(`${program}: ${Math.round(early)} MB at half time, ${Math.round(late)} MB at the end (${course.join(', ')})`)
    if (!(late <= early * MAY_GROW)) problems.push(`the ${program} has grown from ${Math.round(early)} to ${Math.round(late)} MB`)
  }
  console.log(
    `${MINUTES} minutes: ${Object.entries(tally)
      .map(([what, times]) => `${times.toLocaleString('en')} ${what}`)
      .join(', ')}`,
  )
} finally {
  isOver = true
  await stage.stop()
}
for (const problem of problems) console.error(problem)
console.log(problems.length === 0 ? 'Nothing was lost, and the books balance.' : `${problems.length} problems`)
process.exitCode = problems.length === 0 ? 0 : 1
