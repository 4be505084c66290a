import { and, eq, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { documents, organizations, pendingActions, prepaidAccounts, subscriptions, usageSegments } from '../../../../db/schema'
import type { DocumentId, PaymentId } from '../../../ids'
import { exactFromMinor, type MinorUnits, minor, ZERO } from '../../../money'
import { chargeable } from '../../../payments/minimum-charge'
import type { Instant } from '../../../time'
import type { Actor } from '../../context'
import type { PrepaidPolicy } from '../../core/catalog'
import {
  afterFailedRecharge,
  calendarMonthOf,
  decideRecharge,
  isBelowThreshold,
  isLowCredit,
  type RechargeFacts,
  type RechargeSettings,
  type RechargeState,
} from '../../core/prepaid'
import { purchaseDraft } from '../../core/purchase'
import type { ReceiptPayload } from '../../message-payloads'
import { recordAudit } from './audit'
import { balanceOf, loadGrants } from './credit'
import { type DocumentRow, issueDocuments } from './documents'
import { type NewEvent, recordEvents } from './events'
import { tellBilling } from './messages'
import type { Organization } from './organization'
import type { PaymentKey } from './payment-key'
import { addLot, balanceAt, type LotRow, lockPrepaid, type PrepaidAccountRow, type PrepaidState } from './prepaid'
import { postDraws } from './prepaid-postings'
import { readReceipt } from './receipt'
import { fromRecord, toRecord } from './record'
import { automaticPurchasesStopped } from './stopped-purchases'
import { loadPrepaidPolicy } from './trust'
import { creditLowMessage, rechargeCeilingMessage, rechargeDoneMessage, rechargeFailedMessage, rechargeOffMessage } from './words-prepaid'

const WAITS_HOURS = 24

export type Purchase = {
  organization: Organization
  /** Locked. */
  state: PrepaidState
  kind: 'purchase' | 'auto_recharge'
  /** As it is sold now, and as it is when it is paid (G79). */
  policy: PrepaidPolicy
  amount: MinorUnits
  actor: Actor
  now: Instant
}

export type IssuedPurchase = { documentId: DocumentId; paymentId: PaymentId | null }

/**
 * Issues the invoices of purchases, which the credit balance pays first as of any other (C6). A lot is made when its invoice
 * is paid: at once where nothing is left to be charged. Credit of all is locked before the first number is taken.
 */
export async function issuePurchases(tx: Transaction, purchases: readonly Purchase[]): Promise<IssuedPurchase[]> {
  if (purchases.length === 0) return []
  const grantsOf = await loadGrants(
    tx,
    purchases.map(({ organization }) => organization.id),
    true,
  )
  const issued = await issueDocuments(
    tx,
    purchases.map(({ organization, kind, amount, now }) => {
      const { id, currency } = organization
      const grants = grantsOf.get(id) ?? []
      const isAutomatic = kind === 'auto_recharge'
      const draft = purchaseDraft({ amount, isAutomatic, account: { creditBalance: balanceOf(grants), ...chargeable(currency) }, currency })
      const shared = { kind: 'purchase', subscriptionId: null, period: null, dunning: false, automatic: isAutomatic } as const
      return { ...shared, organization, at: now, draft, currency, grants }
    }),
  )
  const opened = issued.flatMap(({ document, paymentId }, index) => {
    const purchase = purchases[index]
    return purchase ? [{ ...purchase, document, paymentId }] : []
  })
  await tx.insert(pendingActions).values(
    opened.map(({ organization, document, kind, policy, actor, now, paymentId }) => ({
      organizationId: organization.id,
      documentId: document.id,
      subscriptionId: null,
      kind,
      actor,
      decision: toRecord({ policy } satisfies PurchaseDecision),
      expiresAt: now.add({ hours: WAITS_HOURS }),
      state: paymentId ? ('waiting' as const) : ('applied' as const),
    })),
  )
  for (const { paymentId, kind, ...paid } of opened) {
    if (!paymentId) await completeLocked(tx, { ...paid, receipt: await readReceipt(tx, paid.document, ZERO), source: kind })
  }
  return opened.map(({ document, paymentId }) => ({ documentId: document.id, paymentId }))
}

type PurchaseDecision = { policy: PrepaidPolicy }

/** How credit was sold that waits for its payment; as it is sold now where that was not written down yet. Null: nobody sells any. */
export async function purchasePolicy(tx: Transaction, organization: Organization, decision: unknown, now: Instant): Promise<PrepaidPolicy | null> {
  const { policy } = fromRecord<Partial<PurchaseDecision>>(decision)
  return policy ?? (await loadPrepaidPolicy(tx, organization, now))?.policy ?? null
}

type Paid = {
  organization: Organization
  document: DocumentRow
  receipt: ReceiptPayload
  source: Purchase['kind']
  policy: PrepaidPolicy
  actor: Actor
  now: Instant
}

/** Its invoice is paid: the credit is there from this instant on (P2, P6). */
export async function completePurchase(tx: Transaction, paid: Paid): Promise<void> {
  const state = (await lockPrepaid(tx, [paid.organization.id])).get(paid.organization.id)
  if (state) await completeLocked(tx, { ...paid, state })
}

async function completeLocked(
  tx: Transaction,
  { organization, state, document, receipt, source, policy, actor, now }: Paid & { state: PrepaidState },
): Promise<LotRow> {
  // What was used so far is in the ledger before a debt of it is paid (decision 6).
  await postDraws(tx, [state], () => now, { wholeDaysOnly: false })
  const { currency } = document
  const amount = exactFromMinor(document.total, currency)
  const lot = await addLot(tx, { state, source, documentId: document.id, currency, amount, policy, at: now })
  const isRecharge = source === 'auto_recharge'
  // A recharge that came through is armed again, wherever it has led to; others where the balance is back (G72).
  const isArmed = isRecharge || !isBelowThreshold(rechargeState(state, now))
  await writeAccount(tx, state.account, {
    lastPurchase: amount,
    ...(isArmed ? { armed: state.account.recharge } : {}),
    ...(isRecharge ? { failuresInARow: 0 } : {}),
  })
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor,
      action: isRecharge ? 'credit.recharged' : 'credit.purchased',
      target: document.id,
      after: { amount: document.total.toString(), currency, expires_at: lot.expiresAt.toString() },
    },
  ])
  if (isRecharge) await tellBilling(tx, [rechargeDoneMessage(organization, document, { balance: balanceAt(state, now), receipt, at: now })])
  return lot
}

