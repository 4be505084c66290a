import fc from 'fast-check'
import { shippedProducts } from '../../billing/catalog/shipped'
import type { JsonSchema, Schemas } from '../schema-example'
import { resolved } from '../schema-example'
import type { Named, World } from './every-route'

/** One request as it goes over the wire, with `<mine.organization>` where an id of the world stands. */
export type FuzzedRequest = {
  method: string
  path: string
  query: [name: string, value: string][]
  headers: Record<string, string>
  body: string | null
}

/** An operation as the OpenAPI document that is served tells of it. */
export type Operation = {
  parameters?: { name: string; in: string; schema?: JsonSchema }[]
  requestBody?: { content: { 'application/json': { schema: JsonSchema } } }
  responses: Record<string, { content?: Record<string, { examples?: Record<string, unknown> }> }>
}

const PLACES = ['organization', 'subscription', 'invoice', 'member', 'clock', 'quote', 'lease', 'limit_request', 'webhook_endpoint', 'delivery'] as const

/** Mostly the caller's own, at times another tenant's, one of another kind, or one that leads nowhere. */
function ids(place: string): fc.Arbitrary<string> {
  const name = place === 'test_clock' ? 'clock' : place
  return fc.oneof(
    { weight: 10, arbitrary: fc.constant(`<mine.${name}>`) },
    { weight: 2, arbitrary: fc.constant(`<theirs.${name}>`) },
    { weight: 1, arbitrary: fc.constantFrom(...PLACES).map((other) => `<mine.${other}>`) },
    { weight: 1, arbitrary: fc.constantFrom('org_01kbp4x5mve8jbdk2g3tqh1s7n', 'ext:', 'ext:nobody', 'inv_', 'INV_01KBP4X5MVE8JBDK2G3TQH1S7N', '0') },
    // Two that no address can hold: who sends it takes them for ways through a folder, and asks for another path.
    { weight: 1, arbitrary: text(1, 300).filter((id) => id !== '.' && id !== '..') },
  )
}

const STRANGE = [
  '\u0000',
  'a\u0000b',
  '\ud800',
  '\u202e\u0645\u0631\u062d',
  '👩‍👩‍👧‍👦',
  "'; drop table organizations; --",
  '{{7*7}}',
  '<script>',
  '\r\nX: y',
  ' ',
  '\ufeff',
]

function text(min: number, max: number): fc.Arbitrary<string> {
  return fc.oneof(
    { weight: 4, arbitrary: fc.string({ minLength: min, maxLength: Math.min(max, min + 20), unit: 'grapheme' }) },
    { weight: 2, arbitrary: fc.constantFrom(...STRANGE) },
    { weight: 1, arbitrary: fc.constantFrom(min - 1, min, max, max + 1).map((length) => 'é'.repeat(Math.max(0, Math.min(length, 20_000)))) },
  )
}

const instants = fc.constantFrom(
  ...['2025-12-31T23:59:59.999Z', '2026-01-01T00:00:00Z', '2026-01-17T12:00:00Z', '2026-01-31T00:00:00+14:00', '2026-02-28T23:59:60Z', '2028-02-29T00:00:00Z'],
  ...['1969-12-31T23:59:59Z', '2999-12-31T23:59:59Z', '3000-01-01T00:00:00Z', '+275760-09-13T00:00:00Z', '2026-01-01', '2026-13-01T00:00:00Z', 'now'],
)
const decimals = fc.constantFrom('0', '0.0005', '1.25', '-1', '1e3', '.5', '0.0000000000001', '999999999999', '99999999999999999999', 'NaN', '1,5')

