import { type Readiness, readReadiness } from '../../observe/readiness'
import { type Answer, okay, problem } from '../answer'
import { atOrNull } from '../present/values'

/**
 * `live`: the process answers; whoever sees it fail restarts it, so it asks nobody else. `ready`: it can do its work (payments.md's ninth rule: and
 * when the provider was last heard of); whoever sees it fail sends requests elsewhere.
 */
export async function healthAnswer(probe: string): Promise<Answer> {
  if (probe === 'live') return okay({ status: 'ok' })
  const found = await readReadiness()
  if (!found.ready) return problem('unavailable', wordMissing(found), { missing: found.missing }, { 'Retry-After': '5' })
  const { lastReceivedAt, oldestPendingAt, pending } = found.webhooks
  return okay({
    status: 'ok',
    database: 'ok',
    migrations: 'ok',
    worker: 'ok',
    webhooks: { last_received_at: atOrNull(lastReceivedAt), oldest_pending_at: atOrNull(oldestPendingAt), pending },
  })
}

/** Read by whoever runs it, and by the programs that watch it: in English, whatever is asked for. */
function wordMissing(found: Exclude<Readiness, { ready: true }>): string {
  switch (found.missing) {
    case 'database':
      return 'The database does not answer.'
    case 'migrations':
      return 'The database is of an earlier version: start this version once with DATABASE_URL, which migrates it.'
    case 'worker':
      return Number.isFinite(found.silentSeconds)
        ? `No worker has been heard of for ${Math.round(found.silentSeconds)} seconds.`
        : 'No worker has ever been heard of.'
  }
}
