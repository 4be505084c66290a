import { type OpenAPIHono, z } from '@hono/zod-openapi'
import { problem } from './answer'
import { ALWAYS, OF_WRITES, PROBLEMS, type ProblemCode } from './codes'
import type { Route } from './route'
import { exampleOf, type JsonSchema, type Schemas } from './schema-example'

const problemSchema = z
  .looseObject({
    type: z.string(),
    title: z.string(),
    status: z.int(),
    detail: z.string(),
    code: z.enum(Object.keys(PROBLEMS) as [ProblemCode, ...ProblemCode[]]),
    errors: z
      .array(z.looseObject({ path: z.string(), message: z.string() }))
      .optional()
      .openapi({ description: 'Every mistake under its path, such as `events.17.quantity`.' }),
    rule: z.string().optional().openapi({ description: 'Of a 409: the number of the rule that refuses.' }),
    formula: z.string().optional(),
    inputs: z.record(z.string(), z.union([z.string(), z.number()])).optional(),
  })
  .openapi('Problem')

const headers = {
  actor: z
    .string()
    .optional()
    .openapi({ description: 'Act as this member, with their role; without it a call is the operator’s.', example: 'mem_01kbp4x5mve8jbdk2g3tqh1s7n' }),
  idempotency: z
    .string()
    .min(1)
    .max(255)
    .optional()
    .openapi({ description: 'The same key and body within 30 days give the first answer again, with the header `Idempotent-Replayed: true`.' }),
}

/** Every code that a route may answer. */
export function codesOf({ tenant, mutates, path, problems }: Route): ProblemCode[] {
  const found = new Set<ProblemCode>([...ALWAYS, ...problems])
  if (tenant !== 'none' || path.includes('{')) found.add('not_found')
  if (mutates) for (const code of OF_WRITES) found.add(code)
  return [...found]
}

function problemExamples(codes: readonly ProblemCode[]) {
  return Object.fromEntries(codes.map((code) => [code, { value: problem(code, `${PROBLEMS[code].title}.`).body }]))
}

/** By status, because that is how an OpenAPI document lists answers. */
function problemAnswers(route: Route) {
  const byStatus = new Map<number, ProblemCode[]>()
  for (const code of codesOf(route)) byStatus.set(PROBLEMS[code].status, [...(byStatus.get(PROBLEMS[code].status) ?? []), code])
  return Object.fromEntries(
    [...byStatus].map(([status, codes]) => [
      status,
      {
        description: codes.map((code) => `\`${code}\`: ${PROBLEMS[code].title}.`).join(' '),
        content: { 'application/problem+json': { schema: problemSchema, examples: problemExamples(codes) } },
      },
    ]),
  )
}

function pathParameters({ path }: Route) {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name = '']) => name)
  return names.length === 0
    ? {}
    : { params: z.object(Object.fromEntries(names.map((name) => [name, z.string().openapi({ description: DESCRIBED[name] ?? name })]))) }
}

const DESCRIBED: Record<string, string> = {
  organization: 'The id of the organization, or `ext:` and your own id.',
  subscription: 'The id of the subscription.',
  invoice: 'The id of the invoice.',
  lease: 'The id of the lease.',
  limit_request: 'The id of the request.',
  webhook_endpoint: 'The id of the endpoint.',
  delivery: 'The id of the delivery.',
  member: 'The id of the member.',
  clock: 'The id of the test clock.',
}

/** Who may call it, in words. */
function accessOf({ scopes, permission, organizationKeys }: Route): string {
  const keys = [
    `a key with the scope ${['admin', ...scopes].map((scope) => `\`${scope}\``).join(' or ')}`,
    ...(organizationKeys ? ['the organization’s own key'] : []),
  ]
  const acting = permission ? `Acting as a member needs \`${permission}\`.` : 'No member may do this.'
  return `Needs ${keys.join(', or ')}. ${acting}`
}

const bytes = z.string().openapi({ format: 'binary' })

function contentOf({ schema, example, file }: Route['answers'][number]) {
  if (file?.startsWith('text/')) return { content: { [file]: { schema: z.string(), example } } }
  if (file) return { content: { [file]: { schema: bytes, example: 'the bytes of the file' } } }
  return schema ? { content: { 'application/json': { schema, ...(example !== undefined && { example }) } } } : {}
}

/** Documents a route from what validates and mounts it. */
export function registerRoute(app: OpenAPIHono, route: Route): void {
  const { method, path, area, summary, description, query, body, answers, mutates, permission } = route
  const headerFields = { ...(permission && { 'Headroom-Actor': headers.actor }), ...(mutates && { 'Idempotency-Key': headers.idempotency }) }
  app.openAPIRegistry.registerPath({
    method,
    path,
    tags: [area],
    operationId: operationId(route),
    summary,
    description: [description, accessOf(route)].filter(Boolean).join('\n\n'),
    security: [{ key: [] }],
    request: {
      ...pathParameters(route),
      headers: z.object(headerFields),
      ...(query && { query: query as z.ZodObject }),
      ...(body && { body: { content: { 'application/json': { schema: body } } } }),
    },
    responses: {
      ...Object.fromEntries(Object.entries(answers).map(([status, answer]) => [status, { description: answer.description, ...contentOf(answer) }])),
      ...problemAnswers(route),
    },
  })
}

