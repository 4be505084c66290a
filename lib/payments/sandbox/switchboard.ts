import { Hono } from 'hono'
import type { Pool, PoolClient } from 'pg'
import type { SandboxEnvironment } from './api'
import { inTransaction } from './database'
import { disputePayment } from './disputes'
import { type Faults, faultRequest } from './faults'
import { replaceCardBehind } from './payment-methods'
import type { Call } from './store'

/** What happens at Stripe without a call of ours. */
function behindTheApi(client: PoolClient, webhooks: boolean): Call {
  return { client, requestId: null, idempotencyKey: null, publicUrl: '', webhooks, settleAfter: 0 }
}

/** `POST /_sandbox/faults`: how a test makes things go wrong. `GET /_sandbox/deliveries`: what became of the events. */
export function switchboard({ pool, faults, webhooks, wake }: { pool: Pool; faults: Faults; webhooks: boolean; wake: () => void }): Hono<SandboxEnvironment> {
  const board = new Hono<SandboxEnvironment>()

  board.post('/faults', async (context) => {
    const given = faultRequest.safeParse(await context.req.json().catch(() => null))
    if (!given.success) return context.json({ error: given.error.issues }, 422)
    const request = given.data
    const { struck } = faults
    switch (request.fault) {
      case 'none':
        faults.clear()
        break
      case 'webhooks':
        faults.switchWebhooks(request)
        break
      case 'prune_keys':
        await pool.query('truncate stripe_sandbox.idempotency_keys')
        break
      case 'dispute': {
        const { payment_intent, ...decided } = request
        const disputed = await inTransaction(pool, (client) => disputePayment(behindTheApi(client, webhooks), payment_intent, decided))
        if (!disputed) return context.json({ error: `There is no collected payment ${payment_intent}, or no such dispute of it.` }, 404)
        break
      }
      case 'card': {
        const { payment_method, card } = request
        const replaced = await inTransaction(pool, (client) => replaceCardBehind(behindTheApi(client, false), payment_method, card))
        if (!replaced) return context.json({ error: `There is no payment method ${payment_method}, or no test card ${card}.` }, 404)
        break
      }
      default:
        faults.add(request)
    }
    wake()
    return context.json({ ok: true, struck })
  })

  board.get('/deliveries', async (context) => {
    const found = await pool.query<{ event: string; type: string; attempts: number; delivered: boolean; waiting: boolean; last_error: string | null }>(
      `select delivery.event_id as event, event.body ->> 'type' as type, delivery.attempts, delivery.delivered_at is not null as delivered,
         delivery.next_attempt_at is not null as waiting, delivery.last_error
       from stripe_sandbox.deliveries as delivery join stripe_sandbox.objects as event on event.id = delivery.event_id
       order by delivery.sequence desc limit 100`,
    )
    return context.json({ deliveries: found.rows })
  })
  return board
}
