import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type creditGrants as CreditGrants, creditGrants, prepaidDraws, prepaidGrants } from '../../../db/schema'
import type { DocumentId, GrantId, OrganizationId } from '../../ids'
import { type Currency, type ExactAmount, exact, exactFromMinor, type MinorUnits, ZERO } from '../../money'
import type { Instant } from '../../time'
import { readOrganizationTime } from '../commands/store/organization'
import { DEBT, isWentBack, type LotRow, type PrepaidAccountRow, readPrepaid } from '../commands/store/prepaid'
import { creditBalances, type PrepaidOwner, prepaidBalances } from './organizations'

/** What drew a lot down on one day (P8): a meter, an invoice that it paid, or a debt from before it was bought. */
export type DrawView = {
  day: string
  for: 'usage' | 'invoice' | 'debt' | 'went_back'
  meter: string | null
  documentId: DocumentId | null
  amount: ExactAmount
}

export type GrantView = {
  id: GrantId
  /** `credit_note`: issued for unused time. `released`: given back by a voided or refunded invoice. `purchase`: bought. */
  source: (typeof CreditGrants.$inferSelect)['source'] | LotRow['source']
  /** The document that it came from. */
  documentId: DocumentId | null
  amount: ExactAmount
  remaining: ExactAmount
  /** What was left when it ended; 0 while it has not. */
  expired: ExactAmount
  grantedAt: Instant
  expiresAt: Instant | null
  /** Of credit that was bought, oldest first. */
  draws: DrawView[]
}

export type AutoRechargeView = {
  enabled: boolean
  threshold: MinorUnits
  amount: MinorUnits
  monthlyLimit: MinorUnits | null
  failuresInARow: number
}

export type CreditsView = {
  currency: Currency
  creditBalance: MinorUnits
  /** Below zero where usage came in after the cut-off (P7). */
  prepaidBalance: ExactAmount
  /** Newest first, used up or not. */
  grants: GrantView[]
  /** Null: never set. */
  autoRecharge: AutoRechargeView | null
}

export type GrantPage = { limit: number; before?: GrantId | null | undefined }

const NOTHING = exact('0')

/** Null where there is no such organization. */
export async function getCredits(tx: Transaction, organizationId: OrganizationId, page: GrantPage): Promise<CreditsView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here || here.organization.deletedAt !== null) return null
  const { currency } = here.organization
  const owner: PrepaidOwner = { id: organizationId, now: here.now }
  return {
    currency,
    creditBalance: await getCreditBalance(tx, organizationId),
    prepaidBalance: (await prepaidBalances(tx, [owner])).get(organizationId) ?? NOTHING,
    grants: await listGrants(tx, organizationId, currency, page),
    autoRecharge: await getAutoRecharge(tx, organizationId),
  }
}

export async function getCreditBalance(tx: Transaction, organizationId: OrganizationId): Promise<MinorUnits> {
  return (await creditBalances(tx, [organizationId])).get(organizationId) ?? ZERO
}

export async function getAutoRecharge(tx: Transaction, organizationId: OrganizationId): Promise<AutoRechargeView | null> {
  const account = (await readPrepaid(tx, [organizationId])).get(organizationId)?.account
  return account ? toAutoRecharge(account) : null
}

function toAutoRecharge({ recharge, rechargeThreshold, rechargeAmount, rechargeMonthlyLimit, failuresInARow }: PrepaidAccountRow): AutoRechargeView | null {
  if (rechargeThreshold === null || rechargeAmount === null) return null
  return { enabled: recharge, threshold: rechargeThreshold, amount: rechargeAmount, monthlyLimit: rechargeMonthlyLimit, failuresInARow }
}

