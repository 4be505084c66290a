import { and, eq, isNotNull, isNull } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { readAvailable } from '../../metering/draw-down'
import { isExtraUnpaid } from '../../metering/set-aside'
import { type Denial, denialOf, NOTHING_SET_ASIDE, type SetAside, type Standing, standingOf } from '../../metering/standing'
import type { Instant } from '../../time'
import { readOrganizationTime } from '../commands/store/organization'
import { type LoadedSubscription, loadSubscriptions, renewsAt } from '../commands/store/subscription'
import type { Explanation } from '../core/line'

/** Whether one more unit may be used now; the same answer as the consume call gives, without counting. */
export type MeterEntitlement = Standing & {
  meter: string
  subscriptionId: SubscriptionId
  product: string
  allowed: boolean
  /** Null where allowed. */
  reason: Denial['reason'] | null
  resetsAt: Instant
  /** Rule, formula and numbers where it is not allowed (G21). */
  explanation: Explanation | null
}

export type PlanEntitlements = {
  subscriptionId: SubscriptionId
  product: string
  plan: string
  entitlements: Readonly<Record<string, string | number | boolean>>
}

export type Entitlements = { meters: MeterEntitlement[]; plans: PlanEntitlements[] }

/** Over all live subscriptions; empty where there is none. */
export async function getEntitlements(tx: Transaction, organizationId: OrganizationId): Promise<Entitlements> {
  const where = and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt), isNotNull(subscriptions.startedAt))
  const live = await loadSubscriptions(tx, { where, lock: false })
  const here = await readOrganizationTime(tx, organizationId)
  const rows = live.flatMap(({ segmentRows }) => segmentRows)
  const balance = here ? await readAvailable(tx, organizationId, rows, here.now) : NOTHING_SET_ASIDE.balance
  const unpaid = await unpaidExtra(tx, live)
  return {
    meters: live.flatMap((one) => meterEntitlements(one, { balance, extraUnpaid: unpaid.has(one.row.id) })),
    plans: live.map(({ row, holding }) => ({ subscriptionId: row.id, product: row.product, plan: row.plan, entitlements: holding.terms.plan.entitlements })),
  }
}

/** Subscriptions that have only what their plan includes until an invoice for extra usage is paid (G55). */
async function unpaidExtra(tx: Transaction, live: readonly LoadedSubscription[]): Promise<ReadonlySet<SubscriptionId>> {
  const unpaid = new Set<SubscriptionId>()
  for (const { row, holding } of live) if (await isExtraUnpaid(tx, row, holding.terms.plan.overLimit.type)) unpaid.add(row.id)
  return unpaid
}

function meterEntitlements({ row, holding, segmentRows }: LoadedSubscription, of: Pick<SetAside, 'balance' | 'extraUnpaid'>): MeterEntitlement[] {
  return holding.terms.product.meters.flatMap(({ id: meter }) => {
    const running = segmentRows.findLast((segment) => segment.meter === meter)
    if (!running) return []
    const aside = { ...NOTHING_SET_ASIDE, currency: holding.terms.product.currency, reserved: holding.reserved?.[meter] ?? 0n, ...of }
    const denial = denialOf(row, running, 1n, aside)
    const explanation = denial && { rule: denial.rule, formula: denial.formula, inputs: denial.inputs }
    const shared = { meter, subscriptionId: row.id, product: row.product, ...standingOf(row, running, aside), resetsAt: renewsAt(row) }
    return [{ ...shared, allowed: denial === null, reason: denial?.reason ?? null, explanation }]
  })
}
