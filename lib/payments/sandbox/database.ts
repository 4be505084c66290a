import { Pool, type PoolClient } from 'pg'

/** Any fixed number: one start at a time creates the schema. */
const SCHEMA_LOCK = 7_245_130_911

const SCHEMA = `
  create schema if not exists stripe_sandbox;

  create table if not exists stripe_sandbox.objects (
    id text primary key,
    kind text not null,
    sequence bigint generated always as identity,
    created bigint not null,
    customer text,
    payment_intent text,
    body jsonb not null,
    hidden jsonb not null default '{}',
    due_at timestamptz
  );
  create index if not exists objects_by_kind on stripe_sandbox.objects (kind, sequence desc);
  create index if not exists objects_by_customer on stripe_sandbox.objects (customer, kind, sequence desc);
  create index if not exists objects_by_payment_intent on stripe_sandbox.objects (payment_intent, kind, sequence desc);
  create index if not exists objects_due on stripe_sandbox.objects (due_at) where due_at is not null;
  create index if not exists objects_by_metadata on stripe_sandbox.objects using gin ((body -> 'metadata') jsonb_path_ops) where kind = 'payment_intent';

  create table if not exists stripe_sandbox.idempotency_keys (
    key text primary key,
    fingerprint text not null,
    status integer not null,
    body text not null,
    request_id text not null,
    created_at timestamptz not null default now()
  );

  create table if not exists stripe_sandbox.deliveries (
    sequence bigint generated always as identity primary key,
    event_id text not null references stripe_sandbox.objects (id),
    attempts integer not null default 0,
    next_attempt_at timestamptz default now(),
    delivered_at timestamptz,
    last_error text
  );
  create index if not exists deliveries_due on stripe_sandbox.deliveries (next_attempt_at) where next_attempt_at is not null;
`

/** Connects, and creates the sandbox's own schema where it is missing. Nothing outside `stripe_sandbox` is touched. */
export async function openDatabase(databaseUrl: string): Promise<Pool> {
  const pool = new Pool({ connectionString: databaseUrl, max: 10, application_name: 'headroom-stripe-sandbox' })
  pool.on('error', () => undefined) // An idle connection that the server closes is replaced by the next query.
  // The same of one that is in use: its query fails and says so. Without a listener, Node ends the whole process.
  pool.on('connect', (client) => client.on('error', () => undefined))
  try {
    await inTransaction(pool, async (client) => {
      await client.query('select pg_advisory_xact_lock($1)', [SCHEMA_LOCK])
      await client.query(SCHEMA)
    })
  } catch (error) {
    await pool.end()
    throw error
  }
  return pool
}

export async function inTransaction<Value>(pool: Pool, work: (client: PoolClient) => Promise<Value>): Promise<Value> {
  const client = await pool.connect()
  let broken: Error | undefined
  try {
    await client.query('begin')
    const value = await work(client)
    await client.query('commit')
    return value
  } catch (error) {
    await client.query('rollback').catch((rollbackError: Error) => {
      broken = rollbackError
    })
    throw error
  } finally {
    client.release(broken)
  }
}
