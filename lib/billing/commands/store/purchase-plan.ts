import type { Transaction } from '../../../../db/client'
import { type AutomaticChange, automaticChangeOf, automaticTarget, fitsFreshPeriod } from '../../core/automatic-change'
import { planOf } from '../../core/catalog'
import { exhaustedMeter } from '../../core/exhausted'
import { countedUnits } from '../../core/rating'
import { decideAction } from '../../core/renew-early'
import type { Terms } from '../../core/state'
import { findWaitingAction, openAccount, toAccount } from './account'
import type { AutomaticPurchase, PurchaseScene, UsageStandpoint } from './automatic-purchase'
import { loadNewestProduct, loadRenewalProducts } from './catalog'
import { openDecidedChange } from './open-change'
import { findUnsettledPlan } from './running-plan'
import { toSegment, toSettings } from './subscription'

/**
 * The next tier up, or the same plan begun anew, once the event is there that reaches 100 % or does not fit (B3, B7, G63).
 * Once a period: what has failed is not tried again before it ends, except with a new card (G95).
 */
export const planPurchase: AutomaticPurchase = { isSetOff, make: changePlanByItself }

function isSetOff({ subscription, product, segment, refused, at }: UsageStandpoint): boolean {
  const { status, cancelAt, autoPurchaseFailedAt, autoUpgrade, autoRenew } = subscription
  if (!(autoUpgrade || autoRenew) || status !== 'active' || cancelAt || autoPurchaseFailedAt || segment.limitUnits === null) return false
  const terms = { product, plan: planOf(product, subscription.plan), interval: subscription.interval }
  const change = automaticChangeOf({ terms, settings: toSettings(subscription), now: at })
  if (!change) return false
  if (refused === null) return countedUnits(toSegment(segment)) >= segment.limitUnits
  const target = automaticTarget(change, terms, product)
  return target !== null && fitsFreshPeriod(target, segment.meter, refused)
}

/** Null: credit has paid for it wholly, and it is done. */
async function changePlanByItself(tx: Transaction, scene: PurchaseScene): Promise<Awaited<ReturnType<AutomaticPurchase['make']>>> {
  const { organization, now, loaded, meter, refused } = scene
  const { row, holding } = loaded
  const change = automaticChangeOf({ terms: holding.terms, settings: holding.settings, now })
  if (!change || row.autoPurchaseFailedAt || (refused === null && !exhaustedMeter(holding))) return []
  // One at a time; and what is not known to be paid is not built upon (G67, G80).
  if ((await findWaitingAction(tx, row.organizationId, row.id)) ?? (await findUnsettledPlan(tx, loaded))) return []
  const target = await findTarget(tx, change, scene)
  if (!target || (refused !== null && !fitsFreshPeriod(target, meter, refused))) return []

  const account = await openAccount(tx, row.organizationId, holding.terms.product.currency, true)
  const decision = decideAction({
    action: change === 'auto_renew' ? 'renew_now' : 'change',
    holding,
    request: { target },
    account: toAccount(account),
    now,
    registeredAt: organization.registeredAt,
  })
  if (decision.rejection || decision.outcome?.type !== 'new_terms') return []
  const opened = await openDecidedChange(tx, {
    organization,
    now,
    loaded,
    decision,
    account,
    actor: 'system',
    catalogVersion: target.product.version,
    origin: { kind: change },
  })
  return opened.paymentId ? [{ organizationId: row.organizationId, paymentId: opened.paymentId }] : null
}

/** The next tier as it is sold now; the same plan as its renewal would sell it (G13). */
async function findTarget(tx: Transaction, change: AutomaticChange, { organization, loaded: { row, holding }, now }: PurchaseScene): Promise<Terms | null> {
  const { terms } = holding
  const next = terms.plan.nextTier
  switch (change) {
    case 'auto_upgrade':
      return automaticTarget(change, terms, (await loadNewestProduct(tx, row.product, now, next === null ? [row.plan] : [next, row.plan])) ?? terms.product)
    case 'auto_renew': {
      const productAt = await loadRenewalProducts(tx, [row])
      return automaticTarget(change, terms, productAt({ ...row, periodEnd: now }, organization))
    }
  }
}
