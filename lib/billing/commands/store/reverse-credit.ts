import { and, eq, gt, inArray, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { creditGrants, creditReversals } from '../../../../db/schema'
import type { DocumentId, OrganizationId } from '../../../ids'
import { type Currency, type MinorUnits, minor, smaller, ZERO } from '../../../money'
import type { Instant } from '../../../time'
import { recordAudit } from './audit'
import { balanceOf, type Grant, loadGrants } from './credit'
import { type LedgerEntry, postLedger } from './ledger'
import { recordNotice } from './notices'
import type { LockedOrganization } from './organization'

export type Reversal = typeof creditReversals.$inferSelect

/** Whose payment went back, with its organization's lock held. */
export type ReversalScene = LockedOrganization & { tx: Transaction; grant: Grant }

/** Where a loss stands in the books: as the loss of any payment does that goes back the same way (G80). */
const ACCOUNTS = { refund: 'refunds', dispute: 'disputes' } as const

export async function findReversal(tx: Transaction, providerRef: string): Promise<Reversal | null> {
  const [found] = await tx.select().from(creditReversals).where(eq(creditReversals.providerRef, providerRef))
  return found ?? null
}

/** The credit that the payment of a document became, because nothing was left to be paid with it (G80). Null: it paid its invoice. */
export async function findKept(tx: Transaction, organizationId: OrganizationId, documentId: DocumentId): Promise<Grant | null> {
  const [grant] = await tx
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.documentId, documentId), eq(creditGrants.source, 'orphan_payment')))
  return grant ?? null
}

/**
 * A payment that was kept as credit goes back, or a part of it: what is left of that credit goes with it, and what had been
 * spent of it is a loss, of which the operator is told. Never below zero, whatever else was taken by hand.
 *
 * @returns What of the credit was taken.
 */
export async function takeBackCredit(
  scene: ReversalScene,
  { providerRef, cause, amount }: Pick<Reversal, 'providerRef' | 'cause' | 'amount'>,
): Promise<MinorUnits> {
  const { tx, organization, grant, now } = scene
  const { organizationId, id: grantId } = grant
  const credit = await whatIsLeft(tx, grant, amount)
  const [reversal] = await tx
    .insert(creditReversals)
    .values({ organizationId, grantId, providerRef, cause, state: 'taken', amount, credit, createdAt: now })
    // Lost once more: it stops again what the operator let go on.
    .onConflictDoUpdate({
      target: creditReversals.providerRef,
      set: { state: 'taken', amount, credit, turn: sql`${creditReversals.turn} + 1`, stopLiftedAt: null },
    })
    .returning()
  if (!reversal) throw new Error(`what went back of ${grantId} was not kept`)
  await moveGrant(tx, grant, minor(-credit))
  const { currency } = organization
  await postLedger(tx, [{ organizationId, source: sourceOf(reversal), at: now, currency, postings: postingsOf(grant, { cause, amount, credit }) }])
  const about = { target: grant.documentId ?? grantId, currency }
  const after = { amount: amount.toString(), currency }
  await recordAudit(tx, [{ organizationId, at: now, actor: 'system', action: 'payment.kept_went_back', target: about.target, after }])
  if (credit < amount)
    await recordNotice(tx, {
      ...about,
      organizationId,
      kind: 'spent_credit_lost',
      fact: `spent:${sourceOf(reversal)}`,
      amount: minor(amount - credit),
      detail: providerRef,
    })
  return credit
}

/** It came back after all: a refund that the bank has sent back, or a dispute that is lost no more. The books and the credit are as they were before it. */
export async function giveBackCredit(scene: ReversalScene, reversal: Reversal): Promise<void> {
  const { tx, organization, grant, now } = scene
  const { organizationId, credit, cause } = reversal
  await tx
    .update(creditReversals)
    .set({ state: 'undone', credit: ZERO, turn: sql`${creditReversals.turn} + 1` })
    .where(and(eq(creditReversals.organizationId, organizationId), eq(creditReversals.providerRef, reversal.providerRef)))
  await moveGrant(tx, grant, credit)
  const taken = postingsOf(grant, { cause, amount: reversal.amount, credit })
  const postings = Object.fromEntries(Object.entries(taken).map(([account, amount]) => [account, minor(-amount)]))
  await postLedger(tx, [{ organizationId, source: `${sourceOf(reversal)}:undone`, at: now, currency: organization.currency, postings }])
}

