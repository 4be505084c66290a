import { expect, it } from 'vitest'
import { scenario } from '../billing/testing/scenario'
import { setStage } from '../billing/testing/stage'
import type { OrganizationId } from '../ids'
import { tellUnblocked } from './tell-unblocked'
import { webhookStage } from './testing/stage'

const stage = setStage()
const { receiver, listen, sweep, eventsOf } = webhookStage()

const blocksOf = async (organizationId: OrganizationId) =>
  (await eventsOf(organizationId)).filter(({ type }) => type.startsWith('usage.') && type !== 'usage.threshold_reached').map(({ type }) => type)

it('usage.blocked is told once, however many requests are refused, and usage.unblocked once they are allowed again (G86)', async () => {
  const acme = await scenario(stage, { plan: 'free' })
  const { organizationId } = acme
  await listen(organizationId, ['usage.blocked', 'usage.unblocked'])
  await acme.consume(999)
  await acme.consume(2) // Does not fit, and one more would.
  expect(await blocksOf(organizationId)).toEqual([])
  await acme.consume(1)
  await Promise.all([acme.consumeOnly(1), acme.consumeOnly(1), acme.consumeOnly(5)])
  expect(await blocksOf(organizationId)).toEqual(['usage.blocked'])
  expect(await tellUnblocked()).toBe(0)

  await acme.change('basic')
  const told = await Promise.all([tellUnblocked(), tellUnblocked()])
  expect(told).toContain(1)
  expect((await blocksOf(organizationId)).sort()).toEqual(['usage.blocked', 'usage.unblocked'])
  expect(await tellUnblocked()).toBe(0)

  await sweep()
  const [blocked] = receiver.received.map(({ body }) => JSON.parse(body)).filter(({ type }) => type === 'usage.blocked')
  expect(blocked).toMatchObject({ organization: organizationId, data: { subscription: acme.subscriptionId, meters: [{ meter: 'calls', used: 1_000 }] } })
})

it('a renewal ends a block, and the next block is another one', async () => {
  const acme = await scenario(stage, { plan: 'free' })
  await listen(acme.organizationId, ['usage.blocked'])
  for (let period = 0; period < 2; period++) {
    await acme.consume(1_000)
    await acme.consume(1)
    await acme.walkDays(30)
    expect(await tellUnblocked()).toBe(1)
  }
  expect((await blocksOf(acme.organizationId)).sort()).toEqual(['usage.blocked', 'usage.blocked', 'usage.unblocked', 'usage.unblocked'])
  expect(await tellUnblocked()).toBe(0)
})
