/** The schema of pg-boss's own tables. */
export const JOBS_SCHEMA = 'pgboss'

export type Kind = 'due' | 'reconcile' | 'inbox' | 'messages' | 'chats' | 'webhooks' | 'partitions' | 'cleanup' | 'compare' | 'books'

/** One queue a kind of work, its job without content: it says "look", and the sweep finds what is due in the tables. */
export const QUEUES: readonly { kind: Kind /** UTC. */; cron: string }[] = [
  { kind: 'due', cron: '* * * * *' },
  { kind: 'reconcile', cron: '* * * * *' },
  { kind: 'inbox', cron: '* * * * *' },
  { kind: 'messages', cron: '* * * * *' },
  { kind: 'chats', cron: '* * * * *' },
  { kind: 'webhooks', cron: '* * * * *' },
  { kind: 'partitions', cron: '7 0 * * *' },
  // Before the books are added up, so that what it finds is in them.
  { kind: 'compare', cron: '53 2 * * *' },
  { kind: 'cleanup', cron: '23 3 * * *' },
  { kind: 'books', cron: '41 3 * * *' },
]

export function isKind(name: string): name is Kind {
  return QUEUES.some(({ kind }) => kind === name)
}
