import { describe, expect, it } from 'vitest'
import { PROBLEMS } from './codes'
import { operationId } from './openapi'
import { routes } from './routes/table'
import { createWorld, pathIn } from './testing/every-route'
import { type Json, runInterface, START_UP_KEY } from './testing/running-interface'

const api = runInterface()
const document = async (): Promise<Json> => (await api.get('/openapi.json', { key: null })).body

/** Every object within. */
function* within(value: Json): Generator<Json> {
  if (typeof value !== 'object' || value === null) return
  yield value
  for (const inner of Object.values(value)) yield* within(inner)
}

describe('the OpenAPI document', () => {
  it('is of version 3.1 and tells of every route that is mounted, and of no other', async () => {
    const { openapi, paths, servers } = await document()
    expect(openapi).toBe('3.1.0')
    expect(servers).toEqual([{ url: '/api/v1' }])
    const told = Object.entries(paths).flatMap(([path, methods]) => Object.keys(methods as object).map((method) => `${method} ${path}`))
    expect(told.sort()).toEqual([...routes.map(({ method, path }) => `${method} ${path}`), 'get /health/live', 'get /health/ready'].sort())
  })

  it('names nothing that it does not hold, and each operation once', async () => {
    const { paths, components } = await document()
    for (const { $ref } of within({ paths, components })) {
      if ($ref !== undefined) expect(components.schemas, $ref).toHaveProperty($ref.replace('#/components/schemas/', ''))
    }
    const ids = routes.map(operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('describes every field of every path, every code, and shows an example of each body', async () => {
    const { paths, components } = await document()
    expect(components.schemas.Problem.properties.code.enum.sort()).toEqual(Object.keys(PROBLEMS).sort())
    for (const methods of Object.values(paths) as Json[]) {
      for (const operation of Object.values(methods) as Json[]) {
        expect(operation.summary).not.toBe('')
        for (const parameter of operation.parameters ?? []) if (parameter.in === 'path') expect(parameter.description).not.toBe(parameter.name)
        for (const answer of Object.values(operation.responses) as Json[]) {
          for (const media of Object.values(answer.content ?? {}) as Json[]) expect(media.example ?? media.examples, operation.operationId).toBeDefined()
        }
        const body = operation.requestBody?.content['application/json']
        if (body) expect(body.example).toBeTypeOf('object')
      }
    }
  })

  it('has examples that its own schemas take', async () => {
    const { paths } = await document()
    for (const route of routes) {
      const operation = paths[route.path][route.method]
      const sent = operation.requestBody?.content['application/json'].example
      if (route.body) expect(route.body.safeParse(sent), `${operation.operationId} ${JSON.stringify(sent)}`).toMatchObject({ success: true })
      for (const [status, { schema }] of Object.entries(route.answers)) {
        const shown = operation.responses[status].content?.['application/json']?.example
        if (schema) expect(schema.safeParse(shown), `${operation.operationId} ${status}: ${JSON.stringify(shown)}`).toMatchObject({ success: true })
      }
    }
  })
})

describe('every answer', () => {
  /** What begins so, under which name. */
  const sorts = [
    { is: /^application\/(problem\+)?json$/, begins: /^\{/ },
    { is: /^application\/pdf$/, begins: /^%PDF-/ },
    { is: /^application\/zip$/, begins: /^PK/ },
    { is: /^text\/html; charset=utf-8$/i, begins: /^(?:<!doctype html>|<html)/i },
    { is: /^text\/plain; version=[\d.]+; charset=utf-8$/i, begins: /^# HELP / },
  ]

  it('says of what kind its body is, and text in which characters it is written; pages of other sites may read none', async () => {
    const world = await createWorld(api)
    const ask = (method: string, path: string, key: string) =>
      fetch(`${api.base}${path}`, { method, headers: { authorization: `Bearer ${key}`, origin: 'https://elsewhere.example' } })
    const asked = routes.map((route) => ({ method: route.method.toUpperCase(), path: pathIn(route, world.mine) }))
    const others = ['/openapi.json', '/reference', '/health/live', '/not/there'].map((path) => ({ method: 'GET', path }))
    for (const { method, path } of [...asked, ...others]) {
      for (const key of method === 'GET' ? [START_UP_KEY, 'hr_nobodys'] : ['hr_nobodys']) {
        const answer = await ask(method, path, key)
        const [body, type] = [Buffer.from(await answer.arrayBuffer()).toString('latin1'), answer.headers.get('content-type') ?? 'none']
        const told = sorts.filter(({ is, begins }) => is.test(type) && begins.test(body))
        expect(told, `${method} ${path}: ${answer.status} ${type} ${body.slice(0, 40)}`).toHaveLength(1)
        expect(
          [...answer.headers.keys()].filter((name) => name.startsWith('access-control-')),
          'lets pages of other sites read it',
        ).toEqual([])
      }
    }
  })
})

describe('the reference page', () => {
  it('is drawn here and loads nothing', async () => {
    const response = await fetch(`${api.base}/reference`)
    const page = await response.text()
    expect(response.headers.get('content-type')).toContain('text/html')
    expect(page).not.toMatch(/<script|<link|<img|@import|url\(/)
    expect(page.match(/(?:src|href)="https?:/g)).toBeNull()
  })

  it('tells of every operation, object and code, each at an address that is there once', async () => {
    const page = await (await fetch(`${api.base}/reference`)).text()
    const ids = [...page.matchAll(/ id="([^"]+)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const id of [...routes.map(operationId), ...Object.keys(PROBLEMS), 'object-Invoice']) expect(ids).toContain(id)
    for (const [, target] of page.matchAll(/href="#([^"]+)"/g)) expect(ids).toContain(target)
  })

  it('is where a problem’s type leads', async () => {
    const { body } = await api.get('/organizations', { key: null })
    expect(body.type).toBe('/api/v1/reference#unauthorized')
  })
})
