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
  const facts: [string, string][] = [
    ['Payments', PAYMENTS[paymentsMode]],
    ['Mail', mailbox ? `${url}/sandbox/mail` : mail ? 'sent' : 'not sent: SMTP_URL is not set'],
    ['Interface', `${url}/api/v1`],
    ...(apiKey ? ([['Admin key', apiKey]] as [string, string][]) : []),
    ['Logs', logs],
  ]
  const people = signIns.map(({ role, email, password }): [string, string] => [role, `${email}  ${password}`])
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

function table(rows: [string, string][]): string[] {
  const width = Math.max(...rows.map(([name]) => name.length)) + 2
  return rows.map(([name, value]) => `    ${name.padEnd(width)}${value}`)
}