/** Its payment has failed: tried again by the next event that draws down, until the third failure in a row (P4, G72). */
export async function failRecharge(
  tx: Transaction,
  { organization, document, reason, now }: Omit<Paid, 'source' | 'policy' | 'actor' | 'receipt'> & { reason: string },
): Promise<void> {
  const state = (await lockPrepaid(tx, [organization.id])).get(organization.id)
  if (!state) return
  const { failuresInARow, switchesOff } = afterFailedRecharge(state.account.failuresInARow)
  const recharge = state.account.recharge && !switchesOff
  await writeAccount(tx, state.account, { failuresInARow, recharge, armed: recharge })
  await recordAudit(tx, [
    {
      organizationId: organization.id,
      at: now,
      actor: 'system',
      action: 'credit.recharge_failed',
      target: document.id,
      after: { reason, amount: document.total.toString() },
    },
    ...(switchesOff
      ? [{ organizationId: organization.id, at: now, actor: 'system' as const, action: 'credit.recharge_off', target: organization.id, after: { reason } }]
      : []),
  ])
  await tellBilling(tx, [
    rechargeFailedMessage(organization, document, { reason, failuresInARow, at: now }),
    ...(switchesOff ? [rechargeOffMessage(organization, { failuresInARow, at: now })] : []),
  ])
}

export async function writeAccount(tx: Transaction, account: PrepaidAccountRow, to: Partial<PrepaidAccountRow>): Promise<void> {
  Object.assign(account, to)
  await tx.update(prepaidAccounts).set(to).where(eq(prepaidAccounts.organizationId, account.organizationId))
}

/** Null where it is switched off. */
export function rechargeSettings({ recharge, rechargeThreshold, rechargeAmount, rechargeMonthlyLimit }: PrepaidAccountRow): RechargeSettings | null {
  if (!recharge || rechargeThreshold === null || rechargeAmount === null) return null
  return { threshold: rechargeThreshold, amount: rechargeAmount, monthlyLimit: rechargeMonthlyLimit }
}

function rechargeState(state: PrepaidState, now: Instant): RechargeState {
  const { account } = state
  return { settings: rechargeSettings(account), armed: account.armed, balance: balanceAt(state, now), currency: account.currency }
}

/**
 * Buys where the balance has fallen below the threshold, in the transaction that made it fall (P4, G5): the payments that
 * are to be collected after it. Of locked accounts; nothing is read but for those that have fallen.
 */
