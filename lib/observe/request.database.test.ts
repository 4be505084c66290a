import { PassThrough } from 'node:stream'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { machineInterface } from '../api/app'
import { runInterface, START_UP_KEY } from '../api/testing/running-interface'
import { createTeam } from '../auth/testing/team'
import { openLog } from './log'
import { inRequest, requestId } from './request'

const api = runInterface()
afterAll(() => vi.unstubAllEnvs())

/** Ends a line and begins another that looks like ours; then what moves a terminal’s cursor. */
const FORGED = 'x\n{"level":30,"msg":"paid"}\r\n\u2028\u001b[2K'

/** The interface, and the lines that it wrote. */
function logged() {
  const stream = new PassThrough()
  const app = machineInterface({ provider: api.payments.provider, log: openLog('test', stream) })
  return {
    ask: (path: string, headers: Record<string, string> = {}) =>
      app.fetch(new Request(`http://127.0.0.1/api/v1${path}`, { headers: { authorization: `Bearer ${START_UP_KEY}`, ...headers } })),
    raw: () => String(stream.read() ?? ''),
    lines: () =>
      String(stream.read() ?? '')
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => JSON.parse(line) as Record<string, unknown>),
  }
}

describe('a request', () => {
  it('is answered with its id, whatever becomes of it, and no two have the same', async () => {
    const replies = await Promise.all(['/products', '/products', '/organizations/nobody', '/not/there'].map((path) => api.get(path)))
    replies.push(await api.get('/products', { key: null }))
    const ids = replies.map(({ headers }) => headers.get('x-request-id'))
    for (const id of ids) expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f-]{27}$/)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('that fails is found in the log by the id in its answer, and its caller cannot choose that', async () => {
    const { ask, lines } = logged()
    vi.stubEnv('DATABASE_ENGINE_URL', 'postgres://headroom_engine:wrong@127.0.0.1:1/nowhere')
    const chosen = { 'x-request-id': 'chosen-by-the-caller' }
    const answers = await Promise.all([ask('/products', chosen), ask('/organizations', chosen)])
    vi.unstubAllEnvs()
    const told = await Promise.all(answers.map(async (answer) => ({ header: answer.headers.get('x-request-id'), body: await answer.json() })))
    const written = lines()
    expect(written).toHaveLength(2)
    for (const { header, body } of told) {
      expect(body.request_id).toBe(header)
      expect(header).not.toBe('chosen-by-the-caller')
      expect(written.filter((line) => line.requestId === header)).toHaveLength(1)
    }
  })

  it('that is refused for want of a key or a right says in the log who asked for what, and not what they sent', async () => {
    const { ask, raw } = logged()
    for (let n = 0; n < 3; n++) await ask('/products', { authorization: 'Bearer hr_nobodys_key' })
    const before = raw()
    expect(JSON.parse(before), 'one line for all of a minute').toMatchObject({
      level: 40,
      msg: 'requests without a key that is known were refused',
      status: 401,
    })
    expect(before).not.toContain('nobodys_key')
    const organization = await createTeam('Refused', ['member'])
    const [member] = organization.members
    await ask(`/organizations/${organization.organization.id}/export`, { 'Headroom-Actor': member?.id ?? '' })
    const told = {
      status: 403,
      permission: 'organization:export',
      key: 'environment',
      actor: member?.id,
      role: 'member',
      organization: organization.organization.id,
    }
    expect(JSON.parse(raw())).toMatchObject({ msg: 'a right was refused', route: '/organizations/{organization}/export', ...told })
  })

  it.each([
    { what: 'in its path', path: `/organizations/${encodeURIComponent(FORGED)}` },
    { what: 'in its query', path: `/organizations?q=${encodeURIComponent(FORGED)}` },
  ])('cannot write a line of its own into the log $what', async ({ path }) => {
    const { ask, raw } = logged()
    vi.stubEnv('DATABASE_ENGINE_URL', 'postgres://headroom_engine:wrong@127.0.0.1:1/nowhere')
    await ask(path, { 'user-agent': 'forged', 'x-request-id': 'forged' })
    vi.unstubAllEnvs()
    const lines = raw()
      .split('\n')
      .filter((line) => line !== '')
    expect(lines).toHaveLength(1)
    expect(JSON.parse(lines[0] ?? '')).toMatchObject({ name: 'test', level: 40 })
    expect(lines[0]).not.toContain('\u001b')
  })

  it('cannot by a fault whose words it has chosen, nor by any other text that is logged', () => {
    const stream = new PassThrough()
    const log = openLog('test', stream)
    log.error({ err: new Error(FORGED), [FORGED]: FORGED, about: { text: [FORGED] } }, FORGED)
    const written = String(stream.read())
    expect(written.match(/\n/g)).toHaveLength(1)
    expect(written.endsWith('\n')).toBe(true)
    expect(written).not.toContain('\u001b')
    expect(JSON.parse(written)).toMatchObject({ level: 50, msg: FORGED, err: { message: FORGED } })
  })

  it('keeps its id through everything that is done for it, and leaves it behind', async () => {
    const stream = new PassThrough()
    const log = openLog('test', stream)
    await inRequest(async (id) => {
      await Promise.resolve()
      log.info('within')
      expect(inRequest((same) => same)).toBe(id)
      expect(JSON.parse(String(stream.read()))).toMatchObject({ requestId: id, msg: 'within' })
    })
    expect(requestId()).toBeUndefined()
    log.info('outside')
    expect(JSON.parse(String(stream.read()))).not.toHaveProperty('requestId')
  })
})
