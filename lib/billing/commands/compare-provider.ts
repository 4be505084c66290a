import { and, eq, inArray, sql } from 'drizzle-orm'
import { creditGrants, creditReversals, documents, operatorNotices, organizations, payments, refunds, webhookInbox } from '../../../db/schema'
import type { DocumentId, GrantId, OrganizationId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import type { CollectedFacts, RefundFacts } from '../../payments/port'
import type { CommandContext } from '../context'
import { recordNotice } from './store/notices'

type Tx = CommandContext['tx']

const defined = (references: readonly (string | null | undefined)[]): string[] => [...new Set(references.filter((reference) => typeof reference === 'string'))]

/**
 * Compares what was collected at the provider with the payments that we know, and records each difference for the operator
 * once. What belongs to no customer of ours is another's: the account may be shared. How many were not told of before.
 */
export async function compareCollected({ tx }: CommandContext, collected: readonly CollectedFacts[]): Promise<number> {
  const known = await paymentsOf(tx, defined(collected.map(({ providerRef }) => providerRef)))
  const payers = await payersOf(tx, defined(collected.map(({ payerRef }) => payerRef)))
  const kept = await orphansOf(tx, defined(collected.map(({ providerRef }) => providerRef)))
  const waiting = await waitingReferences(tx)
  let differences = 0
  for (const { collectedRef, providerRef, payerRef, amount, currency } of collected) {
    const reference = providerRef ?? collectedRef
    if (waiting.has(reference)) continue
    const payment = known.get(reference)
    const isSame = payment ? payment.amount === amount && (payment.state === 'collected' || payment.state === 'disputed') : kept.has(reference)
    const organizationId = payment?.organizationId ?? (payerRef === null ? undefined : payers.get(payerRef))
    if (isSame || !organizationId) continue
    const isNew = await recordDifference(tx, { organizationId, reference, target: payment?.documentId, amount, currency })
    if (isNew) differences += 1
  }
  return differences
}

/** As `compareCollected`, for what was given back of payments that are ours or are kept as credit. One that is under way is left to its end. */
export async function compareRefunds({ tx }: CommandContext, found: readonly RefundFacts[]): Promise<number> {
  const known = await paidOrKept(tx, defined(found.map(({ providerRef }) => providerRef)))
  const recorded = await refundsOf(
    tx,
    found.map(({ observation }) => observation.refundRef),
  )
  const waiting = await waitingReferences(tx)
  let differences = 0
  for (const { providerRef, observation } of found) {
    const { refundRef: reference, state, amount } = observation
    const payment = providerRef === null ? undefined : known.get(providerRef)
    const refund = recorded.get(reference)
    const isUnderWay = state === 'pending' || refund?.state === 'created' || refund?.state === 'pending' || waiting.has(reference)
    if (!payment || isUnderWay) continue
    const given = (is: boolean, much: MinorUnits | undefined) => (is ? (much ?? 0n) : 0n)
    if (given(state === 'succeeded', amount) === given(refund?.state === 'succeeded', refund?.amount)) continue
    const isNew = await recordDifference(tx, { ...payment, reference, amount })
    if (isNew) differences += 1
  }
  return differences
}

type About = { organizationId: OrganizationId; target: DocumentId | GrantId | undefined; currency: Currency }

async function recordDifference(
  tx: Tx,
  { organizationId, reference, target, amount, currency }: About & { reference: string; amount: MinorUnits },
): Promise<boolean> {
  const about = { organizationId, fact: `differs:${reference}`, amount, currency, detail: reference }
  return recordNotice(tx, { ...about, kind: 'differs_at_provider', ...(target && { target }) })
}

/** Whose they are, and what they paid: an invoice, or credit. */
async function paidOrKept(tx: Tx, references: string[]): Promise<Map<string | null, About>> {
  const kept = await tx
    .select({ organizationId: creditGrants.organizationId, target: creditGrants.id, currency: organizations.currency, providerRef: creditGrants.providerRef })
    .from(creditGrants)
    .innerJoin(organizations, eq(organizations.id, creditGrants.organizationId))
    .where(inArray(creditGrants.providerRef, references))
  const paid = [...(await paymentsOf(tx, references)).values()].map((payment) => ({ ...payment, target: payment.documentId }))
  return new Map([...kept, ...paid].map(({ providerRef, ...about }) => [providerRef, about]))
}

async function paymentsOf(tx: Tx, references: string[]) {
  const { organizationId, documentId, providerRef, state, amount } = payments
  const rows = await tx
    .select({ organizationId, documentId, providerRef, state, amount, currency: documents.currency })
    .from(payments)
    .innerJoin(documents, and(eq(documents.organizationId, payments.organizationId), eq(documents.id, payments.documentId)))
    .where(inArray(payments.providerRef, references))
  return new Map(rows.map((row) => [row.providerRef, row]))
}

async function payersOf(tx: Tx, references: string[]): Promise<Map<string | null, OrganizationId>> {
  const rows = await tx
    .select({ id: organizations.id, payerRef: organizations.payerRef })
    .from(organizations)
    .where(inArray(organizations.payerRef, references))
  return new Map(rows.map(({ id, payerRef }) => [payerRef, id]))
}

/** Money for no invoice, which is told in the transaction that keeps it. */
async function orphansOf(tx: Tx, references: string[]): Promise<Set<string>> {
  const facts = references.map((reference) => `orphan:${reference}`)
  const rows = await tx.select({ fact: operatorNotices.fact }).from(operatorNotices).where(inArray(operatorNotices.fact, facts))
  return new Set(rows.map(({ fact }) => fact.slice('orphan:'.length)))
}

/** Those of a kept payment are what went back of its credit. */
async function refundsOf(tx: Tx, references: string[]) {
  const { refundRef, state, amount } = refunds
  const rows = await tx.select({ refundRef, state, amount }).from(refunds).where(inArray(refundRef, references))
  const kept = await tx
    .select({ refundRef: creditReversals.providerRef, state: creditReversals.state, amount: creditReversals.amount })
    .from(creditReversals)
    .where(inArray(creditReversals.providerRef, references))
  const taken = kept.map((reversal) => ({ ...reversal, state: reversal.state === 'taken' ? ('succeeded' as const) : ('failed' as const) }))
  // A refund of a void invoice's payment is both.
  return new Map([...taken, ...rows].map((row) => [row.refundRef, row]))
}

/** More than this is an alarm of its own. */
const MOST_WAITING = 1_000

/** What the inbox will still act on. */
async function waitingReferences(tx: Tx): Promise<Set<string | null | undefined>> {
  const rows = await tx.select({ subject: webhookInbox.subject }).from(webhookInbox).where(sql`${webhookInbox.state} = 'pending'`).limit(MOST_WAITING)
  return new Set(rows.flatMap(({ subject }) => [subject.providerRef, subject.refundRef]))
}
