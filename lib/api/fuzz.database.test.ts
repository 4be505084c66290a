import { eq } from 'drizzle-orm'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { organizations } from '../../db/schema'
import { isDeep, seed } from '../billing/testing/depth'
import type { OrganizationId } from '../ids'
import { hearOutput } from '../observe/testing/heard-output'
import { machineInterface } from './app'
import { BASE_PATH } from './base-path'
import { openApiDocument } from './openapi'
import { routes } from './routes/table'
import type { Schemas } from './schema-example'
import { createWorld, giveCredit, nameOf, type World } from './testing/every-route'
import { type FuzzedRequest, inWorld, type Operation, requestsTo } from './testing/fuzzed-request'
import { payerRefOf } from './testing/payer'
import { SITUATIONS } from './testing/race-situations'
import { type Reply, runInterface, START_UP_KEY } from './testing/running-interface'
import { expectChargedOnceAfterAll, expectSound } from './testing/sound'
import { BETTER, BODIES } from './testing/valid-bodies'

/**
 * Requests that nobody would write, and those that somebody nearly would, to every route of the OpenAPI document: whatever is sent, the
 * answer is one that the document tells of, comes soon, is no fault of ours, and where it refuses nothing has changed. Nor is anything kept
 * at the payment provider that the books do not know of.
 */
const heard = hearOutput()
const api = runInterface({ log: heard.log, plant: plantedRoutes })
const REQUESTS = isDeep ? 80 : 2
const HEADERS_TOO_LARGE = 431
const METHOD_NOT_ALLOWED = 405
const ANSWERS_WITHIN_MS = 2_000
/** Eighty archives of an organization take more than a minute. */
const OF_ROUTE_WITHIN_MS = isDeep ? 300_000 : 60_000
const OF_ROUTE = { numRuns: REQUESTS, seed: Number(seed) | 0, endOnFailure: false }

/** Takes what there is one of in a world, or leaves it in a state in which most is refused: the next request meets another world. */
const USES_UP = [
  ...['POST /organizations/{organization}/subscriptions', 'POST /organizations/{organization}/pro_forma', 'PUT /organizations/{organization}/payment_method'],
  ...['POST /subscriptions/{subscription}/changes', 'POST /subscriptions/{subscription}/cancel', 'POST /subscriptions/{subscription}/reactivate'],
  ...['POST /invoices/{invoice}/pay', 'POST /invoices/{invoice}/void', 'POST /invoices/{invoice}/mark_paid', 'POST /invoices/{invoice}/mark_uncollectible'],
  ...['POST /invoices/{invoice}/refunds', 'POST /limit_requests/{limit_request}/approve', 'POST /limit_requests/{limit_request}/decline'],
  ...['POST /leases/{lease}/settle', 'POST /test_clocks/{clock}/advance', 'POST /organizations/{organization}/credits/contributions'],
  'GET /organizations/{organization}/export', // Three an hour.
]

/** What is kept of a refusal on purpose: the answer itself, under its idempotency key. */
const KEEPS_REFUSALS = 'idempotency_answers'
/** The attempt is on record, and an advance has come as far as it could. */
const HAVE_DONE_SOMETHING = ['payment_failed', 'payment_action_required', 'payments_unsettled']
/** It lives through everything that falls due on the way, and may be asked for years. */
const TAKES_ITS_TIME = 'POST /test_clocks/{clock}/advance'
/** The right request, where the body that is only valid would be refused in this world. */
const RIGHT: typeof BETTER = {
  ...BETTER,
  'POST /organizations/{organization}/adjustments': () => ({ amount: 5_00, reason: 'A kindness' }),
  'PUT /organizations/{organization}/payment_method': () => ({ payment_method: 'pm_card_visa' }),
  'POST /invoices/{invoice}/refunds': () => ({ reason: 'A kindness' }), // Of its period a gateway holds units.
}
const QUERIES: Record<string, Record<string, string>> = {}
/** No worker runs beside these tests, and it says so. */
const IS_NOT_READY = 'GET /health/ready'

const document = openApiDocument(machineInterface({ provider: null as never, log: null as never })) as unknown as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Schemas }
}
type Asked = { name: string; method: string; path: string; operation: Operation }

const operations: Asked[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ name: nameOf({ method, path } as never), method, path, operation })),
)

/** An account on which nothing has happened is a row to lock and as good as none. */
const AS_GOOD_AS_NONE: Record<string, string> = { prepaid_accounts: 'debt = 0 AND debt_posted = 0 AND NOT recharge' }

function digestOf(table: string): string {
  const counted = AS_GOOD_AS_NONE[table] ? `WHERE NOT (${AS_GOOD_AS_NONE[table]})` : ''
  return `SELECT '${table}' AS name, coalesce(sum(hashtextextended(t::text, 0)), 0)::text AS sum FROM ${table} t ${counted}`
}