/** `post /subscriptions/{subscription}/cancel` → `postSubscriptionsCancel`. */
export function operationId({ method, path }: Pick<Route, 'method' | 'path'>): string {
  const words = path.split(/[/_]/).filter((part) => part !== '' && !part.startsWith('{'))
  const suffix = path.endsWith('}') ? 'One' : ''
  return method + words.map((word) => word[0]?.toUpperCase() + word.slice(1)).join('') + suffix
}

const INTRODUCTION = `What a product's back end calls to create organizations, report usage, ask whether a request may be served, and read what the dashboard shows.

Money is a whole number of minor units beside its \`currency\`; unit prices are decimal strings in major units. Instants are ISO 8601 in UTC. Lists are newest first and cut into pages by \`limit\` and \`cursor\`. Errors are problems (RFC 9457) with a \`code\`; a rule that refuses says its number, its formula with the numbers filled in, and its inputs. Texts (\`title\`, \`detail\`, messages, descriptions of lines) are in the language of the organization that a path names, English or German, and elsewhere in what \`Accept-Language\` asks for; codes, fields and formulas are the same in both. An organization's id may be replaced by \`ext:\` and your own id. Every answer has an \`X-Request-Id\`, by which the operator finds it in the log.`

const health = {
  live: { summary: 'Whether the process answers', schema: z.object({ status: z.literal('ok') }) },
  ready: {
    summary: 'Whether it can do its work: the database answers, is of this version, and a worker was heard of',
    schema: z.object({
      status: z.literal('ok'),
      database: z.literal('ok'),
      migrations: z.literal('ok'),
      worker: z.literal('ok'),
      webhooks: z.object({ last_received_at: z.string().nullable(), oldest_pending_at: z.string().nullable(), pending: z.int() }),
    }),
  },
} as const

/** Without a key. */
function registerHealth(app: OpenAPIHono): void {
  for (const [probe, { summary, schema }] of Object.entries(health)) {
    app.openAPIRegistry.registerPath({
      method: 'get',
      path: `/health/${probe}`,
      tags: ['Health'],
      operationId: probe === 'live' ? 'getHealthLive' : 'getHealthReady',
      summary,
      description: 'Needs no key.',
      security: [],
      responses: {
        200: { description: 'It is.', content: { 'application/json': { schema } } },
        503: { description: 'It is not.', content: { 'application/problem+json': { schema: problemSchema, examples: problemExamples(['unavailable']) } } },
      },
    })
  }
}

const documents = new WeakMap<OpenAPIHono, ReturnType<OpenAPIHono['getOpenAPI31Document']>>()

/** The document of everything that is mounted; it does not change while the process runs. */
export function openApiDocument(app: OpenAPIHono): ReturnType<OpenAPIHono['getOpenAPI31Document']> {
  const known = documents.get(app)
  if (known) return known
  app.openAPIRegistry.registerComponent('securitySchemes', 'key', { type: 'http', scheme: 'bearer', description: 'A key of this installation.' })
  registerHealth(app)
  const document = app.getOpenAPI31Document({
    openapi: '3.1.0',
    info: { title: 'Headroom', version: '1', description: INTRODUCTION, license: { name: 'Apache-2.0', url: 'https://www.apache.org/licenses/LICENSE-2.0' } },
    servers: [{ url: '/api/v1' }],
  })
  addExamples(document)
  documents.set(app, document)
  return document
}

type Media = { schema?: JsonSchema; example?: unknown; examples?: unknown }
type Contents = { content?: Record<string, Media> }
type Operation = { requestBody?: Contents & { required?: boolean }; responses?: Record<string, Contents> }

/** Bodies as a reader would send and get them, made of the examples of their fields. */
function addExamples(document: { paths?: unknown; components?: unknown }): void {
  const { schemas = {} } = (document.components ?? {}) as { schemas?: Schemas }
  const operations = Object.values((document.paths ?? {}) as Record<string, Record<string, Operation>>).flatMap((path) => Object.values(path))
  for (const { requestBody, responses } of operations) {
    const sent = requestBody?.content?.['application/json']
    if (requestBody) requestBody.required = (sent?.schema?.required ?? []).length > 0
    for (const media of [sent, ...Object.values(responses ?? {}).map(({ content }) => content?.['application/json'])]) {
      if (media?.schema && media.example === undefined) media.example = exampleOf(media.schema, schemas)
    }
  }
}
