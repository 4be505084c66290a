import { eq } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { providerReadings } from '../../../db/schema'
import type { PaymentProvider } from '../../payments/port'
import { compareCollected, compareRefunds } from '../commands/compare-provider'
import { type GoneThrough, goThrough } from './go-through'

/**
 * Compares each payment and refund at the provider with ours, once: what was made until the moment up to which all that it
 * had to tell was heard on an earlier night, and so has been acted on since. What differs is a fault, of ours or of whoever
 * wrote past us, and is recorded for the operator. `found`: how many differ.
 *
 * @throws ProviderUnavailable where it does not answer: what has been compared stays so.
 */
export async function compareMoney(provider: PaymentProvider, isStopping = () => false): Promise<GoneThrough> {
  const [heard] = await inEngine((tx) => tx.select({ until: providerReadings.since }).from(providerReadings).where(eq(providerReadings.list, 'notifications')))
  if (!heard) return { found: 0, isDone: true }
  const mayGoOn = () => !isStopping()
  const collected = await goThrough({
    list: 'collected',
    ...heard,
    readPage: (stretch) => provider.listCollected(stretch),
    keep: (tx, items) => compareCollected({ tx, actor: 'system' }, items),
    mayGoOn,
  })
  const refunds = await goThrough({
    list: 'refunds',
    ...heard,
    readPage: (stretch) => provider.listRefunds(stretch),
    keep: (tx, items) => compareRefunds({ tx, actor: 'system' }, items),
    mayGoOn,
  })
  return { found: collected.found + refunds.found, isDone: collected.isDone && refunds.isDone }
}
