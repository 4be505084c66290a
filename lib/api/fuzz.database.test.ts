import fc from 'fast-check'
import { beforeAll, describe, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { isDeep, seed } from '../billing/testing/depth'
import { hearOutput } from '../observe/testing/heard-output'
import { machineInterface } from './app'
import { openApiDocument } from './openapi'
import { routes } from './routes/table'
import type { Schemas } from './schema-example'
import { createWorld, nameOf, type World } from './testing/every-route'
import { type FuzzedRequest, inWorld, type Operation, requestsTo } from './testing/fuzzed-request'
import { type Json, type Reply, runInterface, START_UP_KEY } from './testing/running-interface'

/**
 * Requests that nobody would write, and those that somebody nearly would, to every route of the OpenAPI document: whatever is sent, the
 * answer is one that the document tells of, comes soon, is no fault of ours, and where it refuses nothing has changed.
 */
const heard = hearOutput()
const api = runInterface({ log: heard.log })
const REQUESTS = isDeep ? 80 : 8
const ANSWERS_WITHIN_MS = 2_000
const OF_ROUTE = { numRuns: REQUESTS, seed: Number(seed) | 0, endOnFailure: false }

let world: World
beforeAll(async () => {
  world = await createWorld(api)
})

/** What is kept of a refusal on purpose: the answer itself, under its idempotency key. */
const KEEPS_REFUSALS = 'idempotency_answers'
/** The attempt is on record, and an advance has come as far as it could. */
const HAVE_DONE_SOMETHING = ['payment_failed', 'payment_action_required', 'payments_unsettled']
/** It lives through everything that falls due on the way, and may be asked for years. */
const TAKES_ITS_TIME = 'POST /test_clocks/{clock}/advance'
/** No worker runs beside these tests, and it says so. */
const IS_NOT_READY = 'GET /health/ready'

const document = openApiDocument(machineInterface({ provider: null as never, log: null as never })) as unknown as {
  paths: Record<string, Record<string, Operation>>
  components: { schemas: Schemas }
}
const operations = Object.entries(document.paths).flatMap(([path, methods]) =>
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

async function answerTo(request: FuzzedRequest): Promise<{ reply: Reply; milliseconds: number }> {
  const { method, path, headers, body } = inWorld(request, world)
  const began = performance.now()
  const reply = await api.send(method, path, undefined, { headers: { 'content-type': 'application/json', ...headers }, ...(body !== null && { raw: body }) })
  const milliseconds = performance.now() - began
  heard.keepSecretsIn(`${method} ${path}`, reply.body)
  return { reply, milliseconds }
}

function requireDocumented({ responses }: Operation, { status, body, headers }: Reply): void {
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

describe('whatever is sent', () => {
  it('is sent to every route that is mounted', () => {
    expect(operations.map(({ name }) => name)).toEqual(expect.arrayContaining(routes.map(nameOf)))
  })

  it.each(operations)(
    `${seed}: $name answers as documented, soon, without a fault, and a refusal changes nothing`,
    async ({ name, method, path, operation }) => {
      const property = fc.asyncProperty(requestsTo(method, path, operation, document.components.schemas), async (request) => {
        const before = await digest()
        const { reply, milliseconds } = await answerTo(request)
        if (name !== IS_NOT_READY) expect(reply.status, JSON.stringify(reply.body)).toBeLessThan(500)
        requireDocumented(operation, reply)
        requireKeptApart(request, reply)
        if (name !== TAKES_ITS_TIME) expect(milliseconds, 'how long it took').toBeLessThan(ANSWERS_WITHIN_MS)
        if (reply.status >= 400 && !HAVE_DONE_SOMETHING.includes(reply.body.code)) expect(await digest(), 'after a refusal').toEqual(before)
      })
      await fc.assert(property, OF_ROUTE)
      for (const { organization } of Object.values(world)) await expectBalanced(organization)
      if (method === 'delete') world = await createWorld(api)
    },
  )

  it(`${seed}: no secret of it stands in the log`, () => {
    heard.keepSecret('the start-up key', START_UP_KEY)
    heard.expectNoSecret()
  })
})

/** An organization that somebody has closed has no books to read. */
async function expectBalanced(organization: string): Promise<void> {
  const books: Json = await api.get(`/books?organization=${organization}`)
  if (books.status === 200) expect(books.body).toMatchObject({ balanced: true, differences: [] })
}
