import { inEngine } from '../../../db/client'
import { getWebhookHealth } from '../../billing/views/webhook-health'
import { type Answer, okay, problem } from '../answer'
import { atOrNull } from '../present/values'

const ANSWER_WITHIN_MS = 3_000

/** `live`: the process answers. `ready`: it can do its work (payments.md's ninth rule: and when the provider was last heard of). */
export async function healthAnswer(probe: string): Promise<Answer> {
  if (probe === 'live') return okay({ status: 'ok' })
  try {
    const { lastReceivedAt, oldestPendingAt, pending } = await withinTime(inEngine(getWebhookHealth))
    return okay({
      status: 'ok',
      database: 'ok',
      webhooks: { last_received_at: atOrNull(lastReceivedAt), oldest_pending_at: atOrNull(oldestPendingAt), pending },
    })
  } catch {
    return problem('unavailable', 'The database does not answer.', { database: 'unreachable' }, { 'Retry-After': '5' })
  }
}

function withinTime<Value>(work: Promise<Value>): Promise<Value> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), ANSWER_WITHIN_MS)
  })
  return Promise.race([work, late]).finally(() => clearTimeout(timer))
}