/** Values that lead somewhere, by the name of the field, beside those that its schema describes. */
const KNOWN: Record<string, fc.Arbitrary<string>> = {
  ...Object.fromEntries([...PLACES, 'test_clock'].map((place) => [place, ids(place)])),
  product: fc.constantFrom(...shippedProducts.map(({ id }) => id), 'none'),
  plan: fc.constantFrom('free', 'basic', 'pro', 'enterprise', 'scaling', 'payg', 'none'),
  based_on: fc.constantFrom('basic', 'pro', 'none'),
  meter: fc.constantFrom('calls', 'calls', 'screenshots', 'none'),
  currency: fc.constantFrom('usd', 'eur', 'jpy', 'kwd', 'USD', 'xxx'),
  payment_method: fc.constantFrom(
    'pm_card_visa',
    'pm_card_chargeCustomerFail',
    'pm_card_authenticationRequired',
    'pm_card_chargeDeclined',
    'pm_none',
    'tok_visa',
  ),
  url: fc.constantFrom(
    'https://example.com/hooks',
    'http://example.com',
    'https://127.0.0.1/',
    'https://[::1]/',
    'https://user:secret@example.com/',
    'https://',
    'javascript:1',
  ),
  return_url: fc.constantFrom(
    'https://app.example.com/account',
    'https://app.example.com.evil.example/',
    '//evil.example',
    'https://app.example.com@evil.example/',
  ),
  email: fc.oneof(fc.emailAddress(), fc.constantFrom('ada@example.com', 'ADA@example.com', 'a@b', '"a b"@example.com')),
  to: fc.constantFrom('2025-01-01T00:00:00Z', '2026-01-01T00:00:00.001Z', '2026-01-20T00:00:00Z', '2026-03-01T00:00:00+01:00', 'never', '3000-01-01T00:00:00Z'),
  unit_price: decimals,
  bonus: decimals,
  registered_before: instants,
  until: instants,
  effective_at: instants,
  period: instants,
  limit: fc.constantFrom('1', '100', '0', '101', '1e1', '٣', ' 1'),
  cursor: fc.oneof(text(1, 200), fc.constantFrom('YWZ0ZXIgb3JnXzAx', Buffer.from('after inv_01kbp4x5mve8jbdk2g3tqh1s7n').toString('base64url'))),
  group_by: fc.constantFrom('day', 'key', 'month'),
}

const EDGES = [-1, 0, 1, 2, 50, 100, 2_000, 10_000, 250_000, 2 ** 31 - 1, 2 ** 31, 1e11, 1e15, 2 ** 53 - 1, 2 ** 53, -(2 ** 53), 1.5, 1e300]
const MOST_VALID = 14

/** What a field of that name and schema takes, its boundaries, and now and then something else entirely. */
function values(schema: JsonSchema, schemas: Schemas, name = ''): fc.Arbitrary<unknown> {
  return fc.oneof({ weight: MOST_VALID, arbitrary: fitting(resolved(schema, schemas), schemas, name) }, { weight: 1, arbitrary: hostile })
}

const hostile: fc.Arbitrary<unknown> = fc.oneof(
  fc.jsonValue({ stringUnit: 'binary', maxDepth: 3 }),
  fc.constantFrom<unknown>(null, true, '', [], {}, [[]], -0, 1e21, '1', 'true', ...STRANGE, 'x'.repeat(70_000), { toString: 1 }, { $ne: null }),
)

function fitting(schema: JsonSchema, schemas: Schemas, name: string): fc.Arbitrary<unknown> {
  const alternatives = schema.anyOf ?? schema.oneOf ?? schema.allOf
  if (alternatives) return fc.oneof(...alternatives.map((one) => values(one, schemas, name)))
  if (schema.const !== undefined) return fc.constant(schema.const)
  if (schema.enum) return fc.constantFrom(...schema.enum)
  const types = [schema.type ?? 'null'].flat()
  return fc.oneof(...types.map((type) => ofType(type, schema, schemas, name)))
}

