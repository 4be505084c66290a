import { newEventId } from '../../lib/client/event-id'
import { type Pace, type Percentiles, pace, saturate, type Terms } from './measure'
import { openPost } from './post'

/** A closed loop of so many callers, or an open one at such a pace. */
export type Load = Terms | Pace
export type Target = { url: string; apiKey: string; organization: string }
/** `measured`: of a closed loop how many a second, of an open one how long they took. */
export type Outcome<Measured> = { allowed: number; measured: Measured }

/**
 * Asks over HTTP whether one organization may, in a process of its own: one that has decided millions of times itself stops to collect its own
 * heap, and what its callers wait for then would be taken for the server's. One order after the other; whatever is not allowed ends it.
 */
async function carryOut(order: Target & Load): Promise<Outcome<number | Percentiles>> {
  const { post, close } = openPost(order)
  let allowed = 0
  const ask = async () => {
    const wish = { id: newEventId(), organization: order.organization, meter: 'requests', quantity: 1 }
    const { status, body } = await post('/consume', JSON.stringify(wish))
    if (status !== 200 || !body.startsWith('{"allowed":true')) throw new Error(`consume: ${status} ${body}`)
    allowed++
    return 1
  }
  const measured = 'concurrency' in order ? await saturate(order, ask) : await pace(order, ask)
  await close()
  return { allowed, measured }
}

process.on('message', async (order: Target & Load) => process.send?.(await carryOut(order)))
