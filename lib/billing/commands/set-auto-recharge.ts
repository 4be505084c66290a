import type { OrganizationId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { checkPurchase, type PurchaseRefusal } from '../core/prepaid'
import { recordAudit } from './store/audit'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization } from './store/organization'
import type { PaymentKey } from './store/payment-key'
import { lockPrepaid, type PrepaidAccountRow } from './store/prepaid'
import { setOffRecharges, writeAccount } from './store/recharge'
import { loadPrepaidPolicy, type NoCreditSold, trustTierOf } from './store/trust'

export type SetAutoRecharge = {
  organizationId: OrganizationId
  enabled: boolean
  threshold: MinorUnits
  amount: MinorUnits
  /** Null: none. */
  monthlyLimit: MinorUnits | null
}

export type SetAutoRechargeRefusal =
  | Forbidden
  | PurchaseRefusal
  | NoCreditSold
  /** More than anybody may buy at once: it would buy with every event. */
  | { code: 'threshold_too_high'; maximum: MinorUnits }

/** Saves how the balance is refilled. Saving arms it, and buys at once where the balance is below already (P4, G72). */
export async function setAutoRecharge(
  { tx, actor }: CommandContext,
  input: SetAutoRecharge,
): Promise<Result<{ setOff: PaymentKey[] }, SetAutoRechargeRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  const forbidden = await forbidsActor(tx, organization.id, actor, 'auto_recharge:write')
  if (forbidden) return refuse(forbidden)
  const { currency } = organization
  const sold = await loadPrepaidPolicy(tx, organization, now)
  if (!sold) return refuse({ code: 'no_credit_sold', currency })
  if (input.enabled) {
    const allowed = checkPurchase(sold.policy, { amount: input.amount, tier: await trustTierOf(tx, organization, now, sold), currency })
    if (!allowed.ok) return allowed
    const highest = sold.policy.tiers.reduce((maximum, tier) => (tier.maximum > maximum ? tier.maximum : maximum), input.amount)
    if (input.threshold > highest) return refuse({ code: 'threshold_too_high', maximum: highest })
  }

  const state = (await lockPrepaid(tx, [organization.id])).get(organization.id)
  if (!state) throw new Error(`organization ${organization.id} has no prepaid account`)
  const before = settingFacts(state.account)
  const { enabled, threshold, amount, monthlyLimit } = input
  const setting = { recharge: enabled, rechargeThreshold: threshold, rechargeAmount: amount, rechargeMonthlyLimit: monthlyLimit }
  await writeAccount(tx, state.account, { ...setting, armed: enabled, failuresInARow: 0 })
  const after = settingFacts(state.account)
  await recordAudit(tx, [{ organizationId: organization.id, at: now, actor, action: 'credit.recharge_set', target: organization.id, before, after }])
  return ok({ setOff: await setOffRecharges(tx, [{ state, now }]) })
}

function settingFacts({ recharge, rechargeThreshold, rechargeAmount, rechargeMonthlyLimit }: PrepaidAccountRow) {
  const text = (amount: MinorUnits | null) => amount?.toString() ?? null
  return { enabled: recharge, threshold: text(rechargeThreshold), amount: text(rechargeAmount), monthly_limit: text(rechargeMonthlyLimit) }
}
