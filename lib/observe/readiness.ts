import { inEngine } from '../../db/client'
import { isMigrated } from '../../db/migrated'
import { getWebhookHealth, type WebhookHealth } from '../billing/views/webhook-health'
import { withinTime } from '../within-time'
import { readWorkerHeardAge } from './figures'

/** Four heartbeats: a restart of the worker is shorter. */
const WORKER_SILENT_SECONDS = 120
const ANSWER_WITHIN_MS = 3_000

export type Readiness = { ready: true; webhooks: WebhookHealth } | { ready: false; missing: 'database' | 'migrations' | 'worker'; detail: string }

/**
 * Whether this process can do what it is for: read and write, at this version, with somebody who does in the background what it leaves to be
 * done. A web server without a worker would take money and never tell anybody.
 */
export async function readReadiness(): Promise<Readiness> {
  return withinTime(look(), ANSWER_WITHIN_MS).catch(() => ({ ready: false, missing: 'database', detail: 'The database does not answer.' }))
}

async function look(): Promise<Readiness> {
  if (!(await isMigrated(inEngine))) {
    return {
      ready: false,
      missing: 'migrations',
      detail: 'The database is of an earlier version: start this version once with DATABASE_URL, which migrates it.',
    }
  }
  return inEngine(async (tx) => {
    const age = await readWorkerHeardAge(tx)
    if (age > WORKER_SILENT_SECONDS) return { ready: false, missing: 'worker', detail: wordSilence(age) }
    return { ready: true, webhooks: await getWebhookHealth(tx) }
  })
}

function wordSilence(seconds: number): string {
  return Number.isFinite(seconds) ? `No worker has been heard of for ${Math.round(seconds)} seconds.` : 'No worker has ever been heard of.'
}
