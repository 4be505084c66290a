import type { PaymentsMode } from './environment'

export type SignIn = { name: string; email: string; password: string; role: string }

export type Announced = {
  url: string
  apiKey: string | undefined
  signIns: SignIn[]
  paymentsMode: PaymentsMode
  mailbox: boolean
  mail: boolean
  logs: string
}

const PAYMENTS: Record<PaymentsMode, string> = {
  sandbox: 'simulated; no card is ever charged',
  test: "Stripe's test mode",
  live: 'live: cards are charged',
}

/** What `npm start` says when everything runs. */
export function announce({ url, apiKey, signIns, paymentsMode, mailbox, mail, logs }: Announced): string {
  const facts = [
    ['Payments', PAYMENTS[paymentsMode]],
    ['Mail', mailbox ? `${url}/sandbox/mail` : mail ? 'sent' : 'not sent: SMTP_URL is not set'],
    ['Interface', `${url}/api/v1`],
    ...(apiKey ? [['Admin key', apiKey]] : []),
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

function table(rows: string[][]): string[] {
  const widths = rows.reduce<number[]>((most, row) => row.map((cell, column) => Math.max(cell.length, most[column] ?? 0)), [])
  return rows.map((row) => `    ${row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ')}`.trimEnd())
}
