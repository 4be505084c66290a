import { Client } from 'pg'
import type { PaymentsMode } from './environment'

export type Installation = { paymentsMode: PaymentsMode; demo: boolean; isEmpty: boolean }

const IN_WORDS: Record<PaymentsMode, string> = {
  sandbox: 'simulated payments (no STRIPE_SECRET_KEY)',
  test: "Stripe's test mode (a STRIPE_SECRET_KEY that begins with sk_test_)",
  live: 'live payments (a STRIPE_SECRET_KEY that begins with sk_live_)',
}

/**
 * Takes the database for one mode of payments, or checks that it was taken for this one: simulated money never meets real money.
 *
 * @throws Error in one sentence where it was set up for another mode.
 */
export async function claimInstallation(ownerUrl: string, paymentsMode: PaymentsMode): Promise<Installation> {
  return withOwner(ownerUrl, async (client) => {
    await client.query('insert into installation (id, payments_mode, demo) values (1, $1, false) on conflict (id) do nothing', [paymentsMode])
    const { rows } = await client.query<Installation>(
      'select payments_mode as "paymentsMode", demo, not exists (select from organizations) as "isEmpty" from installation where id = 1',
    )
    const [found] = rows
    if (!found) throw new Error('The table installation has no row.')
    if (found.paymentsMode === paymentsMode) return found
    throw new Error(
      `This database was set up for ${IN_WORDS[found.paymentsMode]}, and the settings now say ${IN_WORDS[paymentsMode]}. ` +
        'Use another database (DATABASE_URL, or HEADROOM_DATA_DIRECTORY for the built-in one), or go back to the first settings.',
    )
  })
}

/** From now on the database is known to hold invented customers. */
export async function markAsDemo(ownerUrl: string): Promise<void> {
  await withOwner(ownerUrl, (client) => client.query('update installation set demo = true where id = 1'))
}

async function withOwner<Value>(ownerUrl: string, work: (client: Client) => Promise<Value>): Promise<Value> {
  const client = new Client({ connectionString: ownerUrl })
  await client.connect()
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
