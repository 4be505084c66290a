import { Client } from 'pg'
import type { PaymentsMode } from './environment'

export type Installation = {
  paymentsMode: PaymentsMode
  /** Invented customers are in it, all of them. */
  demo: boolean
  /** They were being put into it when the start was interrupted. */
  isHalfFilled: boolean
  isEmpty: boolean
}

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
      'select payments_mode as "paymentsMode", demo, demo_begun and not demo as "isHalfFilled", not exists (select from organizations) as "isEmpty" from installation where id = 1',
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

/** Said before the first invented customer is put in: nobody else can be there until `markAsDemo`, because no program runs yet. */
export async function markDemoBegun(ownerUrl: string): Promise<void> {
  await withOwner(ownerUrl, (client) => client.query('update installation set demo_begun = true where id = 1'))
}

/** From now on the database is known to hold invented customers. */
export async function markAsDemo(ownerUrl: string): Promise<void> {
  await withOwner(ownerUrl, (client) => client.query('update installation set demo = true where id = 1'))
}

/** Of people and of operators in one table: an operator's stay. */
const OPERATORS_AND_PEOPLES = ['second_factors', 'passkeys']

/**
 * Takes out what an interrupted filling left, down to the numbers of its invoices. What the operator made stays: products, keys and who works at the desk.
 *
 * @throws Error where the database was not being filled: nothing else is ever emptied.
 */
export async function emptyHalfFilledDemo(ownerUrl: string): Promise<void> {
  await withOwner(ownerUrl, async (client) => {
    await client.query('begin')
    const { rows } = await client.query<{ name: string }>(
      `select format('%I', c.relname) as name from pg_class c
       where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
         and c.relname not in ('installation', 'catalog_versions', 'api_keys', 'document_series', 'operators', 'operator_links', 'operator_sessions', 'operator_changes')
         and exists (select from installation where demo_begun and not demo and payments_mode = 'sandbox')`,
    )
    if (rows.length === 0) throw new Error('Only a half-filled demo is ever emptied.')
    for (const table of OPERATORS_AND_PEOPLES) {
      await client.query(`create temporary table kept_${table} on commit drop as select * from ${table} where operator_id is not null`)
    }
    await client.query(`truncate ${rows.map(({ name }) => name).join(', ')}`)
    for (const table of OPERATORS_AND_PEOPLES) await client.query(`insert into ${table} select * from kept_${table}`)
    await client.query('update document_series set next = 1')
    await client.query('commit')
  })
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
