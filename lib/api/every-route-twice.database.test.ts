import { describe, expect, it } from 'vitest'
import { hearOutput } from '../observe/testing/heard-output'
import { SECRET_KEY } from '../payments/testing/simulated-payments'
import { routes } from './routes/table'
import { nameOf } from './testing/every-route'
import { patternOf, runInterface, START_UP_KEY, WEBHOOK_SECRET } from './testing/running-interface'
import { type Ready, send, type TwiceCase, told, type Wish } from './testing/twice'
import { moneyCases } from './testing/twice-money-cases'
import { planCases } from './testing/twice-plan-cases'
import { teamCases } from './testing/twice-team-cases'
import { webhookCases } from './testing/twice-webhook-cases'

/**
 * Every route that changes something is asked for the same twice at the same moment: by a back end that repeats itself, and
 * by two that know nothing of each other. The cases are held against the table of routes: one without a case fails.
 */
const heard = hearOutput()
const api = runInterface({ log: heard.log })
const CASES = [...teamCases, ...planCases, ...moneyCases, ...webhookCases]

let keys = 0
const key = () => `twice ${++keys}`

async function ready({ route, prepare }: TwiceCase): Promise<Ready & { wish: Wish }> {
  const prepared = await prepare(api)
  const [method = '', path = ''] = route.split(' ')
  expect(prepared.path, `is a request to ${route}`).toMatch(patternOf(path))
  return { ...prepared, wish: { method, path: prepared.path, body: prepared.body } }
}

const shown = (replies: readonly { status: number; body: unknown }[]) => JSON.stringify(replies.map(({ status, body }) => ({ status, body })))

it('every route that changes something has its case', () => {
  const writes = routes.filter(({ mutates }) => mutates).map(nameOf)
  expect(CASES.map(({ route }) => route).sort()).toEqual(writes.sort())
})

describe.each(CASES)('$route', (one) => {
  const happens = one.happens ?? { oneKey: 1, twoKeys: 1 }

  it('sent twice at once with one key is done once, and answered alike', async () => {
    const { wish, customer, effects } = await ready(one)
    const once = key()
    const replies = await Promise.all([send(api, wish, once), send(api, wish, once)])
    for (const { body } of replies) heard.keepSecretsIn(one.route, body)
    const first = replies.find((reply) => told(reply) === 'done' && !reply.headers.has('idempotent-replayed'))
    expect(first, shown(replies)).toBeDefined()
    for (const reply of replies) expect(['done', 'idempotency_in_progress'], shown(replies)).toContain(told(reply))
    for (const reply of [...replies.filter((each) => told(each) === 'done'), await send(api, wish, once)])
      expect({ status: reply.status, body: reply.body }).toEqual({ status: first?.status, body: first?.body })
    expect(await effects()).toBe(happens.oneKey)
    await customer?.balanced(Promise.resolve())
  })

  it('asked for by two at once: one comes second, and no effect is half of one', async () => {
    const { wish, customer, effects } = await ready(one)
    const replies = await Promise.all([send(api, wish, key()), send(api, wish, key())])
    const answers = replies.map(told)
    expect(answers, shown(replies)).toContain('done')
    const [second = 'done'] = answers.filter((answer) => answer !== 'done')
    expect(one.second, shown(replies)).toContain(second)
    expect(await effects()).toBe(happens.twoKeys)
    await customer?.balanced(Promise.resolve())
  })
})

it('says no secret that was sent or answered', () => {
  for (const [what, secret] of Object.entries({ SECRET_KEY, START_UP_KEY, WEBHOOK_SECRET })) heard.keepSecret(what, secret)
  expect(heard.kept).toContain('POST /webhook_endpoints › secret')
  heard.expectNoSecret()
})
