import type { OrganizationId } from '../../ids'
import { type Consume, type ConsumeAnswer, type Consumed, consume } from '../../metering/consume'
import type { EventError, EventErrorCode } from '../../metering/decide-bookings'
import type { UsageEvent } from '../../metering/event'
import { type RecordedUsage, recordUsage } from '../../metering/record-usage'
import { type LeaseSettlement, type SettledLease, type SettleLease, type SettleLeaseRefusal, settleLease } from '../../metering/settle-lease'
import { FIRST_TRY, type NotYet, type UsageTerms } from '../../metering/usage-terms'
import type { PaymentProvider } from '../../payments/port'
import { ok, type Result, refuse } from '../../result'
import type { PaymentKey } from '../commands/payment-steps'
import type { CommandContext } from '../context'
import { AUTOMATIC_PURCHASE_WAIT, chargeSetOff, Patience } from './charge-set-off'
import { closeDueFor } from './due-work'

/** Periods that usage may be behind: years of them, so that only a standstill ends the loop. */
const TRIES = 200
/** In a row: where nothing was left to close somebody else may have closed it meanwhile, and only the second time nothing can be done. */
const STANDSTILLS = 2

type SetOffByRefusal = { code: 'set_off'; setOff: PaymentKey[] }
type Booked = { setOff: readonly PaymentKey[] }
export type Unavailable = { code: 'unavailable' }

export type UseContext = {
  provider: PaymentProvider
  /** Milliseconds; left out: `AUTOMATIC_PURCHASE_WAIT`. */
  wait?: number
}

/**
 * Runs a metering command, each time in a transaction of its own, until it could be done: after closing a period that has
 * ended, with the rows of those for whom usage buys something, and again after what did not fit has bought it (G63). What
 * was set off is charged outside every transaction, side by side, and waited for (G5).
 */
export async function meterAndCharge<Value extends Booked, Refusal extends { code: string }>(
  { provider, wait = AUTOMATIC_PURCHASE_WAIT }: UseContext,
  run: (terms: UsageTerms) => Promise<Result<Value, NotYet | SetOffByRefusal | Refusal>>,
): Promise<Result<Value, Exclude<Refusal, NotYet | SetOffByRefusal> | Unavailable>> {
  const owning = new Set<OrganizationId>()
  const patience = new Patience(wait)
  let standstills = 0
  for (let attempt = 0; attempt < TRIES; attempt++) {
    const result = await run({ ...FIRST_TRY, owning: [...owning], asksAgain: !patience.isOver })
    if (result.ok) {
      await chargeSetOff(provider, result.value.setOff, patience)
      return result
    }
    const refusal = result.error as NotYet | SetOffByRefusal | Exclude<Refusal, NotYet | SetOffByRefusal>
    switch (refusal.code) {
      case 'behind':
        standstills = (await closeDueFor(provider, (refusal as Extract<NotYet, { code: 'behind' }>).organizationIds)) === 0 ? standstills + 1 : 0
        if (standstills >= STANDSTILLS) return refuse({ code: 'unavailable' })
        break
      case 'sets_off':
        for (const id of (refusal as Extract<NotYet, { code: 'sets_off' }>).organizationIds) owning.add(id)
        break
      case 'set_off':
        await chargeSetOff(provider, (refusal as SetOffByRefusal).setOff, patience)
        break
      default:
        return refuse(refusal as Exclude<Refusal, NotYet | SetOffByRefusal>)
    }
  }
  return refuse({ code: 'unavailable' })
}

type EventRefusal = { code: EventErrorCode; errors: EventError[] }
type InTransaction = <Value>(work: (context: CommandContext) => Promise<Value>) => Promise<Value>
type UseDoor = UseContext & { first: InTransaction }

/** Records usage and charges what it sets off. */
export async function recordAndCharge(door: UseDoor, events: readonly UsageEvent[]): Promise<Result<RecordedUsage, EventRefusal | Unavailable>> {
  const done = await meterAndCharge(door, (terms) => door.first((context) => recordUsage(context, events, terms)))
  return done.ok ? ok(done.value.recorded) : done
}

/** Decides about units and counts them, and charges what they set off; what set something off is decided again after it (G63). */
export async function consumeAndCharge(door: UseDoor, request: Consume): Promise<Result<ConsumeAnswer, EventRefusal | Unavailable>> {
  const done = await meterAndCharge<Consumed, EventRefusal>(door, (terms) => door.first((context) => consume(context, request, terms)))
  return done.ok ? ok(done.value.answer) : done
}

type SettleRefusal = Exclude<SettleLeaseRefusal, NotYet>

/** Settles a lease and charges what that sets off. */
export async function settleAndCharge(door: UseDoor, settle: SettleLease): Promise<Result<SettledLease, SettleRefusal | Unavailable>> {
  const done = await meterAndCharge<LeaseSettlement, SettleRefusal>(door, (terms) => door.first((context) => settleLease(context, settle, terms)))
  return done.ok ? ok(done.value.lease) : done
}
