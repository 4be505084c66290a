import { createHash } from 'node:crypto'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Pool, PoolClient } from 'pg'
import type { Answer } from './answer'
import { inTransaction } from './database'
import type { Endpoint } from './endpoints'
import { expandPaths } from './expand'
import { invalidRequest, StripeFailure } from './failure'
import type { Faults } from './faults'
import { type Form, parseForm } from './form'
import { readParameters } from './parameters'
import type { Call } from './store'

export type Performed = { status: number; body: string; requestId: string; replayed: boolean }
export type Performance = { pool: Pool; faults: Faults; publicUrl: string; webhooks: boolean; settleAfter: number }
export type Incoming = {
  /** The caller's `Stripe-Version`. */
  version: string | null
  endpoint: Endpoint
  method: string
  path: string
  id: string
  encoded: string
  idempotencyKey: string | null
  requestId: string
}

const LONGEST_KEY = 255

/** The same for the same parameters, in whatever order they came. */
function fingerprintOf(incoming: Incoming, form: Form): string {
  const sorted = (value: unknown): unknown =>
    typeof value !== 'object' || value === null || Array.isArray(value)
      ? value
      : Object.entries(value)
          .sort(([a], [b]) => (a < b ? -1 : 1))
          .map(([key, inner]) => [key, sorted(inner)])
  return createHash('sha256')
    .update(JSON.stringify([incoming.method, incoming.path, sorted(form)]))
    .digest('hex')
}

/**
 * Carries out one call of the API with Stripe's idempotency: the first result under a key, a decline or a 500 too, is
 * what the key answers from then on for 24 hours; while the first is running the key answers 409; other parameters 400.
 * Nothing is remembered of a call that never began: a malformed one, or one that met a 409.
 *
 * The result is written in the transaction of its effects, so that a killed sandbox has done and remembers both or none.
 */
export async function perform(performance: Performance, incoming: Incoming): Promise<Performed> {
  const form = parseForm(incoming.encoded)
  if (!form) throw invalidRequest('Invalid request: the parameters could not be read.')
  const given = readParameters(incoming.endpoint.parameters, form, incoming.version)
  const key = incoming.method === 'POST' ? incoming.idempotencyKey : null
  if (key !== null && key.length > LONGEST_KEY) throw invalidRequest('The Idempotency-Key is longer than 255 characters.')

  return inTransaction(performance.pool, async (client) => {
    const fingerprint = fingerprintOf(incoming, form)
    if (key !== null) {
      const remembered = await rememberedResult(client, key, fingerprint)
      if (remembered) return { ...remembered, requestId: incoming.requestId, replayed: true }
    }
    const delay = performance.faults.take('delay', incoming.method, incoming.path)
    if (delay) await sleep(delay.milliseconds)

    const result = await executeOrFail(performance, incoming, client, given)
    const body = JSON.stringify(result.body)
    if (key !== null) {
      await client.query('insert into stripe_sandbox.idempotency_keys (key, fingerprint, status, body, request_id) values ($1, $2, $3, $4, $5)', [
        key,
        fingerprint,
        result.status,
        body,
        incoming.requestId,
      ])
    }
    return { status: result.status, body, requestId: incoming.requestId, replayed: false }
  })
}

async function rememberedResult(client: PoolClient, key: string, fingerprint: string): Promise<{ status: number; body: string } | null> {
  const lock = await client.query<{ locked: boolean }>(`select pg_try_advisory_xact_lock(hashtextextended('stripe_sandbox:' || $1, 0)) as locked`, [key])
  if (lock.rows[0]?.locked !== true) {
    throw new StripeFailure(409, {
      error: {
        type: 'idempotency_error',
        code: 'idempotency_key_in_use',
        message: `There is currently another in-progress request using this Idempotent Key (that probably means you submitted twice, and the other request is still going through): ${key}.`,
      },
    })
  }
  await client.query(`delete from stripe_sandbox.idempotency_keys where key = $1 and created_at <= now() - interval '24 hours'`, [key])
  const found = await client.query<{ fingerprint: string; status: number; body: string }>(
    'select fingerprint, status, body from stripe_sandbox.idempotency_keys where key = $1',
    [key],
  )
  const row = found.rows[0]
  if (!row) return null
  if (row.fingerprint !== fingerprint) {
    throw new StripeFailure(400, {
      error: {
        type: 'idempotency_error',
        message: `Keys for idempotent requests can only be used with the same parameters they were first used with. Try using a key other than '${key}' if you meant to execute a different request.`,
      },
    })
  }
  return { status: row.status, body: row.body }
}

/** A refusal undoes what the call had written so far; a decline is an answer and keeps it. */
async function executeOrFail(performance: Performance, incoming: Incoming, client: PoolClient, given: unknown): Promise<Answer> {
  const call: Call = {
    client,
    requestId: incoming.requestId,
    idempotencyKey: incoming.idempotencyKey,
    publicUrl: performance.publicUrl,
    webhooks: performance.webhooks,
    settleAfter: performance.settleAfter,
  }
  const broken = performance.faults.take('error_remembered', incoming.method, incoming.path)
  const failure: Answer = { status: 500, body: { error: { type: 'api_error', message: 'An unknown error occurred.' } } }
  if (broken?.executes === false) return failure
  await client.query('savepoint execution')
  try {
    const result = await incoming.endpoint.run(call, given, incoming.id)
    if (broken) return failure
    if (result.status !== 200) return result
    return { status: 200, body: await expandPaths(call, result.body, expandOf(given)) }
  } catch (error) {
    await client.query('rollback to savepoint execution')
    if (error instanceof StripeFailure) return { status: error.status, body: error.body }
    console.error('The Stripe sandbox failed at', incoming.method, incoming.path, error)
    return failure
  }
}

function expandOf(given: unknown): readonly string[] {
  return (given as { expand?: string[] }).expand ?? []
}
