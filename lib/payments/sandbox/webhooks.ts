import type { Pool } from 'pg'
import { Stripe } from 'stripe'
import { failpoint } from '../../failpoint'
import { inTransaction } from './database'
import type { Faults } from './faults'
import { settleDueRefund } from './refunds'
import type { Call, SandboxEvent } from './store'

export type WebhookEndpoint = {
  url: string
  secret: string
  /** The first wait after a failed delivery, in milliseconds; each next one is twice as long. */
  retryAfter?: number
}

const FIRST_RETRY = 1_000
const LONGEST_RETRY = 3_600_000
const ANSWER_WITHIN = 10_000
/** A delivery that a killed sandbox left behind is taken up again after this. */
const LEASE = '15 seconds'
const GIVE_UP_AFTER = '3 days'
const LOOK_EVERY = 200

type Due = { sequence: string; event_id: string; attempts: number; body: SandboxEvent }

/** Sends what is recorded, one event at a time, until it is taken. The queue is in the database and outlives the process. */
export class WebhookSender {
  #timer: NodeJS.Timeout | null = null
  #running: Promise<void> | null = null
  #again = false
  #stopped = false

  constructor(
    private readonly pool: Pool,
    private readonly faults: Faults,
    private readonly endpoint: WebhookEndpoint | null,
  ) {}

  start(): void {
    this.#timer = setInterval(() => this.wake(), LOOK_EVERY)
    this.#timer.unref()
    this.wake()
  }

  /** Looks now, not at the next tick. */
  wake(): void {
    if (this.#stopped) return
    if (this.#running !== null) {
      this.#again = true
      return
    }
    this.#running = this.#sendAllDue()
      .catch((error: unknown) => {
        if (!this.#stopped) console.error('The Stripe sandbox could not send its events', error)
      })
      .finally(() => {
        this.#running = null
        if (this.#again) {
          this.#again = false
          this.wake()
        }
      })
  }

  async stop(): Promise<void> {
    this.#stopped = true
    if (this.#timer) clearInterval(this.#timer)
    await this.#running
  }

  async #sendAllDue(): Promise<void> {
    while (!this.#stopped && (await this.#settleOne())) this.#again = true
    while (!this.#stopped && this.endpoint !== null && this.faults.webhooks.mode !== 'hold') {
      const due = await this.#takeDue()
      if (!due) return
      await this.#deliver(due, this.endpoint)
    }
  }

  #settleOne(): Promise<boolean> {
    return inTransaction(this.pool, (client) => {
      const call: Call = { client, requestId: null, idempotencyKey: null, publicUrl: '', webhooks: this.endpoint !== null, settleAfter: 0 }
      return settleDueRefund(call)
    })
  }

  async #takeDue(): Promise<Due | null> {
    const direction = this.faults.webhooks.order === 'newest_first' ? 'desc' : 'asc'
    const taken = await this.pool.query<Due>(
      `update stripe_sandbox.deliveries as delivery
       set next_attempt_at = now() + interval '${LEASE}', attempts = attempts + 1
       from stripe_sandbox.objects as event
       where event.id = delivery.event_id and delivery.sequence = (
         select sequence from stripe_sandbox.deliveries where next_attempt_at <= now() order by sequence ${direction} limit 1 for update skip locked)
       returning delivery.sequence, delivery.event_id, delivery.attempts, event.body`,
    )
    return taken.rows[0] ?? null
  }

  async #deliver(due: Due, endpoint: WebhookEndpoint): Promise<void> {
    if (this.faults.webhooks.mode === 'off') {
      await this.#finish(due, null, 'switched off')
      return
    }
    failpoint('sandbox:event_taken')
    let error = await this.#post(due, endpoint)
    failpoint('sandbox:event_sent')
    for (let copy = 0; error === null && copy < this.faults.webhooks.repeat; copy++) error = await this.#post(due, endpoint)
    if (error === null) await this.#finish(due, 'now()', null)
    else await this.#retryLater(due, error, endpoint)
  }

  /** Null where the endpoint took it, else why not. */
  async #post(due: Due, endpoint: WebhookEndpoint): Promise<string | null> {
    const payload = JSON.stringify(due.body, null, 2)
    const signature = Stripe.webhooks.generateTestHeaderString({ payload, secret: endpoint.secret })
    const corrupt = this.faults.webhooks.corrupt > 0
    if (corrupt) this.faults.webhooks.corrupt -= 1
    try {
      const response = await fetch(endpoint.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json; charset=utf-8', 'stripe-signature': signature, 'user-agent': 'Stripe/1.0 (headroom sandbox)' },
        // Only who checks the signature sees the difference.
        body: corrupt ? `${payload}\n` : payload,
        redirect: 'manual',
        signal: AbortSignal.timeout(ANSWER_WITHIN),
      })
      await response.body?.cancel()
      return response.ok ? null : `the endpoint answered ${response.status}`
    } catch (error) {
      return error instanceof Error ? error.message : String(error)
    }
  }

  async #finish(due: Due, deliveredAt: 'now()' | null, error: string | null): Promise<void> {
    await this.pool.query(
      `update stripe_sandbox.deliveries set next_attempt_at = null, delivered_at = ${deliveredAt ?? 'null'}, last_error = $2 where sequence = $1`,
      [due.sequence, error],
    )
    await this.pool.query(`update stripe_sandbox.objects set body = jsonb_set(body, '{pending_webhooks}', '0') where id = $1`, [due.event_id])
  }

  async #retryLater(due: Due, error: string, endpoint: WebhookEndpoint): Promise<void> {
    const wait = Math.min((endpoint.retryAfter ?? FIRST_RETRY) * 2 ** (due.attempts - 1), LONGEST_RETRY)
    await this.pool.query(
      `update stripe_sandbox.deliveries as delivery set last_error = $2,
         next_attempt_at = case when to_timestamp(event.created) < now() - interval '${GIVE_UP_AFTER}' then null else now() + $3 * interval '1 millisecond' end
       from stripe_sandbox.objects as event where event.id = delivery.event_id and delivery.sequence = $1`,
      [due.sequence, error, wait],
    )
  }
}
