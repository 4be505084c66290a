import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** Of a decision in milliseconds to whoever waits for a lock. */
const DECISION_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5]
const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

/**
 * Everything that `GET /metrics` answers, by name and with what it is; the alarms in `docs/operation` are held to it by a test. A label has few
 * values that are known beforehand: never an organization, a key or a path that a caller has chosen.
 */
function openMetrics() {
  const registry = new Registry()
  const registers = [registry]
  collectDefaultMetrics({ register: registry })
  const gauge = <Label extends string = never>(name: string, help: string, labelNames: readonly Label[] = []) =>
    new Gauge<Label>({ name: `headroom_${name}`, help, labelNames, registers })
  return {
    registry,
    requests: new Counter({
      name: 'headroom_http_requests_total',
      help: 'Requests that this process answered.',
      labelNames: ['method', 'route', 'status'],
      registers,
    }),
    requestSeconds: new Histogram({
      name: 'headroom_http_request_duration_seconds',
      help: 'From the request’s head to the end of its answer.',
      labelNames: ['method', 'route'],
      buckets: REQUEST_SECONDS,
      registers,
    }),
    events: new Counter({ name: 'headroom_usage_events_total', help: 'Events of POST /usage.', labelNames: ['outcome'], registers }),
    decisions: new Counter({ name: 'headroom_usage_decisions_total', help: 'Requests of POST /consume.', labelNames: ['outcome'], registers }),
    decisionSeconds: new Histogram({
      name: 'headroom_usage_decision_duration_seconds',
      help: 'From a read request of POST /consume to its decision, committed.',
      buckets: DECISION_SECONDS,
      registers,
    }),
    connections: gauge('database_connections', 'Connections of this process by pool and state; waiting: requests that none is free for.', ['pool', 'state']),
    connectionsMax: gauge('database_connections_max', 'The most connections that the pool opens.', ['pool']),
    historyReads: new Counter({
      name: 'headroom_history_reads_total',
      help: 'Reads of history where a replica is set, by who answered: the replica, or the primary because the replica was behind, away, or had been just before.',
      labelNames: ['outcome'],
      registers,
    }),
    databaseUp: gauge('database_up', 'Whether the database answered this scrape; what is read from it is NaN where not.'),
    workerHeardAge: gauge('worker_last_heard_age_seconds', 'Since a worker last wrote its heartbeat; +Inf: never.'),
    jobsWaiting: gauge('jobs_waiting', 'Jobs that are due and that nobody has taken.', ['queue']),
    oldestJobAge: gauge('oldest_job_age_seconds', 'Since when the oldest of them is due.', ['queue']),
    renewalsOverdue: gauge('renewals_overdue', 'Renewals in real time that are due and not done, counted up to 1000.'),
    oldestRenewalAge: gauge('oldest_overdue_renewal_age_seconds', 'Since when the oldest of them is due.'),
    renewalsSetAside: gauge('renewals_set_aside', 'Subscriptions whose renewal failed and waits for the operator.'),
    paymentsUnsettled: gauge('payments_unsettled', 'Payments that were begun and whose outcome is not known.'),
    oldestPaymentAge: gauge('oldest_unsettled_payment_age_seconds', 'Since the oldest of them was begun.'),
    booksAge: gauge('books_last_run_age_seconds', 'Since the books were last added up; +Inf: never.'),
    booksDifferences: gauge('books_differences', 'Differences that the last run found.'),
    notificationsPending: gauge('provider_webhooks_pending', 'Notifications of the payment provider that are kept and not worked on, counted up to 1000.'),
    oldestNotificationAge: gauge('oldest_provider_webhook_age_seconds', 'Since the oldest of them came.'),
    lastNotificationAge: gauge('provider_webhook_last_received_age_seconds', 'Since the payment provider was last heard of; +Inf: never.'),
    notificationsMissed: gauge(
      'provider_webhooks_missed',
      'Notifications of the payment provider that never came, and were found among what it remembers within the last day, counted up to 1000.',
    ),
    providerDifferences: gauge(
      'provider_differences',
      'Payments and refunds at the payment provider that differ from ours and that nobody at the desk has looked at, counted up to 1000.',
    ),
    comparedAge: gauge('provider_compared_age_seconds', 'Since the moment until which the provider’s record has been gone through; +Inf: it is not known.'),
    outgoing: gauge('outgoing_waiting', 'Mail, chat messages and webhooks that are due and not sent, counted up to 1000.', ['channel']),
    oldestOutgoingAge: gauge('oldest_outgoing_age_seconds', 'Since when the oldest of them is due.', ['channel']),
  }
}

export type Metrics = ReturnType<typeof openMetrics>

/** Once per process, though its module graph may exist twice (see `db/client.ts`). */
const METRICS = Symbol.for('headroom.observe.metrics')
const shared = globalThis as typeof globalThis & { [METRICS]?: Metrics }

export function theMetrics(): Metrics {
  shared[METRICS] ??= openMetrics()
  return shared[METRICS]
}

type Answered = {
  method: string
  /** As declared, such as `/organizations/{organization}`. */
  route: string
  status: number
  /** `performance.now()` when it came. */
  began: number
}

const METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])

export function countRequest({ method, route, status, began }: Answered): void {
  const { requests, requestSeconds } = theMetrics()
  const known = METHODS.has(method) ? method : 'other'
  requests.inc({ method: known, route, status })
  requestSeconds.observe({ method: known, route }, secondsSince(began))
}

/** What became of the events of a body that was taken. */
export function countEvents(outcomes: { accepted: number; duplicates: number; ignored: number }): void {
  const { events } = theMetrics()
  for (const [outcome, number] of Object.entries(outcomes)) events.inc({ outcome }, number)
}

/** `refused`: the request was wrong, so nothing was decided. */
export function countDecision(outcome: 'allowed' | 'denied' | 'refused', began: number): void {
  const { decisions, decisionSeconds } = theMetrics()
  decisions.inc({ outcome })
  decisionSeconds.observe(secondsSince(began))
}

function secondsSince(began: number): number {
  return (performance.now() - began) / 1_000
}
