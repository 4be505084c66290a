import { and, eq } from 'drizzle-orm'
import { pendingActions, subscriptions } from '../../../../db/schema'
import { minor } from '../../../money'
import type { ReceiptPayload } from '../../message-payloads'
import { recordAudit } from './audit'
import { addGrants } from './credit'
import { type PaymentRow, payDocument, voidDocument } from './documents'
import { postLedger } from './ledger'
import { tellBilling } from './messages'
import { recordNotice } from './notices'
import { findObstacle } from './obstacles'
import { readReceipt } from './receipt'
import { purchasePolicy } from './recharge'
import { recoverSubscription } from './recover'
import { concernsRunningPlan, movePayment, type Settling } from './settling'
import { applyWaitingAction, isPurchase } from './waiting-action'
import { keptAsCreditMessage, receiptMessage, renewalPaidMessage } from './words-payments'

/** The provider has the money: what waited for it happens, or it is kept as the customer's credit (G80). */
export async function collected(scene: Settling, amount: PaymentRow['amount']): Promise<PaymentRow> {
  const { tx, organization, payment, document, loaded, action, now, actor } = scene
  const paid = await movePayment(scene, { state: 'collected', collectedAt: now, retryAt: null, checkAt: null, confirmUrl: null, reason: null, remedy: null })
  if (document.status !== 'open' && document.status !== 'uncollectible') {
    await keepAsCredit(scene, amount)
    return paid
  }
  if (await cannotBegin(scene)) {
    await dropAction(scene)
    await keepAsCredit(scene, amount)
    return paid
  }
  await payDocument(tx, document, payment, amount, now)
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: 'invoice.paid',
      target: document.id,
      after: { amount: amount.toString(), currency: document.currency },
    },
  ])
  const receipt = await readReceipt(tx, document, amount)
  if (action) await applyWaitingAction(tx, { organization, loaded, action, document, receipt, now })
  await tellPaid(scene, receipt)
  if (loaded) await recoverSubscription(tx, loaded, document.id, now)
  return paid
}

/** What tells of a change or of credit bought by itself has the receipt in it; everything else has a mail of its own. */
const TELL_THEMSELVES: ReadonlySet<string> = new Set(['change', 'auto_upgrade', 'auto_renew', 'auto_recharge'])

async function tellPaid(scene: Settling, receipt: ReceiptPayload): Promise<void> {
  const { tx, organization, document, payment, loaded, action, now } = scene
  if (action && TELL_THEMSELVES.has(action.kind)) return
  const planName = loaded?.holding.terms.plan.name ?? null
  // What a plan cost that has ended since renews nothing (G65).
  if (document.kind === 'renewal' && payment.dunning && planName !== null && (await concernsRunningPlan(scene)))
    return tellBilling(tx, [renewalPaidMessage(organization, document, { planName, receipt, at: now })])
  const pays = document.kind === 'purchase' ? 'purchase' : action?.kind === 'subscribe' || action?.kind === 'pro_forma' ? 'plan' : 'other'
  await tellBilling(tx, [receiptMessage(organization, document, { pays, planName, receipt, at: now })])
}

/** Something paid was begun meanwhile (G9), or nobody sells such credit any more or knows how it was sold. */
async function cannotBegin({ tx, organization, action, loaded, now }: Settling): Promise<boolean> {
  if (action && isPurchase(action)) return (await purchasePolicy(tx, organization, action.decision, now)) === null
  return action?.kind === 'pro_forma' && loaded !== null && (await findObstacle(tx, organization.id, loaded.row.product)) !== null
}

/** What was paid for cannot be had: the invoice is void, and the money the customer's. */
async function dropAction({ tx, organization, document, loaded, now }: Settling): Promise<void> {
  await voidDocument(tx, document, now)
  await tx
    .update(pendingActions)
    .set({ state: 'dropped' })
    .where(and(eq(pendingActions.organizationId, organization.id), eq(pendingActions.documentId, document.id)))
  if (loaded)
    await tx
      .update(subscriptions)
      .set({ status: 'canceled', endedAt: now })
      .where(and(eq(subscriptions.organizationId, organization.id), eq(subscriptions.id, loaded.row.id)))
}

/** A voided invoice whose payment turned out collected: payment wins, and the money is the customer's, who is told so (G80). */
async function keepAsCredit({ tx, organization, payment, document, now }: Settling, amount: PaymentRow['amount']): Promise<void> {
  await addGrants(tx, [{ organizationId: organization.id, source: 'orphan_payment', documentId: document.id, amount, grantedAt: now }])
  await postLedger(tx, [
    {
      organizationId: organization.id,
      source: `${payment.id}:collected`,
      at: now,
      currency: document.currency,
      postings: { cash: amount, customer_credit: minor(-amount) },
    },
  ])
  await recordAudit(tx, [
    { organizationId: organization.id, at: now, actor: 'system', action: 'payment.kept_as_credit', target: document.id, after: { amount: amount.toString() } },
  ])
  await tellBilling(tx, [keptAsCreditMessage(organization, document, { fact: payment.id, amount, at: now })])
  await recordNotice(tx, {
    organizationId: organization.id,
    kind: 'void_invoice_paid',
    fact: `kept:${payment.id}`,
    target: document.id,
    amount,
    currency: document.currency,
    ...(payment.providerRef !== null && { detail: payment.providerRef }),
  })
}
