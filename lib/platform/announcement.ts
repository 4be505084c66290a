import type { PaymentsMode } from './environment'

export type SignIn = { name: string; email: string; password: string; role: string }

export type Announced = {
  url: string
  apiKey: string | undefined
  signIns: SignIn[]
  paymentsMode: PaymentsMode
  mailbox: boolean
  mail: boolean
  /** The address that it listens on. */
  host: string
  logs: string
}

const PAYMENTS: Record<PaymentsMode, string> = {
  sandbox: 'simulated; no card is ever charged',
  test: "Stripe's test mode",
  live: 'live: cards are charged',
}

const LOOPBACK = /^(localhost|127\..*|\[?::1\]?)$/

/** What `npm start` says when everything runs. */
export function announce({ url, apiKey, signIns, paymentsMode, mailbox, mail, host, logs }: Announced): string {
  const facts = [
    ['Payments', PAYMENTS[paymentsMode]],
    ['Mail', mailbox ? `${url}/sandbox/mail` : mail ? 'sent' : 'not sent: SMTP_URL is not set'],
    ['Interface', `${url}/api/v1`],
    ...(apiKey ? [['Admin key', apiKey]] : []),
    ['Reached by', reachedBy(url, host)],
    ['Logs', logs],
  ]
  const people = signIns.map(({ role, email, password }) => [role, email, password])
  const lines = [
    '',
    `  Headroom is running at ${url}`,
    '',
    ...(people.length > 0 ? ['  Sign in as', ...table(people), ''] : []),
    ...table(facts),
    '',
    '  Ctrl-C stops everything.',
    '',
  ]
  return lines.join('\n')
}

/** By default nobody but this machine: an installation that nobody has set up yet, with invented passwords, is no one else's. */
function reachedBy(url: string, host: string): string {
  if (LOOPBACK.test(host)) return 'this machine only; set HEADROOM_URL, or HOST, to let others in'
  return LOOPBACK.test(new URL(url).hostname) ? `whoever reaches ${host}; set HEADROOM_URL, or links in mails lead to ${url}` : `whoever reaches ${host}`
}

function table(rows: string[][]): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)), [])
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