function ofType(type: string, schema: JsonSchema, schemas: Schemas, name: string): fc.Arbitrary<unknown> {
  const { minimum = 0, maximum = 2 ** 53 - 1 } = schema
  switch (type) {
    case 'object':
      return objects(schema, schemas)
    case 'array':
      return fc.array(values(schema.items ?? {}, schemas, name), { maxLength: 3 })
    case 'integer':
    case 'number':
      return fc.oneof(fc.constantFrom(...EDGES, minimum - 1, minimum, maximum, maximum + 1), fc.integer({ min: 0, max: 3_000 }))
    case 'boolean':
      return fc.boolean()
    case 'string':
      return strings(schema, name)
    default:
      return fc.constant(null)
  }
}

function strings({ format, pattern, example, minLength = 0, maxLength = 100 }: JsonSchema, name: string): fc.Arbitrary<unknown> {
  const known = KNOWN[name]
  if (known) return fc.oneof({ weight: 6, arbitrary: known }, { weight: 1, arbitrary: text(minLength, maxLength) })
  if (format === 'date-time') return instants
  if (pattern) return fc.stringMatching(new RegExp(pattern), { maxLength })
  return fc.oneof(text(minLength, maxLength), fc.constant(example ?? 'text'))
}

const STRANGE_NAMES = ['__proto__', 'constructor', '', 'a.b', 'ID', '\u0000', '0', 'toString']

