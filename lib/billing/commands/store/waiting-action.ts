import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { pendingActions, subscriptions } from '../../../../db/schema'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'
import { findPlan } from '../../core/catalog'
import { freshSegments } from '../../core/change'
import { isIntroduced } from '../../core/introduction'
import type { ReceiptPayload } from '../../message-payloads'
import { applyOutcome } from './apply-terms'
import { recordAudit } from './audit'
import { loadProducts } from './catalog'
import { readDecision } from './decision-record'
import type { DocumentRow } from './documents'
import { tellBilling } from './messages'
import type { Organization } from './organization'
import { dateProForma } from './pro-forma'
import { completePurchase, purchasePolicy } from './recharge'
import { beginSegments, type LoadedSubscription } from './subscription'
import { autoUpgradeFailedMessage, changeMadeMessage } from './words'

type ActionRow = typeof pendingActions.$inferSelect

/** Its invoice is paid: what was decided takes effect, as it was quoted (G79). */
export async function applyWaitingAction(
  tx: Transaction,
  scene: { organization: Organization; loaded: LoadedSubscription | null; action: ActionRow; document: DocumentRow; receipt: ReceiptPayload; now: Instant },
): Promise<void> {
  const { organization, loaded, action, document, receipt, now } = scene
  await tx
    .update(pendingActions)
    .set({ state: 'applied' })
    .where(and(eq(pendingActions.organizationId, action.organizationId), eq(pendingActions.documentId, action.documentId)))
  if (isPurchase(action)) {
    const policy = await purchasePolicy(tx, organization, action.decision, now)
    if (!policy) throw new Error(`no product sells credit in ${organization.currency} any more`)
    await completePurchase(tx, { organization, document, receipt, source: action.kind, policy, actor: action.actor as Actor, now })
    return
  }
  if (!loaded) return
  switch (action.kind) {
    case 'subscribe':
      return startSubscription(tx, { organization, loaded, now, actor: action.actor as Actor })
    case 'pro_forma': {
      const dated = await dateProForma(tx, { organization, loaded, document, now, actor: action.actor as Actor })
      return startSubscription(tx, { organization, loaded: dated, now, actor: action.actor as Actor })
    }
    case 'change':
    case 'auto_upgrade':
    case 'auto_renew': {
      const { version = loaded.row.catalogVersion, plan = null } = termsOf(action.decision)
      const wanted = { product: loaded.row.product, version, plans: [plan, loaded.row.plan] }
      const product = (await loadProducts(tx, [wanted]))(wanted)
      const { outcome, refunded, kind } = readDecision(action.decision, product)
      if (!outcome) throw new Error(`action ${action.documentId} was decided without an outcome`)
      await applyOutcome(tx, { organization, loaded, now, actor: action.actor as Actor, outcome, refunded, catalogVersion: version, documentId: document.id })
      await tellBilling(tx, changeMadeMessage({ organization, loaded, outcome, document, receipt, at: now, renews: kind === 'renew', origin: action.kind }))
    }
  }
}

/** What was bought by itself was not paid: it is not tried again in this period, and the customer is told (G95, G111). */
export async function failAutomaticAction(
  tx: Transaction,
  scene: { organization: Organization; loaded: LoadedSubscription; action: ActionRow; document: DocumentRow; reason: string | null; now: Instant },
): Promise<void> {
  const { organization, loaded, action, document, reason, now } = scene
  const { product, plan } = loaded.holding.terms
  const { plan: wanted = plan.id } = termsOf(action.decision)
  await tx
    .update(subscriptions)
    .set({ autoPurchaseFailedAt: now })
    .where(and(eq(subscriptions.organizationId, loaded.row.organizationId), eq(subscriptions.id, loaded.row.id)))
  const wantedPlan = findPlan(product, wanted)?.name ?? wanted
  await tellBilling(tx, [autoUpgradeFailedMessage(organization, { terms: loaded.holding.terms, wantedPlan, document, reason, at: now })])
}

/** Of credit. */
export function isPurchase<Action extends Pick<ActionRow, 'kind'>>(action: Action): action is Action & { kind: 'purchase' | 'auto_recharge' } {
  return action.kind === 'purchase' || action.kind === 'auto_recharge'
}

/** It was set off by usage or by the clock: nobody is there to confirm it at a bank (G111). */
export function isAutomatic({ kind }: Pick<ActionRow, 'kind'>): boolean {
  return kind === 'auto_recharge' || kind === 'auto_upgrade' || kind === 'auto_renew'
}

/** The catalog version and the plan that a stored decision moves to. */
function termsOf(decision: unknown): { version?: number; plan?: string } {
  return (decision as { outcome?: { terms?: { version?: number; plan?: string } } }).outcome?.terms ?? {}
}

/** The first period begins as it was priced: at the instant of the request. */
export async function startSubscription(
  tx: Transaction,
  { organization, loaded, now, actor }: { organization: Organization; loaded: LoadedSubscription; now: Instant; actor: Actor },
): Promise<void> {
  const { row, holding } = loaded
  const { terms, period } = holding
  const isTrial = row.trialEnd !== null
  const introduction = isIntroduced(holding) ? terms.product.policies.introduction : null
  await tx
    .update(subscriptions)
    .set({ status: isTrial ? 'trialing' : 'active', startedAt: period.start })
    .where(and(eq(subscriptions.organizationId, row.organizationId), eq(subscriptions.id, row.id)))
  await beginSegments(tx, [
    {
      organizationId: row.organizationId,
      subscriptionId: row.id,
      terms,
      period,
      startsAt: period.start,
      position: 0,
      starts: freshSegments(terms, undefined, introduction),
    },
  ])
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'subscription.created',
      target: row.id,
      after: { product: row.product, plan: row.plan, interval: row.interval, ...(row.trialEnd ? { trial_end: row.trialEnd.toString() } : {}) },
    },
  ])
}
