import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { invalidRequest, noSuch } from './failure'
import type { eventList } from './parameters'
import { type Call, findObject, listObjects, type SandboxEvent, unixNow } from './store'

/** Stripe's own: what is older is neither listed nor found. */
const KEPT_SECONDS = 30 * 86_400

const oldestKept = (): number => unixNow() - KEPT_SECONDS

export async function getEvent(call: Call, id: string, param = 'id'): Promise<SandboxEvent> {
  const found = await findObject(call, 'event', id)
  if (!found || found.body.created < oldestKept()) throw noSuch('event', id, param)
  return found.body
}

export async function listEvents(call: Call, { type, types, created, ...page }: z.output<typeof eventList>): Promise<Stripe.ApiList<SandboxEvent>> {
  if (type !== undefined && types !== undefined) throw invalidRequest('You may only specify one of these parameters: type, types.', { param: 'types' })
  if (page.starting_after !== undefined) await getEvent(call, page.starting_after, 'starting_after')
  if (page.ending_before !== undefined) await getEvent(call, page.ending_before, 'ending_before')
  const gte = Math.max(created?.gte ?? 0, oldestKept())
  return listObjects(call, 'event', '/v1/events', { types: types ?? (type === undefined ? undefined : [type]), created: { ...created, gte } }, page)
}
