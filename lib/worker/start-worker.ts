import { PgBoss } from 'pg-boss'
import { type Logger, pino } from 'pino'
import { KEPT_IDLE_MS } from '../../db/client'
import { traced } from '../observe/trace'
import { systemClock } from '../time'
import { isKind, JOBS_SCHEMA, type Kind, QUEUES } from './queues'
import { type Means, SWEEPS, type Sweep } from './sweeps'

export type WorkerSettings = Means & {
  /** As `headroom_engine`; the environment's DATABASE_ENGINE_URL, if left out. */
  engineUrl?: string
  logger?: Logger
  /** For tests: other work under the same names. */
  sweeps?: Partial<Record<Kind, Sweep>>
}

export type Worker = {
  /** Looks now, not at the next minute. */
  wake(kind: Kind): Promise<void>
  /** Takes nothing new, finishes what it does, and lets go of the database. */
  stop(): Promise<void>
}

/** The channel on which the tables' triggers say that work came in (migration `wake_worker`). */
const WAKE_CHANNEL = 'headroom_wake'
/** Where nobody was heard: notifications may be cut off by a pooler, and the worker still looks. */
const POLL_SECONDS = 2
/** While notifications arrive; what failed is run again this much late at most. */
const BACKSTOP_SECONDS = 5
const NIGHTLY: ReadonlySet<Kind> = new Set(['books', 'cleanup', 'compare'])
const FINISH_WITHIN_MS = 12_000
/** pg-boss makes its pool of whatever it is given, and lists less. */
const POOL_LIMITS = { max: 4, idleTimeoutMillis: KEPT_IDLE_MS }

/**
 * Starts the background work: a sweep for each kind, woken by its schedule and when a transaction that brought work commits.
 * Any number of workers may run at once. pg-boss keeps the schedule and the retries; the work itself is in our own tables.
 *
 * @throws Error where `prepareJobs` has not run on this database.
 */
export async function startWorker({ engineUrl, logger = pino({ name: 'worker' }), sweeps = {}, ...means }: WorkerSettings): Promise<Worker> {
  const connectionString = engineUrl ?? process.env.DATABASE_ENGINE_URL
  if (!connectionString) throw new Error('DATABASE_ENGINE_URL is not set')
  const boss = new PgBoss({
    connectionString,
    schema: JOBS_SCHEMA,
    application_name: 'headroom_worker',
    ...POOL_LIMITS,
    useListenNotify: true,
    // The owner's business: see prepareJobs.
    migrate: false,
    createSchema: false,
    reindex: false,
    monitorVacuum: false,
  })
  boss.on('error', (fault) => logger.error({ err: fault }, 'the job queue has a problem'))
  boss.on('warning', (warning) => logger.warn(warning, 'the job queue warns'))
  await boss.start()

  let stopping = false
  const timers = new Set<NodeJS.Timeout>()
  const wake = async (kind: Kind): Promise<void> => {
    if (!stopping) await boss.send(kind)
  }
  const wakeQuietly = (kind: Kind): void => {
    wake(kind).catch((fault: unknown) => logger.error({ err: fault, kind }, 'could not wake a sweep; the schedule will'))
  }
  const wakeLater = (kind: Kind, milliseconds: number): void => {
    const timer = setTimeout(() => {
      timers.delete(timer)
      wakeQuietly(kind)
    }, milliseconds)
    timers.add(timer)
  }

  for (const { kind } of QUEUES) {
    const sweep = sweeps[kind] ?? SWEEPS[kind]
    await boss.work(kind, { pollingIntervalSeconds: POLL_SECONDS, notifyPollingIntervalSeconds: BACKSTOP_SECONDS }, async () => {
      const began = performance.now()
      try {
        const { did, again, notices = [] } = await traced(`sweep ${kind}`, {}, () => sweep(means, () => stopping))
        for (const notice of notices) logger.warn({ kind, notice }, 'the operator should know')
        const milliseconds = Math.round(performance.now() - began)
        if (Object.values(did).some((number) => number > 0)) logger.info({ kind, ...did, milliseconds }, 'swept')
        if (kind === 'books' && did.differences) logger.error({ differences: did.differences }, 'the books do not balance')
        if (again) wakeLater(kind, Math.max(again.epochMilliseconds - systemClock.now().epochMilliseconds, 0))
      } catch (fault) {
        logger.error({ err: fault, kind }, 'a sweep failed; it is run again')
        throw fault
      }
    })
  }
  // What came while nobody listened is looked for at once: at the start, and where the connection was lost.
  const lookEverywhere = (): void => {
    for (const { kind } of QUEUES) if (!NIGHTLY.has(kind)) wakeQuietly(kind)
  }
  const listener = await boss.getDb().listen?.(WAKE_CHANNEL, (kind) => isKind(kind) && wakeQuietly(kind), lookEverywhere)
  lookEverywhere()

  return {
    wake,
    async stop() {
      stopping = true
      for (const timer of timers) clearTimeout(timer)
      await listener?.close()
      await boss.stop({ graceful: true, timeout: FINISH_WITHIN_MS })
    },
  }
}