/** Required fields are at times missing, optional ones are at times there, and so is one that nobody knows. */
function objects(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<unknown> {
  const fields = Object.entries(schema.properties ?? {}).map(([name, inner]) => {
    const isThere = schema.required?.includes(name) ? fc.integer({ min: 0, max: 20 }).map((die) => die > 0) : fc.boolean()
    return fc.tuple(fc.constant(name), isThere, values(inner, schemas, name))
  })
  const free = typeof schema.additionalProperties === 'object' ? values(schema.additionalProperties, schemas) : fc.constant(1)
  const names = fc.constantFrom('calls', 'concurrency', 'month', 'region', ...STRANGE_NAMES)
  const more = fc.oneof(
    { weight: schema.properties ? 12 : 1, arbitrary: fc.constant([]) },
    { weight: 1, arbitrary: fc.array(fc.tuple(names, free), { maxLength: 3 }) },
  )
  return fc.tuple(fc.tuple(...fields), more).map(([known, unknown]) => {
    // Defined one by one, so that `__proto__` is a field as in JSON.
    const made: Record<string, unknown> = {}
    const all = [...known.filter(([, isThere]) => isThere).map(([name, , value]) => [name, value] as const), ...unknown]
    for (const [name, value] of all) Object.defineProperty(made, name, { value, enumerable: true, configurable: true, writable: true })
    return made
  })
}

/** JSON as callers write it, and what only looks like it. */
function bodies(schema: JsonSchema, schemas: Schemas): fc.Arbitrary<string> {
  const fitting = values(schema, schemas).map((value) => JSON.stringify(value) ?? '')
  return fc.oneof(
    { weight: 16, arbitrary: fitting },
    { weight: 1, arbitrary: fc.tuple(fitting, fc.nat(200)).map(([whole, end]) => whole.slice(0, end)) },
    { weight: 1, arbitrary: fitting.map((whole) => `${whole.slice(0, -1)},${whole.slice(1)}`) },
    { weight: 1, arbitrary: fc.nat(30_000).map((depth) => `{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`) },
    { weight: 1, arbitrary: fc.string({ unit: 'binary', maxLength: 60 }) },
    { weight: 1, arbitrary: fc.constantFrom('', ' ', '\ufeff{}', '{"a":1e400}', '{"a":-0}', '[]', 'null', '{"a":1,"a":2}', '{}{}', '// {}') },
  )
}

function headers(mutates: boolean): fc.Arbitrary<Record<string, string>> {
  const printable = fc.string({ minLength: 1, maxLength: 300 }).map((value) => value.trim() || 'x')
  const rarely = (arbitrary: fc.Arbitrary<string>, weight = 12) => fc.oneof({ weight, arbitrary: fc.constant(null) }, { weight: 1, arbitrary })
  const actors = fc.constantFrom('<mine.owner>', '<mine.member>', '<theirs.owner>', 'mem_01kbp4x5mve8jbdk2g3tqh1s7n', 'nobody', '<mine.organization>')
  return fc
    .record({
      'content-type': rarely(fc.constantFrom('application/json; charset=utf-16', 'application/merge-patch+json', 'text/json', 'multipart/form-data', ',', ';')),
      'content-encoding': rarely(fc.constantFrom('gzip', 'br', 'identity')),
      accept: rarely(fc.constantFrom('text/html', 'application/xml', '*/*;q=0', ';;')),
      'accept-language': rarely(fc.oneof(printable, fc.constantFrom('de', 'de-CH, en;q=0.5', '*', 'x'.repeat(8_000), 'en;q=NaN')), 3),
      'idempotency-key': mutates ? rarely(fc.oneof(printable, fc.constantFrom('again', 'é', 'k'.repeat(255), 'k'.repeat(256))), 3) : fc.constant(null),
      'headroom-actor': rarely(fc.oneof(actors, printable), 3),
      authorization: rarely(fc.oneof(printable, fc.constantFrom('Bearer', 'Bearer  ', 'Basic eDp5', 'Bearer hr_live_é')), 25),
      'x-http-method-override': rarely(fc.constant('DELETE')),
    })
    .map((all) => Object.fromEntries(Object.entries(all).flatMap(([name, value]) => (value === null ? [] : [[name, value]]))))
}

/** Requests to one operation, most of which are nearly right: what is nonsense is refused before it meets our code. */
export function requestsTo(method: string, path: string, operation: Operation, schemas: Schemas): fc.Arbitrary<FuzzedRequest> {
  const { parameters = [], requestBody } = operation
  const parts = path.split('/').map((part) => (part.startsWith('{') ? ids(part.slice(1, -1)).map(segment) : fc.constant(part)))
  const known = parameters.filter((one) => one.in === 'query')
  const queries = known.map(({ name, schema }) => values(schema ?? {}, schemas, name).map((value): [string, string] => [name, inQuery(value)]))
  const query = fc.oneof(
    { weight: 3, arbitrary: queries.length === 0 ? fc.constant([]) : fc.array(fc.oneof(...queries), { maxLength: 2 }) },
    { weight: 1, arbitrary: fc.array(fc.tuple(text(0, 40), text(0, 40)), { maxLength: 1 }) },
  )
  const schema = requestBody?.content['application/json'].schema
  const isWrite = method !== 'get'
  return fc.record({
    method: fc.constant(method.toUpperCase()),
    path: fc.tuple(...parts).map((segments) => segments.join('/')),
    query: query.map((pairs) => pairs.map(([name, value]): [string, string] => [name, value])),
    headers: headers(isWrite),
    body: isWrite ? bodies(schema ?? { type: 'object' }, schemas) : fc.constant(null),
  })
}

/** An object may have no text of its own, nor one that it can be made into. */
function inQuery(value: unknown): string {
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

/** No address holds half of a surrogate pair. */
function wellFormed(written: string): string {
  return written.replaceAll(/\p{Surrogate}/gu, '\ufffd')
}

/** As a path takes it; ids of the world are filled in later. */
function segment(id: string): string {
  return id.startsWith('<') ? id : encodeURIComponent(wellFormed(id))
}

/** The request with the world's ids in it. */
export function inWorld({ method, path, query, headers, body }: FuzzedRequest, world: World) {
  const fill = (written: string) => written.replaceAll(/<(mine|theirs)\.(\w+)>/g, (_, whose: keyof World, name: keyof Named) => world[whose][name] ?? 'none')
  const pairs = new URLSearchParams(query.map(([name, value]) => [wellFormed(name), fill(wellFormed(value))]))
  return {
    method,
    path: fill(path) + (pairs.size === 0 ? '' : `?${pairs}`),
    headers: Object.fromEntries(Object.entries(headers).map(([name, value]) => [name, fill(value)])),
    body: body === null ? null : fill(body),
  }
}
