import { and, asc, count, desc, eq, inArray, isNull, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { members, pendingActions, seatChanges, subscriptions } from '../../../../db/schema'
import type { Role } from '../../../auth/permissions'
import { type MemberId, newId, type OrganizationId, type SubscriptionId, uuidOf } from '../../../ids'
import type { Instant } from '../../../time'
import { type Product, planOf } from '../../core/catalog'
import { paidAfter } from '../../core/seats'
import type { Holding, SeatChange, Seats } from '../../core/state'
import { isInTrial } from '../../core/trial'
import { loadProducts } from './catalog'

type Seated = Pick<typeof subscriptions.$inferSelect, 'organizationId' | 'id' | 'seatsPaid'>

/**
 * The seats of subscriptions, in two statements however many; read under their locks, for whoever adds or removes a member
 * takes the organization's first.
 */
export async function loadSeats(tx: Transaction, seated: readonly { row: Seated; product: Product }[]): Promise<Map<SubscriptionId, Seats>> {
  const found = new Map<SubscriptionId, Seats>()
  const withSeats = seated.filter(({ product }) => product.policies.seats !== null)
  if (withSeats.length === 0) return found
  const countOf = await countMembers(
    tx,
    withSeats.map(({ row }) => row.organizationId),
  )
  const tabs = await loadTabs(
    tx,
    withSeats.map(({ row }) => row),
  )
  for (const { row, product } of withSeats) {
    found.set(row.id, { present: countOf(row.organizationId, rolesWithSeat(product)), paid: row.seatsPaid ?? 0, tab: tabs.get(row.id) ?? [] })
  }
  return found
}

function rolesWithSeat({ policies }: Product): readonly string[] {
  return policies.seats?.roles ?? []
}

/** The members who hold a seat of a product now; null where it sells none. */
export async function countSeats(tx: Transaction, organizationId: OrganizationId, product: Product): Promise<number | null> {
  if (product.policies.seats === null) return null
  return (await countMembers(tx, [organizationId]))(organizationId, rolesWithSeat(product))
}

/** Present ones: who was invited counts from then on, whether they have come yet or not. */
async function countMembers(tx: Transaction, ids: readonly OrganizationId[]): Promise<(of: OrganizationId, roles: readonly string[]) => number> {
  const rows = await tx
    .select({ organizationId: members.organizationId, role: members.role, count: count() })
    .from(members)
    .where(and(inArray(members.organizationId, [...new Set(ids)]), isNull(members.removedAt)))
    .groupBy(members.organizationId, members.role)
  return (of, roles) => rows.reduce((total, row) => total + (row.organizationId === of && roles.includes(row.role) ? row.count : 0), 0)
}

async function loadTabs(tx: Transaction, rows: readonly Seated[]): Promise<Map<SubscriptionId, SeatChange[]>> {
  const open = await tx
    .select()
    .from(seatChanges)
    .where(
      and(
        inArray(seatChanges.organizationId, [...new Set(rows.map((row) => row.organizationId))]),
        inArray(
          seatChanges.subscriptionId,
          rows.map((row) => row.id),
        ),
        isNull(seatChanges.settledAt),
      ),
    )
    .orderBy(asc(seatChanges.at), asc(seatChanges.id))
  const tabs = new Map<SubscriptionId, SeatChange[]>()
  for (const { subscriptionId, id, memberId: member, type, at } of open) {
    tabs.set(subscriptionId, [...(tabs.get(subscriptionId) ?? []), { id, member, type, at }])
  }
  return tabs
}

type Moved = { organizationId: OrganizationId; memberId: MemberId; from: Role | null; to: Role | null; at: Instant }

/** `id`: of the change. */
export type TrackedMove = { subscriptionId: SubscriptionId; id: string; type: 'joined' | 'left' }

/**
 * Puts a member's coming or going on the tab of each subscription that is sold per seat; a change of role to or from one
 * without a seat is one (G41). Null on either side: they were not, or are not, of the organization. Called by whoever
 * changes members, after the organization's lock.
 *
 * On a plan without seats, too, while a paid move to one with seats waits for the bank: it was priced for those who were there (G79).
 *
 * @returns What has moved, of subscriptions that have begun and are sold per seat.
 */
export async function trackSeats(tx: Transaction, { organizationId, memberId, from, to, at }: Moved): Promise<TrackedMove[]> {
  const rows = await tx
    .select()
    .from(subscriptions)
    .where(and(eq(subscriptions.organizationId, organizationId), isNull(subscriptions.endedAt)))
    .orderBy(asc(subscriptions.id))
    .for('no key update')
  if (rows.length === 0) return []
  const moved: TrackedMove[] = []
  const versionOf = (row: (typeof rows)[number]) => ({ product: row.product, version: row.catalogVersion, plans: [row.plan] })
  const productOf = await loadProducts(tx, rows.map(versionOf))
  const leadsToSeats = await readMovesToSeats(tx, organizationId)
  for (const row of rows) {
    const product = productOf(versionOf(row))
    const roles = rolesWithSeat(product)
    const [held, holds] = [from, to].map((role) => role !== null && roles.includes(role))
    const isSold = planOf(product, row.plan).perSeat
    if (held === holds || (!isSold && !leadsToSeats.has(row.id))) continue
    const subscription = { organizationId, subscriptionId: row.id, memberId }
    const isFreeOfCharge = (row.status === 'trialing' && isInTrial(row, at)) || (await hasSpareSeats(tx, { row, product }, holds ? 1 : -1))
    const id = uuidOf('seat', newId('seat')) // In time's order, for changes of one instant.
    const type = holds ? 'joined' : 'left'
    await tx.insert(seatChanges).values({
      ...subscription,
      id,
      type,
      at,
      joinedAt: holds ? null : await joinedSinceReview(tx, subscription),
      settledAt: isFreeOfCharge ? at : null,
    })
    if (isSold && row.startedAt !== null) moved.push({ subscriptionId: row.id, id, type })
  }
  return moved
}

/** Subscriptions with a change that waits for its payment, and leads to a plan that is sold per seat. */
async function readMovesToSeats(tx: Transaction, organizationId: OrganizationId): Promise<ReadonlySet<SubscriptionId>> {
  const waiting = await tx
    .select({ subscriptionId: pendingActions.subscriptionId, terms: sql<WantedTerms | null>`${pendingActions.decision} -> 'outcome' -> 'terms'` })
    .from(pendingActions)
    .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.state, 'waiting')))
  const changes = waiting.flatMap(({ subscriptionId, terms }) => (subscriptionId && terms ? [{ subscriptionId, ...terms }] : []))
  if (changes.length === 0) return new Set()
  const versionOf = ({ product, version, plan }: WantedTerms) => ({ product, version, plans: [plan] })
  const productOf = await loadProducts(tx, changes.map(versionOf))
  return new Set(changes.filter((change) => planOf(productOf(versionOf(change)), change.plan).perSeat).map(({ subscriptionId }) => subscriptionId))
}

