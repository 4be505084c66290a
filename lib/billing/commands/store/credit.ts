import { and, asc, eq, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { creditGrants, creditUses } from '../../../../db/schema'
import { type DocumentId, newId, type OrganizationId } from '../../../ids'
import { type MinorUnits, minor, smaller } from '../../../money'
import type { Instant } from '../../../time'
import { recordEvents } from './events'

export type Grant = typeof creditGrants.$inferSelect
type NewGrant = Omit<typeof creditGrants.$inferInsert, 'id' | 'remaining'> & { id?: Grant['id'] }

/** Grants with something left, oldest first. With `lock`, after the organization and its subscriptions. */
export async function loadGrants(tx: Transaction, ids: readonly OrganizationId[], lock: boolean): Promise<Map<OrganizationId, Grant[]>> {
  const found = new Map<OrganizationId, Grant[]>()
  if (ids.length === 0) return found
  const query = tx
    .select()
    .from(creditGrants)
    .where(and(inArray(creditGrants.organizationId, [...ids]), ne(creditGrants.remaining, sql`0`)))
    .orderBy(asc(creditGrants.organizationId), asc(creditGrants.grantedAt), asc(creditGrants.id))
  for (const grant of await (lock ? query.for('update') : query)) found.set(grant.organizationId, [...(found.get(grant.organizationId) ?? []), grant])
  return found
}

export function balanceOf(grants: readonly Grant[]): MinorUnits {
  return minor(grants.reduce<bigint>((total, grant) => total + grant.remaining, 0n))
}

export type CreditUse = { grant: Grant; amount: MinorUnits }

/**
 * Which grants pay `applied`: first what waits on the account below zero, wholly; then credit, oldest first (C6). The
 * grants are drawn down in place, so that a second document of the same transaction meets what is left.
 */
export function drawDown(grants: readonly Grant[], applied: MinorUnits): CreditUse[] {
  if (applied === 0n) return []
  const uses: CreditUse[] = []
  let left: bigint = applied
  const owed = grants.filter((grant) => grant.remaining < 0n)
  const held = grants.filter((grant) => grant.remaining > 0n)
  for (const grant of [...owed, ...held]) {
    const amount = grant.remaining < 0n ? grant.remaining : smaller<bigint>(grant.remaining, left)
    if (amount === 0n) continue
    uses.push({ grant, amount: minor(amount) })
    grant.remaining = minor(grant.remaining - amount)
    left -= amount
  }
  if (left !== 0n) throw new Error(`credit of ${applied} was applied, and the balance does not hold it`)
  return uses
}

export async function recordCreditUses(
  tx: Transaction,
  used: readonly { organizationId: OrganizationId; documentId: DocumentId; uses: readonly CreditUse[] }[],
): Promise<void> {
  const rows = used.flatMap(({ organizationId, documentId, uses }) =>
    uses.map(({ grant, amount }) => ({ organizationId, documentId, grantId: grant.id, amount })),
  )
  if (rows.length === 0) return
  await tx.insert(creditUses).values(rows)
  await moveRemaining(
    tx,
    rows.map((row) => ({ organizationId: row.organizationId, id: row.grantId, by: -row.amount })),
  )
}

export async function addGrants(tx: Transaction, grants: readonly NewGrant[]): Promise<void> {
  if (grants.length === 0) return
  await tx.insert(creditGrants).values(grants.map((grant) => ({ ...grant, id: grant.id ?? newId('grant'), remaining: grant.amount })))
  await recordEvents(
    tx,
    grants
      .filter(({ amount }) => amount > 0n)
      .map(({ organizationId, grantedAt: at }) => ({ organizationId, type: 'credit.granted', subject: { kind: 'credits', id: organizationId }, at })),
  )
}

/** Gives back what a voided document had used (G66): to which grants. */
export async function releaseCredit(tx: Transaction, organizationId: OrganizationId, documentId: DocumentId, at: Instant): Promise<Grant['id'][]> {
  const released = await tx
    .update(creditUses)
    .set({ releasedAt: at })
    .where(and(eq(creditUses.organizationId, organizationId), eq(creditUses.documentId, documentId), isNull(creditUses.releasedAt)))
    .returning({ organizationId: creditUses.organizationId, id: creditUses.grantId, by: creditUses.amount })
  await moveRemaining(tx, released)
  return released.map(({ id }) => id)
}

type Move = { organizationId: OrganizationId; id: Grant['id']; by: bigint }

async function moveRemaining(tx: Transaction, moves: readonly Move[]): Promise<void> {
  if (moves.length === 0) return
  const totals = new Map<Grant['id'], Move>()
  for (const move of moves) totals.set(move.id, { ...move, by: (totals.get(move.id)?.by ?? 0n) + move.by })
  const values = sql.join(
    [...totals.values()].map(
      ({ organizationId, id, by }) =>
        sql`(${sql.param(organizationId, creditGrants.organizationId)}::uuid, ${sql.param(id, creditGrants.id)}::uuid, ${by.toString()}::bigint)`,
    ),
    sql`, `,
  )
  await tx.execute(
    sql`UPDATE credit_grants g SET remaining = g.remaining + v.by FROM (VALUES ${values}) AS v(organization_id, id, by) WHERE g.organization_id = v.organization_id AND g.id = v.id`,
  )
}
