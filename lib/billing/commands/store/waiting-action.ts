import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { pendingActions, subscriptions } from '../../../../db/schema'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'
import { freshSegments } from '../../core/change'
import { isIntroduced } from '../../core/introduction'
import { applyOutcome } from './apply-terms'
import { recordAudit } from './audit'
import { loadProducts } from './catalog'
import { readDecision } from './decision-record'
import type { DocumentRow } from './documents'
import { tellBilling } from './messages'
import type { Organization } from './organization'
import { dateProForma } from './pro-forma'
import { beginSegments, type LoadedSubscription } from './subscription'
import { planChangedMessage, renewalPaidMessage } from './words'

type ActionRow = typeof pendingActions.$inferSelect

/** Its invoice is paid: what was decided takes effect, as it was quoted (G79). */
export async function applyWaitingAction(
  tx: Transaction,
  scene: { organization: Organization; loaded: LoadedSubscription; action: ActionRow; document: DocumentRow; now: Instant },
): Promise<void> {
  const { organization, loaded, action, document, now } = scene
  await tx
    .update(pendingActions)
    .set({ state: 'applied' })
    .where(and(eq(pendingActions.organizationId, action.organizationId), eq(pendingActions.documentId, action.documentId)))
  switch (action.kind) {
    case 'subscribe':
      return startSubscription(tx, { organization, loaded, now, actor: action.actor as Actor })
    case 'pro_forma': {
      const dated = await dateProForma(tx, { organization, loaded, document, now, actor: action.actor as Actor })
      return startSubscription(tx, { organization, loaded: dated, now, actor: action.actor as Actor })
    }
    case 'change': {
      const { version = loaded.row.catalogVersion, plan = null } = termsOf(action.decision)
      const wanted = { product: loaded.row.product, version, plans: [plan, loaded.row.plan] }
      const product = (await loadProducts(tx, [wanted]))(wanted)
      const { outcome, refunded, kind } = readDecision(action.decision, product)
      if (!outcome) throw new Error(`action ${action.documentId} was decided without an outcome`)
      await applyOutcome(tx, { organization, loaded, now, actor: action.actor as Actor, outcome, refunded, catalogVersion: version, documentId: document.id })
      if (kind === 'renew') await tellBilling(tx, [renewalPaidMessage(organization, document, loaded.holding.terms.plan.name, now)])
      else if (outcome.type === 'new_terms') {
        await tellBilling(tx, [
          planChangedMessage(organization, loaded.row.id, { from: loaded.holding.terms, to: outcome.terms, amount: document.total, at: now }),
        ])
      }
    }
  }
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
  const introduction = isIntroduced(holding) ? terms.product.policies.introduction : null
  await tx
    .update(subscriptions)
    .set({ status: 'active', startedAt: period.start })
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
      after: { product: row.product, plan: row.plan, interval: row.interval },
    },
  ])
}
