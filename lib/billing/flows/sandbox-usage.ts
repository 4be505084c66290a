import { inEngine } from '../../../db/client'
import { newId, type OrganizationId, type SubscriptionId } from '../../ids'
import type { UsageEvent } from '../../metering/event'
import type { PaymentProvider } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import { readSubscription } from '../commands/store/subscription'
import { countedUnits } from '../core/rating'
import { runDueFor } from './due-work'
import { recordAndCharge } from './use'

export type SandboxUsage = {
  organizationId: OrganizationId
  subscriptionId: SubscriptionId /** So many units more, or as many as reach that per cent of the limit. */
  upTo: { units: number } | { percent: number }
}

/** Labels as an operator's product would send them: who drives a spike (A12). */
const KEYS = ['production', 'staging', 'batch-jobs'] as const
/** Of 100 units, how many each key uses. */
const SHARES = [64n, 9n, 27n] as const

/** Reports usage for every metered limit of a subscription, spread over a few API keys (sandbox bar). */
export async function makeSandboxUsage(
  provider: PaymentProvider,
  input: SandboxUsage,
): Promise<Result<{ recorded: number }, { code: 'not_found' } | { code: 'already_used' }>> {
  await runDueFor(provider, [input.organizationId])
  const loaded = await inEngine((tx) => readSubscription(tx, input.organizationId, input.subscriptionId))
  if (!loaded || loaded.row.endedAt) return refuse({ code: 'not_found' })
  const events = loaded.holding.terms.product.meters.flatMap(({ id }) => {
    const running = loaded.holding.segments.findLast((segment) => segment.meter === id)
    const wanted = running ? unitsFor(input.upTo, running.limit, countedUnits(running)) : 0n
    return wanted > 0n ? spread(input.organizationId, id, wanted) : []
  })
  if (events.length === 0) return refuse({ code: 'already_used' })
  const recorded = await recordAndCharge({ provider, first: (work) => inEngine((tx) => work({ tx, actor: 'system' })) }, events)
  return recorded.ok ? ok({ recorded: events.length }) : refuse({ code: 'not_found' })
}

function unitsFor(upTo: SandboxUsage['upTo'], limit: bigint | null, counted: bigint): bigint {
  if ('units' in upTo) return BigInt(upTo.units)
  if (limit === null) return 0n
  return (limit * BigInt(upTo.percent)) / 100n - counted
}

function spread(organizationId: OrganizationId, meter: string, units: bigint): UsageEvent[] {
  let left = units
  return KEYS.flatMap((key, index) => {
    const isLast = index === KEYS.length - 1
    const quantity = isLast ? left : (units * (SHARES[index] ?? 0n)) / 100n
    left -= quantity
    return quantity > 0n ? [{ id: newId('evt'), organizationId, meter, quantity, key, timestamp: null, properties: null }] : []
  })
}