/** Credit that was granted and credit that was bought, newest first, used up or not. */
export async function listGrants(
  tx: Transaction,
  organizationId: OrganizationId,
  currency: Currency,
  { limit, before = null }: GrantPage,
): Promise<GrantView[]> {
  const granted = await listAccountGrants(tx, organizationId, { currency, limit, before })
  const bought = await listLots(tx, organizationId, { limit, before })
  const drawsOf = await readDraws(
    tx,
    organizationId,
    bought.map(({ id }) => id),
  )
  const drawn = bought.map((lot) => ({ ...lot, draws: drawsOf.get(lot.id) ?? [] }))
  return [...granted, ...drawn].sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
}

type ListPage = { limit: number; before: GrantId | null }

/** Credit that goes towards invoices, newest first (C6). */
export async function listAccountGrants(
  tx: Transaction,
  organizationId: OrganizationId,
  { currency, limit, before }: ListPage & { currency: Currency },
): Promise<GrantView[]> {
  const rows = await tx
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), before ? lt(creditGrants.id, before) : undefined))
    .orderBy(desc(creditGrants.id))
    .limit(limit)
  const exactly = (of: MinorUnits) => exactFromMinor(of, currency)
  return rows.map(({ id, source, documentId, amount, remaining, expiredAmount, grantedAt, expiresAt }) => ({
    id,
    source,
    documentId,
    amount: exactly(amount),
    remaining: exactly(remaining),
    expired: exactly(expiredAmount),
    grantedAt,
    expiresAt,
    draws: [],
  }))
}

/** Credit that was bought, newest first, without what drew it down. */
export async function listLots(tx: Transaction, organizationId: OrganizationId, { limit, before }: ListPage): Promise<GrantView[]> {
  const rows = await tx
    .select()
    .from(prepaidGrants)
    .where(and(eq(prepaidGrants.organizationId, organizationId), before ? lt(prepaidGrants.id, before) : undefined))
    .orderBy(desc(prepaidGrants.id))
    .limit(limit)
  return rows.map(({ id, source, documentId, amount, remaining, expiredAmount, grantedAt, expiresAt }) => {
    return { id, source, documentId, amount, remaining, expired: expiredAmount ?? NOTHING, grantedAt, expiresAt, draws: [] }
  })
}

async function readDraws(tx: Transaction, organizationId: OrganizationId, ids: readonly GrantId[]): Promise<Map<GrantId, DrawView[]>> {
  const found = new Map<GrantId, DrawView[]>()
  if (ids.length === 0) return found
  const rows = await tx
    .select()
    .from(prepaidDraws)
    .where(and(eq(prepaidDraws.organizationId, organizationId), inArray(prepaidDraws.grantId, [...ids])))
    .orderBy(asc(prepaidDraws.day), asc(prepaidDraws.meter))
  for (const { grantId, day, meter, amount } of rows) {
    if (amount === 0n) continue // Given back by an invoice that is void, or a payment that came back after all.
    const drawnFor = drawnBy(meter)
    const draw = {
      day,
      amount,
      for: drawnFor,
      meter: drawnFor === 'usage' ? meter : null,
      documentId: drawnFor === 'invoice' ? (meter as DocumentId) : null,
    }
    found.set(grantId, [...(found.get(grantId) ?? []), draw])
  }
  return found
}

function drawnBy(meter: string): DrawView['for'] {
  if (meter === DEBT) return 'debt'
  if (isWentBack(meter)) return 'went_back'
  return meter.startsWith('inv_') ? 'invoice' : 'usage'
}

/** The grant that a purchase has made; null until it is paid. */
export async function findBoughtGrant(tx: Transaction, organizationId: OrganizationId, documentId: DocumentId): Promise<GrantView | null> {
  const [lot] = await tx
    .select()
    .from(prepaidGrants)
    .where(and(eq(prepaidGrants.organizationId, organizationId), eq(prepaidGrants.documentId, documentId)))
  if (!lot) return null
  const draws = (await readDraws(tx, organizationId, [lot.id])).get(lot.id) ?? []
  return { ...lot, expired: lot.expiredAmount ?? NOTHING, draws }
}
