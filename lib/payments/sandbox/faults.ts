import { z } from 'zod'

const match = {
  method: z.enum(['GET', 'POST']).optional(),
  /** A regular expression over the path; all paths where it is missing. */
  path: z.string().optional(),
  times: z.int().min(1).default(1),
}

const requestFault = z.discriminatedUnion('fault', [
  /** The connection breaks before anything is carried out. */
  z.strictObject({ fault: z.literal('drop_before'), ...match }),
  /** It is carried out, and the answer is lost. */
  z.strictObject({ fault: z.literal('drop_after'), ...match }),
  /** The call takes its time while it is carried out; another one with its key meets a 409. */
  z.strictObject({ fault: z.literal('delay'), milliseconds: z.int().min(1), ...match }),
  /** A 500 that is remembered under its key, whether or not the work was done. */
  z.strictObject({ fault: z.literal('error_remembered'), executes: z.boolean(), ...match }),
  z.strictObject({ fault: z.literal('rate_limit'), ...match }),
  /** Something between us and Stripe answers in its place; nothing is carried out. */
  z.strictObject({ fault: z.literal('garble'), status: z.int().min(200).max(599), body: z.string(), ...match }),
])
export type RequestFault = z.output<typeof requestFault>
type FaultNamed<Name extends RequestFault['fault']> = Extract<RequestFault, { fault: Name }>

const webhookSwitches = z.strictObject({
  fault: z.literal('webhooks'),
  /** `hold` keeps events until `deliver`; `off` drops them. */
  mode: z.enum(['deliver', 'hold', 'off']).optional(),
  order: z.enum(['oldest_first', 'newest_first']).optional(),
  /** How many more times each event is sent. */
  repeat: z.int().min(0).max(10).optional(),
  /** How many of the next deliveries carry a body that is not what was signed. */
  corrupt: z.int().min(0).optional(),
})

/** What may be posted to `/_sandbox/faults`. */
export const faultRequest = z.union([
  requestFault,
  webhookSwitches,
  /** The bank changes its mind about a saved card; `card` is a ready-made name such as `pm_card_visa_chargeDeclinedLostCard`. */
  z.strictObject({ fault: z.literal('card'), payment_method: z.string(), card: z.string() }),
  /**
   * The customer's bank takes a payment back (`open`), and then decides. An amount is Stripe's; left out, all that is left of it.
   * With the name of a `dispute` it is that one that is moved on, also one that was decided: a bank may change its mind.
   */
  z.strictObject({
    fault: z.literal('dispute'),
    payment_intent: z.string(),
    dispute: z.string().optional(),
    outcome: z.enum(['open', 'won', 'lost']),
    amount: z.int().min(1).optional(),
    reason: z.string().max(64).default('fraudulent'),
  }),
  /** Forgets all idempotency keys, as Stripe does after 24 hours. */
  z.strictObject({ fault: z.literal('prune_keys') }),
  /** Everything works again, and what is held is delivered. The answer's `struck` is how many requests met a fault. */
  z.strictObject({ fault: z.literal('none') }),
])
export type FaultRequest = z.input<typeof faultRequest>

export type WebhookSwitches = { mode: 'deliver' | 'hold' | 'off'; order: 'oldest_first' | 'newest_first'; repeat: number; corrupt: number }

const IN_ORDER: WebhookSwitches = { mode: 'deliver', order: 'oldest_first', repeat: 0, corrupt: 0 }

/** The faults that are switched on. They live in memory: a restarted sandbox works. */
export class Faults {
  webhooks: WebhookSwitches = { ...IN_ORDER }
  /** How often a request has met one of them since everything worked. */
  struck = 0
  #pending: { fault: RequestFault; left: number }[] = []

  add(fault: RequestFault): void {
    this.#pending.push({ fault, left: fault.times })
  }

  switchWebhooks({ mode, order, repeat, corrupt }: z.output<typeof webhookSwitches>): void {
    const current = this.webhooks
    this.webhooks = { mode: mode ?? current.mode, order: order ?? current.order, repeat: repeat ?? current.repeat, corrupt: corrupt ?? current.corrupt }
  }

  clear(): void {
    this.#pending = []
    this.struck = 0
    this.webhooks = { ...IN_ORDER }
  }

  /** Uses up one time of the first fault of that name that matches this request. */
  take<Name extends RequestFault['fault']>(name: Name, method: string, path: string): FaultNamed<Name> | null {
    const entry = this.#pending.find(
      ({ fault, left }) =>
        left > 0 &&
        fault.fault === name &&
        (fault.method === undefined || fault.method === method) &&
        (fault.path === undefined || new RegExp(fault.path).test(path)),
    )
    if (!entry) return null
    entry.left -= 1
    this.struck += 1
    return entry.fault as FaultNamed<Name>
  }
}