/**
 * Credit that a void invoice gives back is taken as well where the payment that it came from has gone back meanwhile: it was
 * lost only as long as it was spent.
 */
export async function takeBackReleased(
  tx: Transaction,
  { organizationId, id: documentId, currency }: { organizationId: OrganizationId; id: DocumentId; currency: Currency },
  grantIds: readonly Grant['id'][],
  at: Instant,
): Promise<void> {
  if (grantIds.length === 0) return
  const short = await tx
    .select({ grant: creditGrants, reversal: creditReversals })
    .from(creditReversals)
    .innerJoin(creditGrants, and(eq(creditGrants.organizationId, creditReversals.organizationId), eq(creditGrants.id, creditReversals.grantId)))
    .where(
      and(
        eq(creditReversals.organizationId, organizationId),
        inArray(creditReversals.grantId, [...grantIds]),
        eq(creditReversals.state, 'taken'),
        gt(creditReversals.amount, creditReversals.credit),
        ne(creditGrants.remaining, ZERO),
      ),
    )
    .orderBy(creditReversals.grantId, creditReversals.createdAt, creditReversals.providerRef)
  const leftOf = new Map(short.map(({ grant }) => [grant.id, grant.remaining]))
  for (const { grant, reversal } of short) {
    const left = leftOf.get(grant.id) ?? ZERO
    const credit = await whatIsLeft(tx, { ...grant, remaining: left }, minor(reversal.amount - reversal.credit))
    if (credit === 0n) continue
    leftOf.set(grant.id, minor(left - credit))
    await tx
      .update(creditReversals)
      .set({ credit: sql`${creditReversals.credit} + ${credit.toString()}::bigint` })
      .where(and(eq(creditReversals.organizationId, organizationId), eq(creditReversals.providerRef, reversal.providerRef)))
    await moveGrant(tx, grant, minor(-credit))
    const postings = { customer_credit: credit, [ACCOUNTS[reversal.cause]]: minor(-credit) }
    const source = `${sourceOf(reversal)}:${documentId}`
    await postLedger(tx, [{ organizationId, source, at, currency, postings }])
  }
}

async function whatIsLeft(tx: Transaction, grant: Grant, amount: MinorUnits): Promise<MinorUnits> {
  const balance = balanceOf((await loadGrants(tx, [grant.organizationId], true)).get(grant.organizationId) ?? [])
  const left = smaller(smaller(grant.remaining, balance), amount)
  return left > 0n ? left : ZERO
}

async function moveGrant(tx: Transaction, { organizationId, id }: Grant, by: MinorUnits): Promise<void> {
  if (by === 0n) return
  await tx
    .update(creditGrants)
    .set({ remaining: sql`${creditGrants.remaining} + ${by.toString()}::bigint` })
    .where(and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.id, id)))
}

/** In parts, which are one fact to the books: their names begin alike. */
function sourceOf({ grantId, providerRef, turn }: Reversal): string {
  return turn === 0 ? `${grantId}:reversed:${providerRef}` : `${grantId}:reversed:${providerRef}:${turn}`
}

/** Where a payment of ours has gone back, its cash is posted with the payment; of money for no invoice, here. */
function postingsOf({ documentId }: Grant, { cause, amount, credit }: Pick<Reversal, 'cause' | 'amount' | 'credit'>): LedgerEntry['postings'] {
  const gone = documentId === null ? amount : ZERO
  return { cash: minor(-gone), customer_credit: credit, [ACCOUNTS[cause]]: minor(gone - credit) }
}
