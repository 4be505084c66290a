import { inEngine } from '../../db/client'
import { isMigrated } from '../../db/migrated'
import { getWebhookHealth, type WebhookHealth } from '../billing/views/webhook-health'
import { withinTime } from '../within-time'
import { readWorkerHeardAge } from './figures'

/** Four heartbeats: a restart of the worker is shorter. */
const WORKER_SILENT_SECONDS = 120
const ANSWER_WITHIN_MS = 3_000

/** `silentSeconds`: since a worker was last heard of; infinite for never. */
export type Readiness =
  | { ready: true; webhooks: WebhookHealth }
  | { ready: false; missing: 'database' | 'migrations' }
  | { ready: false; missing: 'worker'; silentSeconds: number }

/**
 * Whether this process can do what it is for: read and write, at this version, with somebody who does in the background what it leaves to be
 * done. A web server without a worker would take money and never tell anybody.
 */
export async function readReadiness(): Promise<Readiness> {
  return withinTime(look(), ANSWER_WITHIN_MS).catch(() => ({ ready: false, missing: 'database' }))
}

async function look(): Promise<Readiness> {
  if (!(await isMigrated(inEngine))) return { ready: false, missing: 'migrations' }
  return inEngine(async (tx) => {
    const age = await readWorkerHeardAge(tx)
    if (age > WORKER_SILENT_SECONDS) return { ready: false, missing: 'worker', silentSeconds: age }
    return { ready: true, webhooks: await getWebhookHealth(tx) }
  })
}
