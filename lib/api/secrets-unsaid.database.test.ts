import { beforeAll, describe, expect, it } from 'vitest'
import { createApiKey } from '../auth/api-keys'
import { failingWrites } from '../observe/testing/failing-writes'
import { hearOutput } from '../observe/testing/heard-output'
import { SECRET_KEY } from '../payments/testing/simulated-payments'
import { routes } from './routes/table'
import { createWorld, nameOf, pathIn, type World } from './testing/every-route'
import { runInterface, START_UP_KEY, WEBHOOK_SECRET } from './testing/running-interface'
import { BODIES } from './testing/valid-bodies'

/** Whatever fails while a secret is at hand, the log says what failed and where, and never the secret. */
const heard = hearOutput()
const api = runInterface({ log: heard.log })
const failing = failingWrites(() => api.database.ownerUrl)

let world: World
let key: string
beforeAll(async () => {
  world = await createWorld(api)
  key = (await createApiKey({ scope: 'admin', label: 'canary' })).key
  for (const [what, secret] of Object.entries({ SECRET_KEY, START_UP_KEY, WEBHOOK_SECRET, key })) heard.keepSecret(what, secret)
})

describe('no secret stands in the log', () => {
  it.each(routes.map((route) => ({ name: nameOf(route), route })))(
    'of $name, with a key, a key that is made up, and where nothing can be written',
    async ({ name, route }) => {
      const madeUp = `hr_canary_${name.replaceAll(/\W/g, '_')}`.padEnd(46, 'x')
      heard.keepSecret('a key that is made up', madeUp)
      const [method, path] = [route.method.toUpperCase(), pathIn(route, world.mine)]
      const body = BODIES[name]?.(world.mine)
      expect((await api.send(method, path, body, { key: madeUp })).status).toBe(401)
      const reply = await failing.during(() => api.send(method, path, body, { key, idempotencyKey: 'a try that fails' }))
      if (reply.status === 500) expect(reply.body.request_id).toBeTruthy()
      heard.keepSecretsIn(name, reply.body)
    },
  )

  it('of a notification that is not the payment provider’s', async () => {
    const forged = 't=1,v1=forged_signature_of_a_stranger'
    heard.keepSecret('a signature', forged)
    const response = await fetch(api.webhookUrl, { method: 'POST', body: '{"secret":"whsec_that_is_in_a_body"}', headers: { 'stripe-signature': forged } })
    heard.keepSecret('in a body', 'whsec_that_is_in_a_body')
    expect(response.status).toBe(400)
  })

  it('after all of them', () => {
    expect(heard.times('a request failed'), 'faults that were logged').toBeGreaterThan(20)
    heard.expectNoSecret()
  })
})
