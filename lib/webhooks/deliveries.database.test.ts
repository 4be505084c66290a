import { Client } from 'pg'
import { beforeAll, expect, it } from 'vitest'
import { inEngine } from '../../db/client'
import { webhookDeliveries, webhookEndpoints, webhookEvents } from '../../db/schema'
import { rowsRead } from '../../db/testing-rows-read'
import { setStage } from '../billing/testing/stage'
import { newId, type WebhookDeliveryId, type WebhookEndpointId } from '../ids'
import { systemClock } from '../time'
import { listDeliveries } from './deliveries'

const stage = setStage()
const MANY = 5_000
const PAGE = 20
/** Its own rows, and a few to find them by. */
const FEW = 3 * PAGE

/** Of the first endpoint; the second has as many, which are all newer. */
let first: { endpoint: WebhookEndpointId; deliveries: WebhookDeliveryId[] }
beforeAll(async () => {
  first = await receiveMany()
  await receiveMany()
  const owner = new Client({ connectionString: stage.database.ownerUrl })
  await owner.connect()
  await owner.query('analyze webhook_deliveries')
  await owner.end()
})

async function receiveMany(): Promise<typeof first> {
  const [endpointId, eventId, now] = [newId('whk'), newId('evt'), systemClock.now()]
  const deliveries = Array.from({ length: MANY }, () => ({
    ...{ id: newId('del'), endpointId, eventId, type: 'invoice.paid', forOperator: true },
    ...{ state: 'delivered' as const, createdAt: now, dueSince: now },
  }))
  await inEngine(async (tx) => {
    await tx.insert(webhookEndpoints).values({ id: endpointId, url: 'https://example.com', events: ['*'], secret: 'sealed', createdBy: 'operator' })
    await tx.insert(webhookEvents).values({ id: eventId, type: 'invoice.paid', subjectKind: 'invoice', subjectId: 'inv', at: now, writtenAt: now })
    for (let start = 0; start < MANY; start += 1_000) await tx.insert(webhookDeliveries).values(deliveries.slice(start, start + 1_000))
  })
  return { endpoint: endpointId, deliveries: deliveries.map(({ id }) => id) }
}

it.each([
  { place: 'first', from: MANY },
  { place: 'middle', from: MANY / 2 },
  { place: 'last', from: PAGE },
])('the $place page of an endpoint’s deliveries reads little more than its own', async ({ from }) => {
  const before = first.deliveries[from]
  const read = await rowsRead(['webhook_deliveries'], async (tx) => {
    const page = await listDeliveries(tx, first.endpoint, { limit: PAGE, ...(before && { before }) })
    expect(page.map(({ id }) => id)).toEqual(first.deliveries.slice(from - PAGE, from).reverse())
  })
  expect(read).toBeLessThanOrEqual(FEW)
})