type WantedTerms = { product: string; version: number; plan: string }

/**
 * More seats are paid for than there are members, as where so many were invoiced first (T13): then nobody's coming or going
 * is charged or credited. `by`: what has just been added to those who are present.
 */
async function hasSpareSeats(tx: Transaction, seated: { row: Seated; product: Product }, by: 1 | -1): Promise<boolean> {
  const seats = (await loadSeats(tx, [seated])).get(seated.row.id)
  return seats !== undefined && paidAfter(seats) > seats.present - by
}

type MemberOfSubscription = Pick<typeof seatChanges.$inferSelect, 'organizationId' | 'subscriptionId' | 'memberId'>

/** When somebody who leaves now has joined, if nothing has settled that yet (T5b). */
async function joinedSinceReview(tx: Transaction, { organizationId, subscriptionId, memberId }: MemberOfSubscription): Promise<Instant | null> {
  const [last] = await tx
    .select({ type: seatChanges.type, at: seatChanges.at })
    .from(seatChanges)
    .where(
      and(
        eq(seatChanges.organizationId, organizationId),
        eq(seatChanges.subscriptionId, subscriptionId),
        eq(seatChanges.memberId, memberId),
        isNull(seatChanges.settledAt),
      ),
    )
    .orderBy(desc(seatChanges.at), desc(seatChanges.id))
    .limit(1)
  return last?.type === 'joined' ? last.at : null
}

export type SettledChanges = { organizationId: OrganizationId; subscriptionId: SubscriptionId; ids: readonly string[]; at: Instant }

/** Takes changes off the tab, of many subscriptions in one statement. `at`: when the document was issued that has their lines. */
export async function settleSeatChanges(tx: Transaction, settled: readonly SettledChanges[]): Promise<void> {
  const rows = settled.flatMap(({ organizationId, subscriptionId, ids, at }) =>
    ids.map(
      (id) =>
        sql`(${sql.param(organizationId, subscriptions.organizationId)}::uuid, ${sql.param(subscriptionId, subscriptions.id)}::uuid, ${id}::uuid, ${at.toString()}::timestamptz)`,
    ),
  )
  if (rows.length === 0) return
  await tx.execute(sql`
    UPDATE seat_changes c SET settled_at = v.at FROM (VALUES ${sql.join(rows, sql`, `)}) AS v(organization_id, subscription_id, id, at)
    WHERE (c.organization_id, c.subscription_id, c.id) = (v.organization_id, v.subscription_id, v.id) AND c.settled_at IS NULL`)
}

/** A plan that ends before its time takes its tab with it: nobody is charged for seats of it, and nothing is credited (C12, G105). */
export async function dropSeatTab(tx: Transaction, { organizationId, id }: Seated, at: Instant): Promise<void> {
  await tx
    .update(seatChanges)
    .set({ settledAt: at })
    .where(and(eq(seatChanges.organizationId, organizationId), eq(seatChanges.subscriptionId, id), isNull(seatChanges.settledAt)))
}

/** A move to seats is given up: whoever came or went while it waited owes nothing on the plan without them that goes on. */
export async function dropTabOfUnsoldSeats(tx: Transaction, { row, holding }: { row: Seated; holding: Pick<Holding, 'terms'> }, at: Instant): Promise<void> {
  const { product, plan } = holding.terms
  if (product.policies.seats !== null && !plan.perSeat) await dropSeatTab(tx, row, at)
}