/** For each table one number for all that it holds. */
let digestStatement = ''
async function digest(): Promise<Record<string, string>> {
  return inEngine(async (tx) => {
    if (digestStatement === '') {
      const { rows } = await tx.execute<{ name: string }>(`
        SELECT c.oid::regclass::text AS name FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p') AND NOT c.relispartition AND has_table_privilege(c.oid, 'SELECT') ORDER BY 1`)
      const tables = rows.map(({ name }) => name).filter((name) => name !== KEEPS_REFUSALS)
      digestStatement = tables.map(digestOf).join(' UNION ALL ')
    }
    const { rows } = await tx.execute<{ name: string; sum: string }>(digestStatement)
    return Object.fromEntries(rows.map(({ name, sum }) => [name, sum]))
  })
}

/** What everything held after the last refusal in a world, while nothing else has been done: summing it up is most of what these tests take. */
let standing: { world: World; holds: Record<string, string> } | null = null

type Answered = { reply: Reply; milliseconds: number }

async function answerTo(request: FuzzedRequest, world: World): Promise<Answered> {
  const { method, path, headers, body } = inWorld(request, world)
  const began = performance.now()
  const reply = await api.send(method, path, undefined, { headers: { 'content-type': 'application/json', ...headers }, ...(body !== null && { raw: body }) })
  const milliseconds = performance.now() - began
  heard.keepSecretsIn(`${method} ${path}`, reply.body)
  return { reply, milliseconds }
}

async function requireHarmless({ name, operation }: Pick<Asked, 'name' | 'operation'>, request: FuzzedRequest, world: World): Promise<Reply> {
  const before = standing?.world === world ? standing.holds : await digest()
  standing = null
  const { reply, milliseconds } = await answerTo(request, world)
  if (name !== IS_NOT_READY) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500)
  if (!isElsewhere(request, reply)) requireDocumented(operation, reply)
  requireKeptApart(request, reply)
  if (name !== TAKES_ITS_TIME) expect(milliseconds, 'how long it took').toBeLessThan(ANSWERS_WITHIN_MS)
  if (reply.status >= 400 && !HAVE_DONE_SOMETHING.includes(reply.body.code)) {
    const after = await digest()
    expect(after, 'after a refusal').toEqual(before)
    standing = { world, holds: after }
  }
  return reply
}

/** Where an id is empty the address is another route’s, which may not know the method. */
function isElsewhere({ path }: FuzzedRequest, { status }: Reply): boolean {
  return status === METHOD_NOT_ALLOWED && path.split('/').slice(1).includes('')
}

function requireDocumented({ responses }: Operation, { status, body, headers }: Reply): void {
  if (status === HEADERS_TOO_LARGE) return // Of Node, which reads no further, so that no route hears of it.
  expect(Object.keys(responses), 'a status of the document').toContain(String(status))
  if (status < 400) return
  const examples = responses[status]?.content?.['application/problem+json']?.examples ?? {}
  expect(headers.get('content-type')).toBe('application/problem+json')
  expect(Object.keys(examples), 'a code of the document').toContain(body.code)
}

/** A member of one tenant gets nowhere in another. */
function requireKeptApart({ path, headers }: FuzzedRequest, { status }: Reply): void {
  const actor = /^<(mine|theirs)\./.exec(headers['headroom-actor'] ?? '')?.[1]
  const owner = /<(mine|theirs)\.(?:organization|subscription|invoice|lease|limit_request)>/.exec(path)?.[1]
  if (actor && owner && actor !== owner) expect(status, 'another tenant’s').toBeGreaterThanOrEqual(400)
}

/** One world that is used until something in it is used up, and held against the books and the payment provider before it is left. */
class Worlds {
  #world: World | null = null
  #of = ''

