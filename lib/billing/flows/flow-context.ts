import type { PaymentProvider } from '../../payments/port'
import type { CommandContext } from '../context'

/**
 * What a flow is handed. `first` opens the transaction in which the person's command runs, under the door's role; the door
 * may write its idempotency key in it. What is observed at the provider afterwards is settled as the engine.
 */
export type FlowContext = {
  provider: PaymentProvider
  first: <Value>(work: (context: CommandContext) => Promise<Value>) => Promise<Value>
}

/** What became of a paid action (G79). */
export type ActionOutcome =
  | { type: 'done' }
  | { type: 'declined'; reason: string }
  | { type: 'needs_customer'; url: string }
  /** Not known yet: it goes on by itself, and takes effect when it settles. */
  | { type: 'in_flight' }
