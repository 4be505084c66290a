import { asc, eq } from 'drizzle-orm'
import { inEngine } from '@/db/client'
import { prepaidGrants } from '@/db/schema'
import { newId } from '../../ids'
import { decimalString, exact, minor } from '../../money'
import { balanceAt, readPrepaid } from '../commands/store/prepaid'
import { buyCreditAndPay, setAutoRechargeAndCharge } from '../flows/paid-actions'
import { consumeAndCharge, recordAndCharge } from '../flows/use'
import { RETURN_URL, type Scenario } from './scenario'

/** What a life with bought credit does besides: each a step, after which the books balance. */

export function buy(acme: Scenario, amount: number) {
  return acme.step(() => buyCreditAndPay(acme.flow, { organizationId: acme.organizationId, amount: minor(amount), returnUrl: RETURN_URL }))
}

type Recharge = { threshold: number; amount: number; monthlyLimit?: number | null; enabled?: boolean }

export function recharge(acme: Scenario, { threshold, amount, monthlyLimit = null, enabled = true }: Recharge) {
  const limit = monthlyLimit === null ? null : minor(monthlyLimit)
  const setting = { organizationId: acme.organizationId, enabled, threshold: minor(threshold), amount: minor(amount), monthlyLimit: limit }
  return acme.step(() => setAutoRechargeAndCharge(acme.flow, setting))
}

/** Bought credit as it stands in the organization's time: its lots, the oldest first, and what is left of them. */
export async function prepaidOf(acme: Scenario) {
  const now = await acme.now()
  return inEngine(async (tx) => {
    const state = (await readPrepaid(tx, [acme.organizationId])).get(acme.organizationId)
    const lots = await tx.select().from(prepaidGrants).where(eq(prepaidGrants.organizationId, acme.organizationId)).orderBy(asc(prepaidGrants.id))
    return { balance: state ? balanceAt(state, now) : exact('0'), account: state?.account ?? null, lots }
  })
}

/** As the interface writes it: `17.00`. */
export async function balanceOf(acme: Scenario): Promise<string> {
  return decimalString((await prepaidOf(acme)).balance, 'usd')
}

function event(acme: Scenario, quantity: number, meter: string) {
  return { id: newId('evt'), organizationId: acme.organizationId, meter, quantity: BigInt(quantity), key: null, properties: null }
}

/** Without asking the books: for many at once, and for what they would not understand. */
export function consumeOnly(acme: Scenario, quantity: number, meter: string) {
  return consumeAndCharge(acme.flow, event(acme, quantity, meter))
}

export function recordOnly(acme: Scenario, quantity: number, meter: string) {
  return recordAndCharge(acme.flow, [{ ...event(acme, quantity, meter), timestamp: null }])
}