  async have(name: string): Promise<World> {
    const [where = '', situation] = Object.entries(SITUATIONS).find(([, { athome }]) => athome.includes(name)) ?? []
    if (this.#world && this.#of === where) return this.#world
    await this.leave()
    const world = await createWorld(api)
    for (const named of Object.values(world)) {
      await giveCredit(api, named)
      named.quote = (await api.make(`/subscriptions/${named.subscription}/quotes`, { plan: 'pro' })).id // What it says depends on the credit.
    }
    const special = Object.entries((await situation?.begin(api)) ?? {}).filter(([, id]) => id !== '')
    this.#of = where
    this.#world = { ...world, mine: { ...world.mine, ...Object.fromEntries(special) } }
    return this.#world
  }

  async check(): Promise<void> {
    standing = null
    for (const { organization } of Object.values(this.#world ?? {})) await expectSound(api, organization)
  }

  async leave(): Promise<void> {
    const left = Object.values(this.#world ?? {})
    this.#world = null // Whatever is found in it, the next one is sound.
    for (const { organization } of left) {
      await expectSound(api, organization)
      await expectChargedOnceAfterAll(api, organization)
    }
  }
}

const worlds = new Worlds()

async function ask(asked: Asked, request: FuzzedRequest): Promise<Reply> {
  const reply = await requireHarmless(asked, request, await worlds.have(asked.name))
  if (reply.status < 300 && (USES_UP.includes(asked.name) || asked.method === 'delete')) await worlds.leave()
  return reply
}

/** The request that the route is there for. */
async function rightRequest({ name, method, path }: Asked): Promise<FuzzedRequest> {
  const { mine } = await worlds.have(name)
  const body = (RIGHT[name] ?? BODIES[name])?.(mine)
  const query = Object.entries(QUERIES[name] ?? {})
  const named = path.replaceAll(/\{(\w+)\}/g, (_, place: string) => `<mine.${place === 'test_clock' ? 'clock' : place}>`)
  return { method: method.toUpperCase(), path: named, query, headers: {}, body: method === 'get' ? null : JSON.stringify(body ?? {}) }
}

describe('whatever is sent', () => {
  it('is sent to every route that is mounted', () => {
    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(routes.map(nameOf)))
    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining([...USES_UP, ...Object.keys(NEVER_LET_THROUGH)]))
  })

  it.each(operations)(
    `${seed}: $name answers as documented, soon, without a fault, and a refusal changes nothing`,
    async (asked) => {
      const { name, method, path, operation } = asked
      if (name === 'POST /subscriptions/{subscription}/changes') await worlds.leave() // A quote ends with whatever else has happened.
      const property = fc.asyncProperty(requestsTo(method, path, operation, document.components.schemas), async (request) => {
        await ask(asked, request)
      })
      await fc.assert(property, OF_ROUTE)
      await worlds.check()
      if (NEVER_LET_THROUGH[name]) return
      const right = await ask(asked, await rightRequest(asked))
      expect(right.status, `the world has come to where the right request is refused: ${JSON.stringify(right.body)}`).toBeLessThan(300)
    },
    OF_ROUTE_WITHIN_MS,
  )

  it('is settled with the payment provider in the end', () => worlds.leave())

  it(`${seed}: no secret of it stands in the log`, () => {
    heard.keepSecret('the start-up key', START_UP_KEY)
    heard.expectNoSecret()
  })
})

/** Answered as they should be, and never with what they are there for. */
const NEVER_LET_THROUGH: Record<string, string> = { [IS_NOT_READY]: 'no worker runs beside these tests' }

describe('a route that should not be', () => {
  const asking = async (name: string, world: World) => {
    const responses = { 409: { content: { 'application/problem+json': { examples: { planted: {} } } } } }
    const request = { method: 'POST', path: `/planted/${name}/<mine.organization>`, query: [], headers: {}, body: '{}' } satisfies FuzzedRequest
    return requireHarmless({ name, operation: { responses } }, request, world)
  }

  it('writes and then refuses: it is found out', async () => {
    const world = await createWorld(api)
    await expect(asking('writes', world)).rejects.toThrow('after a refusal')
  })

  it('charges and then refuses: it is found out', async () => {
    const world = await createWorld(api)
    await asking('charges', world)
    await expect(expectSound(api, world.mine.organization)).rejects.toThrow('cash at the provider')
    await expect(expectChargedOnceAfterAll(api, world.mine.organization)).rejects.toThrow()
  })
})

/** What must be caught, so that it is known that it would be. */
function plantedRoutes(app: ReturnType<typeof machineInterface>): void {
  const refusing = (name: string, work: (organization: string) => Promise<unknown>) =>
    app.post(`${BASE_PATH}/planted/${name}/:organization`, async (context) => {
      await work(context.req.param('organization'))
      return context.body(JSON.stringify({ code: 'planted' }), 409, { 'content-type': 'application/problem+json' })
    })
  refusing('writes', (id) =>
    inEngine((tx) =>
      tx
        .update(organizations)
        .set({ name: 'Planted' })
        .where(eq(organizations.id, id as OrganizationId)),
    ),
  )
  refusing('charges', async (id) => {
    const { stripe } = api.payments
    const customer = await payerRefOf({ api, id })
    const [card] = (await stripe.paymentMethods.list({ customer })).data
    return stripe.paymentIntents.create({ customer, payment_method: card?.id ?? '', amount: 10_00, currency: 'usd', off_session: true, confirm: true })
  })
}
