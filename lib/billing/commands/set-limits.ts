import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions, usageSegments } from '../../../db/schema'
import type { OrganizationId, SubscriptionId } from '../../ids'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { withSettings } from '../core/extra-charging'
import { decideLimits, type LimitsRefusal, type LimitsRequest } from '../core/limit-settings'
import type { Settings } from '../core/state'
import { segmentKey, settingColumns } from './store/apply-terms'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import type { NotFound } from './store/one-subscription'
import { lockOrganization } from './store/organization'
import type { PaymentKey } from './store/payment-key'
import { invoiceBlocks } from './store/purchase-blocks'
import { type LoadedSubscription, lockSubscription, toSegment } from './store/subscription'

export type SetLimits = { organizationId: OrganizationId; subscriptionId: SubscriptionId; request: LimitsRequest }

export type SetLimitsRefusal = Forbidden | NotFound | LimitsRefusal

/**
 * Sets what the customer allows to be charged beyond the plan, from now on: what was used before keeps the price and the
 * bound under which it was recorded (G50, G51, G57). `setOff`: payments to be collected once it is committed.
 */
export async function setLimits({ tx, actor }: CommandContext, input: SetLimits): Promise<Result<{ setOff: PaymentKey[] }, SetLimitsRefusal>> {
  const { organizationId, subscriptionId, request } = input
  const locked = await lockOrganization(tx, organizationId)
  for (const permission of permissionsFor(request)) {
    const forbidden = await forbidsActor(tx, organizationId, actor, permission)
    if (forbidden) return refuse(forbidden)
  }
  const loaded = await lockSubscription(tx, organizationId, subscriptionId)
  if (!loaded) return refuse({ code: 'not_found' })
  const decided = decideLimits({
    holding: loaded.holding,
    request,
    approvedMaximum: loaded.row.hardLimitMaximum,
    registeredAt: locked.organization.registeredAt,
    now: locked.now,
  })
  if (!decided.ok) return decided

  const before = loaded.holding.settings
  const settings = decided.value
  await writeSettings(tx, loaded, settings)
  const after = { ...loaded, holding: { ...loaded.holding, settings, segments: loaded.segmentRows.map(toSegment) } }
  await recordAudit(tx, [
    {
      organizationId,
      at: locked.now,
      actor,
      action: 'limits.updated',
      target: subscriptionId,
      before: printSettings(before),
      after: printSettings(settings),
    },
  ])
  return ok({ setOff: await invoiceBlocks(tx, { ...locked, loaded: after }) })
}

/** The hard limit is the owner's (S1); the rest belongs to whoever may spend (G84). */
function permissionsFor({ hardLimit }: LimitsRequest) {
  return hardLimit === undefined ? (['spending:write'] as const) : (['spending:write', 'hard_limit:write'] as const)
}

/** On the subscription, and on the running segment of each meter; the loaded rows follow. */
async function writeSettings(tx: Transaction, { row, holding, segmentRows }: LoadedSubscription, settings: Settings): Promise<void> {
  const { currency, meters } = holding.terms.product
  await tx
    .update(subscriptions)
    .set(settingColumns(settings))
    .where(and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id)))
  for (const { id } of meters) {
    const running = segmentRows.findLast(({ meter }) => meter === id)
    if (!running) continue
    const { extraThreshold, extraMaximum } = withSettings(toSegment(running), {
      settings,
      spentBefore: holding.capSpentBefore,
      currency,
    })
    Object.assign(running, { extraThreshold, extraMaximum })
    await tx.update(usageSegments).set({ extraThreshold, extraMaximum }).where(segmentKey(running))
  }
}

function printSettings({ hardLimit, payAsYouGo, autoUpgrade, autoRenew }: Settings): Record<string, unknown> {
  return {
    hard_limit: hardLimit?.toString() ?? null,
    pay_as_you_go: payAsYouGo.enabled,
    cap: payAsYouGo.cap?.toString() ?? null,
    auto_upgrade: autoUpgrade,
    auto_renew: autoRenew,
  }
}
