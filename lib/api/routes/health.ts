import { readReadiness } from '../../observe/readiness'
import { type Answer, okay, problem } from '../answer'
import { atOrNull } from '../present/values'

/**
 * `live`: the process answers; whoever sees it fail restarts it, so it asks nobody else. `ready`: it can do its work (payments.md's ninth rule: and
 * when the provider was last heard of); whoever sees it fail sends requests elsewhere.
 */
export async function healthAnswer(probe: string): Promise<Answer> {
  if (probe === 'live') return okay({ status: 'ok' })
  const found = await readReadiness()
  if (!found.ready) return problem('unavailable', found.detail, { missing: found.missing }, { 'Retry-After': '5' })
  const { lastReceivedAt, oldestPendingAt, pending } = found.webhooks
  return okay({
    status: 'ok',
    database: 'ok',
    migrations: 'ok',
    worker: 'ok',
    webhooks: { last_received_at: atOrNull(lastReceivedAt), oldest_pending_at: atOrNull(oldestPendingAt), pending },
  })
}
