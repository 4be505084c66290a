import { join } from 'node:path'
import { RateLimiterPostgres } from 'rate-limiter-flexible'
import { consuming } from '../../lib/api/usage-groups'
import { newEventId } from '../../lib/client/event-id'
import { uuidOf } from '../../lib/ids'
import { besideBareDisk } from './bare-disk'
import type { Load, Outcome, Target } from './caller'
import { companion } from './companion'
import { type Figure, type Pace, type Percentiles, pace, saturate, type Terms } from './measure'
import { type Customer, type Stage, settle } from './stage'

const MANY = 1_000
const SMALL_MANY = 200
const CALLERS = 256
/** Decisions a second over HTTP: what a busy back end asks for, and well under what callers, server and Postgres can do on two cores. */
const STEADY = 1_000
const P99_MS = 25
/** Of half a second beside other work, most of which may be one full collection or another's burst of work: what misses it stands still or queues up. */
const P99_SMALL_MS = 1_000
/**
 * Times as long as a rate. What disturbs comes rarely and lasts: a disk writes out what is dirty every half minute, the worker looks for work every
 * minute. A shorter time meets all of one of them or nothing.
 */
const TIMES_AS_LONG = 8
/** What has only just been asked for at that pace is not compiled for it yet. */
const WARM_UP_RATES = 2

/**
 * What `POST /consume` does, each decision kept under its id, against rate-limiter-flexible: both in this process, on the same Postgres, with as
 * many callers. And over HTTP, where the callers, the server and Postgres share the machine.
 */
export async function benchConsume(stage: Stage, { seconds, isSmall }: { seconds: number; isSmall: boolean }): Promise<Figure[]> {
  const many = isSmall ? SMALL_MANY : MANY
  const customers = await stage.customers(many)
  const [hot] = customers
  if (!hot) throw new Error('there is nobody')
  const limiter = await openLimiter(stage)
  let turn = 0
  const next = () => customers[turn++ % many] ?? hot
  const wish = (organization: string) => ({ id: newEventId(), organization, meter: 'requests', quantity: 1 })
  let allowed = 0
  const decide = async (organization: string) => {
    const outcome = await consuming.do(wish(organization))
    if (!outcome.ok || !outcome.value.answer.allowed) throw new Error('it was refused')
    allowed++
    return 1
  }
  const limit = async (key: string) => {
    await limiter.consume(key, 1)
    return 1
  }
  const terms = { concurrency: CALLERS, seconds }
  const theirHot = await saturate(terms, () => limit('hot'))
  const ourHot = await saturate(terms, () => decide(hot.id))
  for (const { id } of customers) await Promise.all([limit(id), decide(id)]) // A customer's first decision reads what the others find in memory.
  const theirMany = await saturate(terms, () => limit(next().id))
  const ourMany = await saturate(terms, () => decide(next().id))
  await settle(stage)
  const long = isSmall ? seconds : seconds * TIMES_AS_LONG
  const paced = (perSecond: number): Pace => ({ perSecond, seconds: long, warmUpSeconds: WARM_UP_RATES * seconds })
  const halfInProcess = await besideBareDisk(() => pace(paced(ourHot / 2), () => decide(hot.id)))
  const caller = openCaller({ url: stage.url, apiKey: stage.apiKey, organization: hot.id })
  const overHttp = await caller.saturate(terms)
  await settle(stage) // At half the rate nobody has just written at the whole one.
  const half = await besideBareDisk(() => caller.pace(paced(overHttp / 2)))
  const steady = await besideBareDisk(() => caller.pace(paced(STEADY)))
  allowed += caller.stop()
  await expectCounted(stage, customers, allowed)
  const figure = (what: string, value: number) => ({ section: 'Consume', what, value, unit: 'decisions a second' })
  const peer = 'rate-limiter-flexible'
  return [
    { ...figure('one hot organization, in process', ourHot), than: { what: peer, value: theirHot, ratio: ourHot / theirHot, floor: 3, smallFloor: 3 } },
    {
      ...figure(`${many.toLocaleString('en')} organizations, in process`, ourMany),
      than: { what: peer, value: theirMany, ratio: ourMany / theirMany, floor: 1, smallFloor: 0.3 },
    },
    figure('one hot organization, over HTTP', overHttp),
    ...latency('at half of the rate, open loop, in process', halfInProcess, P99_MS),
    ...latency(`at ${STEADY.toLocaleString('en')} a second, open loop, over HTTP`, steady, P99_MS),
    ...latency('at half of the rate, open loop, over HTTP', half),
  ]
}

/** Asks over HTTP from a process of its own; `stop` answers how often it was allowed to. */
function openCaller(target: Target) {
  const caller = companion(join(import.meta.dirname, 'caller.ts'), 'who asks over HTTP')
  let allowed = 0
  const carryOut = async <Measured>(load: Load) => {
    caller.send({ ...target, ...load })
    const outcome = await caller.answer<Outcome<Measured>>()
    allowed += outcome.allowed
    return outcome.measured
  }
  return {
    saturate: (load: Terms) => carryOut<number>(load),
    pace: (load: Pace) => carryOut<Percentiles>(load),
    stop() {
      caller.letGo()
      return allowed
    },
  }
}

/** The figures would mean nothing if one decision more or fewer were counted. */
async function expectCounted({ sql }: Stage, customers: readonly Customer[], allowed: number): Promise<void> {
  const ids = customers.map(({ id }) => uuidOf('org', id))
  const { rows } = await sql.query<{ units: string }>('SELECT sum(units)::text AS units FROM usage_segments WHERE organization_id = ANY($1::uuid[])', [ids])
  if (rows[0]?.units !== String(allowed)) throw new Error(`${allowed} were allowed, and ${rows[0]?.units} counted`)
}

type Waited = { measured: Percentiles; longestSyncMs: number }

function latency(where: string, { measured: { p50, p99, longest }, longestSyncMs }: Waited, p99AtMost?: number): Figure[] {
  const figure = (what: string, value: number) => ({ section: 'Consume', what: `${what} ${where}`, value, unit: 'ms' })
  return [
    p99AtMost === undefined ? figure('p99', p99) : { ...figure('p99', p99), bound: { type: 'at most', value: p99AtMost, smallValue: P99_SMALL_MS } },
    {
      ...figure('the longest wait', longest),
      than: { what: 'the longest of a bare fdatasync beside it', value: longestSyncMs, ratio: longest / longestSyncMs },
    },
    figure('median', p50),
  ]
}

function openLimiter({ sql }: Stage): Promise<RateLimiterPostgres> {
  return new Promise((resolve, reject) => {
    const options = { storeClient: sql, points: 2_000_000_000, duration: 30 * 86_400, tableName: 'peer_limits', schemaName: 'public' }
    const limiter = new RateLimiterPostgres(options, (fault) => (fault ? reject(fault) : resolve(limiter)))
  })
}
