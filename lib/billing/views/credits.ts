import { and, asc, desc, eq, inArray, lt } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { type creditGrants as CreditGrants, creditGrants, prepaidDraws, prepaidGrants } from '../../../db/schema'
import type { DocumentId, GrantId, Id, OrganizationId } from '../../ids'
import { type Currency, type ExactAmount, exact, exactFromMinor, type MinorUnits, ZERO } from '../../money'
import type { Instant } from '../../time'
import { readOrganizationTime } from '../commands/store/organization'
import { DEBT, type LotRow, type PrepaidAccountRow, readPrepaid } from '../commands/store/prepaid'
import { creditBalances, type PrepaidOwner, prepaidBalances } from './organizations'

/** What drew a lot down on one day (P8): a meter, an invoice that it paid, or a debt from before it was bought. */
export type DrawView = { day: string; meter: string | null; documentId: DocumentId | null; isDebt: boolean; amount: ExactAmount }

export type GrantView = {
  id: Id<'grant'>
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

export type GrantPage = { limit: number; before?: Id<'grant'> }

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
export async function listGrants(tx: Transaction, organizationId: OrganizationId, currency: Currency, { limit, before }: GrantPage): Promise<GrantView[]> {
  const granted = await tx
    .select()
    .from(creditGrants)
    .where(and(eq(creditGrants.organizationId, organizationId), before && lt(creditGrants.id, before)))
    .orderBy(desc(creditGrants.id))
    .limit(limit)
  const bought = await tx
    .select()
    .from(prepaidGrants)
    .where(and(eq(prepaidGrants.organizationId, organizationId), before && lt(prepaidGrants.id, before)))
    .orderBy(desc(prepaidGrants.id))
    .limit(limit)
  const drawsOf = await readDraws(
    tx,
    organizationId,
    bought.map(({ id }) => id),
  )
  const views: GrantView[] = [
    ...granted.map(({ id, source, documentId, amount, remaining, expiredAmount, grantedAt, expiresAt }) => {
      const exactly = (of: MinorUnits) => exactFromMinor(of, currency)
      return {
        id,
        source,
        documentId,
        amount: exactly(amount),
        remaining: exactly(remaining),
        expired: exactly(expiredAmount),
        grantedAt,
        expiresAt,
        draws: [],
      }
    }),
    ...bought.map(({ id, source, documentId, amount, remaining, expiredAmount, grantedAt, expiresAt }) => {
      return { id, source, documentId, amount, remaining, expired: expiredAmount ?? NOTHING, grantedAt, expiresAt, draws: drawsOf.get(id) ?? [] }
    }),
  ]
  return views.sort((a, b) => (a.id < b.id ? 1 : -1)).slice(0, limit)
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
    if (amount === 0n) continue // Given back by an invoice that is void.
    const isInvoice = meter.startsWith('inv_')
    const draw = {
      day,
      amount,
      meter: isInvoice || meter === DEBT ? null : meter,
      documentId: isInvoice ? (meter as DocumentId) : null,
      isDebt: meter === DEBT,
    }
    found.set(grantId, [...(found.get(grantId) ?? []), draw])
  }
  return found
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

/** One movement of the balance (P8). `balance` with it; instants of purchases and ends, days of what was drawn. */
export type CreditMovement = { on: string; amount: ExactAmount; balance: ExactAmount } & (
  | { type: 'bought' | 'expired'; grantId: GrantId }
  | { type: 'used'; meter: string }
  | { type: 'invoice'; documentId: DocumentId }
  /** Used beyond what was bought; the next purchase pays it. */
  | { type: 'owed' }
)

/** Everything that moved the balance of bought credit, oldest first; a day's use of a meter together. */
export async function listCreditMovements(tx: Transaction, organizationId: OrganizationId): Promise<CreditMovement[]> {
  const lots = await tx.select().from(prepaidGrants).where(eq(prepaidGrants.organizationId, organizationId))
  const draws = await tx.select().from(prepaidDraws).where(eq(prepaidDraws.organizationId, organizationId))
  const debt = (await readPrepaid(tx, [organizationId])).get(organizationId)?.account.debt ?? NOTHING
  type Movement = Omit<CreditMovement, 'balance'> & { order: number }
  const used = new Map<string, Movement & { amount: ExactAmount }>()
  for (const { day, meter, amount } of draws) {
    if (amount === 0n) continue
    const known = used.get(`${day} ${meter}`)
    const taken = ((known?.amount ?? NOTHING) - amount) as ExactAmount
    const kind = meter.startsWith('inv_') ? { type: 'invoice', documentId: meter } : meter === DEBT ? { type: 'owed' } : { type: 'used', meter }
    used.set(`${day} ${meter}`, { on: day, amount: taken, order: 1, ...kind } as Movement & { amount: ExactAmount })
  }
  const movements = [
    ...lots.map(({ id, amount, grantedAt }) => ({ on: grantedAt.toString(), amount, type: 'bought', grantId: id, order: 0 })),
    ...used.values(),
    ...lots.flatMap(({ id, expiredAmount, expiresAt }) =>
      expiredAmount ? [{ on: expiresAt.toString(), amount: -expiredAmount as ExactAmount, type: 'expired', grantId: id, order: 2 }] : [],
    ),
  ].sort((a, b) => (a.on.slice(0, 10) < b.on.slice(0, 10) ? -1 : a.on.slice(0, 10) > b.on.slice(0, 10) ? 1 : a.order - b.order))
  if (debt > 0n) movements.push({ on: '', amount: -debt as ExactAmount, type: 'owed', order: 3 } as never)
  let balance = NOTHING
  return movements.map(({ order: _, ...movement }) => {
    balance = (balance + movement.amount) as ExactAmount
    return { ...movement, balance } as CreditMovement
  })
}
