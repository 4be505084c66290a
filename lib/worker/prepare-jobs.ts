import { Client } from 'pg'
import { PgBoss } from 'pg-boss'
import { ENGINE_ROLE } from '../../db/roles'
import { JOBS_SCHEMA, QUEUES } from './queues'

/**
 * Creates the job queue's tables, or brings them to this version, as the database's owner: the worker itself works as
 * `headroom_engine` and may create nothing. Runs at start after the migrations; doing it again changes nothing, and two at
 * once wait for each other.
 */
export async function prepareJobs(ownerUrl: string): Promise<void> {
  const boss = new PgBoss({ connectionString: ownerUrl, schema: JOBS_SCHEMA, max: 2, supervise: false, schedule: false, registerInstance: false })
  boss.on('error', () => {}) // What fails is thrown where it was asked for.
  await boss.start()
  try {
    for (const { kind, cron } of QUEUES) {
      // One more may wait while one runs, so that no wake-up is lost; and a worker that was killed holds nobody up.
      const options = { retryLimit: 3, retryDelay: 2, retryBackoff: true, expireInSeconds: 900, deleteAfterSeconds: 3_600, notify: true }
      await boss.createQueue(kind, { policy: 'short', ...options })
      await boss.updateQueue(kind, options)
      await boss.schedule(kind, cron, null, { tz: 'UTC' })
    }
  } finally {
    await boss.stop({ graceful: false })
  }
  await grantToEngine(ownerUrl)
}

async function grantToEngine(ownerUrl: string): Promise<void> {
  const owner = new Client({ connectionString: ownerUrl })
  await owner.connect()
  try {
    await owner.query(`
      GRANT USAGE ON SCHEMA ${JOBS_SCHEMA} TO ${ENGINE_ROLE};
      GRANT SELECT, INSERT, UPDATE, DELETE ON ALL TABLES IN SCHEMA ${JOBS_SCHEMA} TO ${ENGINE_ROLE};
      GRANT USAGE ON ALL SEQUENCES IN SCHEMA ${JOBS_SCHEMA} TO ${ENGINE_ROLE};
      GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA ${JOBS_SCHEMA} TO ${ENGINE_ROLE}`)
  } finally {
    await owner.end()
  }
}
