import type { DocumentId, OrganizationId, PaymentId } from '../../ids'
import type { MinorUnits } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import { checkPurchase, type PurchaseRefusal } from '../core/prepaid'
import { purchaseDraft } from '../core/purchase'
import { hasPaymentMethod, openAccount, toAccount } from './store/account'
import { findLastPurchase } from './store/last-purchase'
import { type Forbidden, forbidsActor } from './store/members'
import { lockOrganization, OrganizationGone } from './store/organization'
import { lockPrepaid } from './store/prepaid'
import { issuePurchases } from './store/recharge'
import { loadPrepaidPolicy, type NoCreditSold, trustTierOf } from './store/trust'

export type BuyCredit = {
  organizationId: OrganizationId
  /** What is bought; credit on the account may pay a part of it (C6). */
  amount: MinorUnits
  /** What the customer was shown; another amount is refused (G81). */
  expectedAmountDue?: MinorUnits | undefined
  /** The last purchase that the page knew of, null for none: a page that is out of date is shown first. Left out: whatever there is. */
  lastPurchase?: DocumentId | null | undefined
}

export type OpenedPurchase = { documentId: DocumentId; paymentId: PaymentId | null }

export type BuyCreditRefusal = Forbidden | PurchaseRefusal | NoCreditSold | { code: 'quote_expired'; amountDue: MinorUnits } | { code: 'no_payment_method' }

/** Opens a purchase of credit (P2): it is there when its invoice is paid (G79). Needs no subscription (G71). */
export async function buyCredit({ tx, actor }: CommandContext, input: BuyCredit): Promise<Result<OpenedPurchase, BuyCreditRefusal>> {
  const { organization, now } = await lockOrganization(tx, input.organizationId)
  if (organization.deletedAt !== null) throw new OrganizationGone(organization.id)
  const forbidden = await forbidsActor(tx, organization.id, actor, 'credits:buy')
  if (forbidden) return refuse(forbidden)
  const { lastPurchase } = input
  const { currency } = organization
  const sold = await loadPrepaidPolicy(tx, organization, now)
  if (!sold) return refuse({ code: 'no_credit_sold', currency })
  const tier = await trustTierOf(tx, organization, now, sold)
  const allowed = checkPurchase(sold.policy, { amount: input.amount, tier, currency })
  if (!allowed.ok) return allowed

  const state = (await lockPrepaid(tx, [organization.id])).get(organization.id)
  if (!state) throw new Error(`organization ${organization.id} has no prepaid account`)
  const account = toAccount(await openAccount(tx, organization.id, currency, true))
  const { amountDue } = purchaseDraft({ amount: input.amount, isAutomatic: false, account, currency })
  if (input.expectedAmountDue !== undefined && input.expectedAmountDue !== amountDue) return refuse({ code: 'quote_expired', amountDue })
  if (lastPurchase !== undefined && lastPurchase !== (await findLastPurchase(tx, organization.id))) return refuse({ code: 'quote_expired', amountDue })
  if (amountDue > 0n && !(await hasPaymentMethod(tx, organization.id))) return refuse({ code: 'no_payment_method' })

  const [opened] = await issuePurchases(tx, [{ organization, state, kind: 'purchase', policy: sold.policy, amount: input.amount, actor, now }])
  if (!opened) throw new Error('the purchase was not opened')
  return ok(opened)
}