export async function setOffRecharges(tx: Transaction, fallen: readonly { state: PrepaidState; now: Instant }[]): Promise<PaymentKey[]> {
  const purchases: Purchase[] = []
  for (const { state, now } of fallen) {
    const { account } = state
    await tellLow(tx, { state, now })
    const standing = rechargeState(state, now)
    if (!standing.armed || !isBelowThreshold(standing)) continue
    const [organization] = await tx.select().from(organizations).where(eq(organizations.id, account.organizationId))
    if (!organization) continue
    const decision = decideRecharge(standing, await readFacts(tx, account, now))
    switch (decision.type) {
      case 'none':
        break
      case 'ceiling':
        await recordEvents(tx, [creditLow(organization, now, `${calendarMonthOf(now)}:${decision.monthlyLimit}`)])
        await tellBilling(tx, [rechargeCeilingMessage(organization, { ...decision, amount: account.rechargeAmount ?? minor(0n), at: now })])
        break
      case 'buy': {
        const sold = await loadPrepaidPolicy(tx, organization, now)
        if (!sold) break // Armed as before: it buys again should somebody sell credit again.
        await writeAccount(tx, account, { armed: false })
        await recordEvents(tx, [creditLow(organization, now)])
        purchases.push({ organization, state, kind: 'auto_recharge', policy: sold.policy, amount: decision.amount, actor: 'system', now })
      }
    }
  }
  const issued = await issuePurchases(tx, purchases)
  return issued.flatMap(({ paymentId }, index) => {
    const organizationId = purchases[index]?.organization.id
    return paymentId && organizationId ? [{ organizationId, paymentId }] : []
  })
}

/** Told once a fall: below the threshold of auto-recharge (once a month where its ceiling keeps it there), or low where nothing buys more. */
function creditLow({ id: organizationId }: Organization, at: Instant, fact?: string): NewEvent {
  return { organizationId, type: 'credit.low', subject: { kind: 'credits', id: organizationId }, at, ...(fact === undefined ? {} : { fact }) }
}

/** Once per purchase, where nothing buys more by itself, and where a plan needs it. */
async function tellLow(tx: Transaction, { state, now }: { state: PrepaidState; now: Instant }): Promise<void> {
  const { account } = state
  const { lastPurchase, recharge, organizationId } = account
  const balance = balanceAt(state, now)
  if (recharge || lastPurchase === null || !isLowCredit(balance, lastPurchase)) return
  const [organization] = await tx.select().from(organizations).where(eq(organizations.id, organizationId))
  if (!organization || !(await isOnPrepaidPlan(tx, account))) return
  await writeAccount(tx, account, { lastPurchase: null })
  await recordEvents(tx, [creditLow(organization, now)])
  await tellBilling(tx, [creditLowMessage(organization, { purchase: newestOf(state) ?? `${organizationId}:${now}`, balance, lastPurchase, at: now })])
}

/** The lot of the last purchase; null where a debt has taken all of it. */
function newestOf({ lots }: PrepaidState): string | null {
  return lots.toSorted((a, b) => a.grantedAt.epochMilliseconds - b.grantedAt.epochMilliseconds || (a.id < b.id ? -1 : 1)).at(-1)?.id ?? null
}

async function isOnPrepaidPlan(tx: Transaction, { organizationId }: PrepaidAccountRow): Promise<boolean> {
  const [onPlan] = await tx
    .select({ plan: usageSegments.plan })
    .from(usageSegments)
    .innerJoin(
      subscriptions,
      and(
        eq(subscriptions.organizationId, usageSegments.organizationId),
        eq(subscriptions.id, usageSegments.subscriptionId),
        eq(subscriptions.plan, usageSegments.plan),
        sql`${subscriptions.endedAt} is null`,
      ),
    )
    .where(
      and(
        eq(usageSegments.organizationId, organizationId),
        eq(usageSegments.overLimit, 'prepaid'),
        sql`${usageSegments.periodStart} = ${subscriptions.periodStart}`,
      ),
    )
    .limit(1)
  return onPlan !== undefined
}

async function readFacts(tx: Transaction, account: PrepaidAccountRow, now: Instant): Promise<RechargeFacts> {
  const { organizationId } = account
  const stopped = await automaticPurchasesStopped(tx, [organizationId])
  const recharges = await tx
    .select({ state: pendingActions.state, total: documents.total })
    .from(pendingActions)
    .innerJoin(documents, and(eq(documents.organizationId, pendingActions.organizationId), eq(documents.id, pendingActions.documentId)))
    .where(
      and(
        eq(pendingActions.organizationId, organizationId),
        eq(pendingActions.kind, 'auto_recharge'),
        sql`(${pendingActions.state} = 'waiting' OR (${pendingActions.state} = 'applied' AND ${documents.issuedAt} >= ${calendarMonthOf(now).toString()}::timestamptz))`,
      ),
    )
  return {
    onPrepaidPlan: await isOnPrepaidPlan(tx, account),
    isUnderWay: recharges.some(({ state }) => state === 'waiting'),
    isDisputed: stopped.has(organizationId),
    spentThisMonth: minor(recharges.reduce<bigint>((spent, { total }) => spent + total, 0n)),
  }
}
