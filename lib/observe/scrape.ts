import { databasePools, inEngineSnapshot } from '../../db/client'
import { historyReads } from '../../db/history'
import { withinTime } from '../within-time'
import { type Figures, readFigures, type Waiting } from './figures'
import { type Metrics, theMetrics } from './metrics'

/** Shorter than Prometheus waits for a scrape, so that what this process knows itself is told while the database is away. */
const ANSWER_WITHIN_MS = 5_000

/** In Prometheus' text format. What is of the process is of this one; what is of the database is the same from every process. */
export async function scrape(): Promise<{ contentType: string; text: string }> {
  const metrics = theMetrics()
  const figures = await withinTime(inEngineSnapshot(readFigures), ANSWER_WITHIN_MS).catch(() => null)
  metrics.databaseUp.set(figures ? 1 : 0)
  setFigures(metrics, figures ?? UNKNOWN)
  setPools(metrics)
  setHistoryReads(metrics)
  return { contentType: metrics.registry.contentType, text: await metrics.registry.metrics() }
}

const NOT_KNOWN: Waiting = { count: Number.NaN, age: Number.NaN }
/** An alarm on a number that is not one stays silent; that the database is away has its own. */
const UNKNOWN: Figures = {
  workerHeardAge: Number.NaN,
  jobs: {},
  renewals: NOT_KNOWN,
  renewalsSetAside: Number.NaN,
  payments: NOT_KNOWN,
  books: { age: Number.NaN, differences: Number.NaN },
  notifications: { ...NOT_KNOWN, lastAge: Number.NaN, missed: Number.NaN },
  compared: { age: Number.NaN, differences: Number.NaN },
  outgoing: { mail: NOT_KNOWN, chat: NOT_KNOWN, webhook: NOT_KNOWN },
}

function setFigures(metrics: Metrics, figures: Figures): void {
  metrics.workerHeardAge.set(figures.workerHeardAge)
  metrics.renewalsOverdue.set(figures.renewals.count)
  metrics.oldestRenewalAge.set(figures.renewals.age)
  metrics.renewalsSetAside.set(figures.renewalsSetAside)
  metrics.paymentsUnsettled.set(figures.payments.count)
  metrics.oldestPaymentAge.set(figures.payments.age)
  metrics.booksAge.set(figures.books.age)
  metrics.booksDifferences.set(figures.books.differences)
  metrics.notificationsPending.set(figures.notifications.count)
  metrics.oldestNotificationAge.set(figures.notifications.age)
  metrics.lastNotificationAge.set(figures.notifications.lastAge)
  metrics.notificationsMissed.set(figures.notifications.missed)
  metrics.comparedAge.set(figures.compared.age)
  metrics.providerDifferences.set(figures.compared.differences)
  metrics.jobsWaiting.reset()
  metrics.oldestJobAge.reset()
  for (const [queue, { count, age }] of Object.entries(figures.jobs)) {
    metrics.jobsWaiting.set({ queue }, count)
    metrics.oldestJobAge.set({ queue }, age)
  }
  for (const [channel, { count, age }] of Object.entries(figures.outgoing)) {
    metrics.outgoing.set({ channel }, count)
    metrics.oldestOutgoingAge.set({ channel }, age)
  }
}

function setPools({ connections, connectionsMax }: Metrics): void {
  for (const { name: pool, most, total, idle, waiting } of databasePools()) {
    connectionsMax.set({ pool }, most)
    connections.set({ pool, state: 'idle' }, idle)
    connections.set({ pool, state: 'busy' }, total - idle)
    connections.set({ pool, state: 'waiting' }, waiting)
  }
}

/** Counted where they happen, which knows nothing of metrics. */
function setHistoryReads({ historyReads: counter }: Metrics): void {
  counter.reset()
  for (const [outcome, number] of Object.entries(historyReads() ?? {})) counter.inc({ outcome }, number)
}
