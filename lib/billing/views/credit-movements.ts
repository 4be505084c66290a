import { and, desc, eq, isNotNull, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { prepaidDraws, prepaidGrants } from '../../../db/schema'
import type { DocumentId, GrantId, OrganizationId } from '../../ids'
import { type ExactAmount, exact } from '../../money'
import { DEBT, isWentBack, readPrepaid } from '../commands/store/prepaid'

/** One movement of the balance (P8). `balance`: with it. `on`: an instant of purchases and ends, a day (UTC) of what was drawn, null of what is owed now. */
export type CreditMovement = { on: string | null; amount: ExactAmount; balance: ExactAmount } & (
  | { type: 'bought' | 'expired'; grantId: GrantId }
  | { type: 'used'; meter: string }
  | { type: 'invoice'; documentId: DocumentId }
  /** Used beyond what was bought; the next purchase pays it. Or what was left when the payment that bought it went back (G80). */
  | { type: 'owed' | 'went_back' }
)

type Moved = CreditMovement extends infer Each ? (Each extends CreditMovement ? Omit<Each, 'balance'> : never) : never

const NOTHING = exact('0')
/** Within one day credit is bought, then drawn, then goes back or ends. */
const WITHIN_DAY = { bought: 0, used: 1, invoice: 1, owed: 1, went_back: 2, expired: 2 }

/**
 * What moved the balance of bought credit last, newest first; a day's use of a meter together. The balance is carried back from what is left now,
 * so that the page costs the same however long the history is.
 */
export async function listCreditMovements(tx: Transaction, organizationId: OrganizationId, limit: number): Promise<CreditMovement[]> {
  const account = (await readPrepaid(tx, [organizationId])).get(organizationId)
  if (!account) return [] // Nothing was ever bought or drawn.
  const { debt } = account.account
  const moved = [
    ...(await readBought(tx, organizationId, limit)),
    ...(await readDrawn(tx, organizationId, limit)),
    ...(await readExpired(tx, organizationId, limit)),
  ]
  const latest = moved.sort((a, b) => compareDays(b, a) || WITHIN_DAY[b.type] - WITHIN_DAY[a.type])
  const owed: Moved[] = debt > 0n ? [{ on: null, amount: -debt as ExactAmount, type: 'owed' }] : []
  let balance = (account.lots.reduce((left, lot) => left + lot.remaining, 0n) - debt) as ExactAmount
  return [...owed, ...latest].slice(0, limit).map((movement) => {
    const found: CreditMovement = { ...movement, balance }
    balance = (balance - movement.amount) as ExactAmount
    return found
  })
}

function compareDays(a: Moved, b: Moved): number {
  const [first, second] = [a.on?.slice(0, 10) ?? '', b.on?.slice(0, 10) ?? '']
  return first < second ? -1 : first > second ? 1 : 0
}

async function readBought(tx: Transaction, organizationId: OrganizationId, limit: number): Promise<Moved[]> {
  const rows = await tx
    .select({ id: prepaidGrants.id, amount: prepaidGrants.amount, grantedAt: prepaidGrants.grantedAt })
    .from(prepaidGrants)
    .where(eq(prepaidGrants.organizationId, organizationId))
    .orderBy(desc(prepaidGrants.id))
    .limit(limit)
  return rows.map(({ id, amount, grantedAt }) => ({ on: grantedAt.toString(), amount, type: 'bought', grantId: id }))
}

async function readExpired(tx: Transaction, organizationId: OrganizationId, limit: number): Promise<Moved[]> {
  const rows = await tx
    .select({ id: prepaidGrants.id, amount: prepaidGrants.expiredAmount, expiresAt: prepaidGrants.expiresAt })
    .from(prepaidGrants)
    .where(and(eq(prepaidGrants.organizationId, organizationId), isNotNull(prepaidGrants.expiredAmount), ne(prepaidGrants.expiredAmount, NOTHING)))
    .orderBy(desc(prepaidGrants.expiresAt))
    .limit(limit)
  return rows.flatMap(({ id, amount, expiresAt }) =>
    amount ? [{ on: expiresAt.toString(), amount: -amount as ExactAmount, type: 'expired', grantId: id }] : [],
  )
}

async function readDrawn(tx: Transaction, organizationId: OrganizationId, limit: number): Promise<Moved[]> {
  const { day, meter } = prepaidDraws
  const taken = sql<ExactAmount>`sum(${prepaidDraws.amount})`
  const rows = await tx
    .select({ day, meter, amount: taken.mapWith(prepaidDraws.amount) })
    .from(prepaidDraws)
    .where(eq(prepaidDraws.organizationId, organizationId))
    .groupBy(day, meter)
    .having(sql`${taken} <> 0`) // What a void invoice has given back, or a payment that came back after all.
    .orderBy(desc(day), desc(meter))
    .limit(limit)
  return rows.map(({ day: on, meter: by, amount }): Moved => {
    const about = { on, amount: -amount as ExactAmount }
    if (by === DEBT) return { ...about, type: 'owed' }
    if (isWentBack(by)) return { ...about, type: 'went_back' }
    return by.startsWith('inv_') ? { ...about, type: 'invoice', documentId: by as DocumentId } : { ...about, type: 'used', meter: by }
  })
}
