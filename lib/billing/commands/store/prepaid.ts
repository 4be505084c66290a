import { and, asc, eq, gt, inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { prepaidAccounts, prepaidDraws, prepaidGrants } from '../../../../db/schema'
import { once } from '../../../../db/snapshot'
import { type GrantId, newId, type OrganizationId } from '../../../ids'
import { idArray, textArray } from '../../../metering/arrays'
import { type Currency, type ExactAmount, exact } from '../../../money'
import type { Instant } from '../../../time'
import type { PrepaidPolicy } from '../../core/catalog'
import { drawDown, expiryOf, payDebt, prepaidBalance } from '../../core/prepaid'
import { recordEvents } from './events'

export type PrepaidAccountRow = typeof prepaidAccounts.$inferSelect
export type LotRow = typeof prepaidGrants.$inferSelect

/** One organization's prepaid account with the lots that have something left. What is drawn is taken off in place. */
export type PrepaidState = { account: PrepaidAccountRow; lots: LotRow[] }

/**
 * Locks the accounts, ascending by id, and then reads their lots: whoever moves bought credit holds the account's row, so
 * that two meters of one organization never spend the same cent. After the counters, before credit grants (decision 7).
 */
export async function lockPrepaid(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, PrepaidState>> {
  const wanted = [...new Set(ids)]
  if (wanted.length === 0) return new Map()
  const found = await selectLocked(tx, wanted)
  if (found.length === wanted.length) return withLots(tx, found)
  // Its first use: an account costs nothing until then.
  const without = wanted.filter((id) => !found.some(({ organizationId }) => organizationId === id))
  await tx.execute(sql`
    INSERT INTO prepaid_accounts (organization_id, currency, debt, debt_posted)
    SELECT o.id, o.currency, 0, 0 FROM organizations o WHERE o.id = ANY(${idArray('org', without)}::uuid[]) ORDER BY o.id ON CONFLICT DO NOTHING`)
  return withLots(tx, await selectLocked(tx, wanted))
}

function selectLocked(tx: Transaction, ids: readonly OrganizationId[]): Promise<PrepaidAccountRow[]> {
  return tx
    .select()
    .from(prepaidAccounts)
    .where(inArray(prepaidAccounts.organizationId, [...ids]))
    .orderBy(asc(prepaidAccounts.organizationId))
    .for('update')
}

/** As they are, for reading; organizations that never had an account are left out. */
export async function readPrepaid(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, PrepaidState>> {
  return once(tx, `prepaid of ${ids.join()}`, () => selectPrepaid(tx, ids))
}

async function selectPrepaid(tx: Transaction, ids: readonly OrganizationId[]): Promise<Map<OrganizationId, PrepaidState>> {
  if (ids.length === 0) return new Map()
  return withLots(
    tx,
    await tx
      .select()
      .from(prepaidAccounts)
      .where(inArray(prepaidAccounts.organizationId, [...ids])),
  )
}

async function withLots(tx: Transaction, accounts: readonly PrepaidAccountRow[]): Promise<Map<OrganizationId, PrepaidState>> {
  const states = new Map<OrganizationId, PrepaidState>(accounts.map((account) => [account.organizationId, { account: { ...account }, lots: [] }]))
  if (states.size === 0) return states
  const lots = await tx
    .select()
    .from(prepaidGrants)
    .where(and(inArray(prepaidGrants.organizationId, [...states.keys()]), gt(prepaidGrants.remaining, exact('0'))))
  for (const lot of lots) states.get(lot.organizationId)?.lots.push(lot)
  return states
}

export function balanceAt({ account, lots }: PrepaidState, now: Instant): ExactAmount {
  return prepaidBalance({ lots, debt: account.debt }, now)
}

/** What something costs that bought credit pays for. `mayOwe`: what no lot can pay becomes a debt (P7); otherwise it must be covered. */
export type Cost = {
  state: PrepaidState
  /** A meter, or the invoice that it pays. */
  meter: string
  amount: ExactAmount
  at: Instant
  mayOwe: boolean
}

type DrawRow = Pick<typeof prepaidDraws.$inferSelect, 'organizationId' | 'grantId' | 'day' | 'meter' | 'amount' | 'posted'>

/** Takes costs off the balance, one after the other, and writes it in a constant number of statements however many. */
export async function spend(tx: Transaction, costs: readonly Cost[]): Promise<void> {
  const drawn: DrawRow[] = []
  const touched = new Map<GrantId, LotRow>()
  const owing = new Set<PrepaidAccountRow>()
  for (const { state, meter, amount, at, mayOwe } of costs) {
    const { draws, shortfall } = drawDown(state.lots, amount, at)
    for (const { lot: id, amount: part } of draws) {
      const lot = state.lots.find((one) => one.id === id)
      if (!lot) throw new Error(`there is no lot ${id}`)
      lot.remaining = (lot.remaining - part) as ExactAmount
      touched.set(id, lot)
      drawn.push({ organizationId: lot.organizationId, grantId: id, day: dayOf(at), meter, amount: part, posted: isPostedBy(meter) ? part : NOTHING })
    }
    if (shortfall === 0n) continue
    if (!mayOwe) throw new Error(`the balance of ${state.account.organizationId} does not cover ${amount}`)
    state.account.debt = (state.account.debt + shortfall) as ExactAmount
    owing.add(state.account)
  }
  await writeRemaining(tx, [...touched.values()])
  await addDraws(tx, drawn)
  for (const { organizationId, debt } of owing) await tx.update(prepaidAccounts).set({ debt }).where(eq(prepaidAccounts.organizationId, organizationId))
}

const NOTHING = exact('0')

/** UTC, in the organization's time. */
export function dayOf(at: Instant): string {
  return at.toZonedDateTimeISO('UTC').toPlainDate().toString()
}

export const DEBT = 'debt'

/** What pays an invoice is posted with it, and what pays a debt was posted when it was used; usage is posted once a day. */
function isPostedBy(meter: string): boolean {
  return meter === DEBT || meter.startsWith('inv_')
}

/** Why the payment that bought credit went back (G80), by the provider's name for it. */
export type WentBack = { cause: 'refund' | 'dispute'; providerRef: string }

/** Among draws, beside meters, which have no colon. */
export function wentBackName({ cause, providerRef }: WentBack): string {
  return `${cause}:${providerRef}`
}

export function isWentBack(meter: string): boolean {
  return meter.includes(':')
}

/** Takes a part of a lot whose payment went back; who takes it posts it. */
export async function drawBack(tx: Transaction, lot: LotRow, back: WentBack, amount: ExactAmount, at: Instant): Promise<void> {
  const { organizationId, id: grantId } = lot
  lot.remaining = (lot.remaining - amount) as ExactAmount
  await writeRemaining(tx, [lot])
  await addDraws(tx, [{ organizationId, grantId, day: dayOf(at), meter: wentBackName(back), amount, posted: amount }])
}

/** What of a lot went with it so far. */
export async function takenBack(tx: Transaction, { organizationId, id }: LotRow, back: WentBack): Promise<ExactAmount> {
  const rows = await tx
    .select({ amount: prepaidDraws.amount })
    .from(prepaidDraws)
    .where(and(eq(prepaidDraws.organizationId, organizationId), eq(prepaidDraws.grantId, id), eq(prepaidDraws.meter, wentBackName(back))))
  return rows.reduce((taken, { amount }) => (taken + amount) as ExactAmount, NOTHING)
}

export async function writeRemaining(tx: Transaction, lots: readonly LotRow[]): Promise<void> {
  if (lots.length === 0) return
  await tx.execute(sql`
    UPDATE prepaid_grants g SET remaining = v.remaining
    FROM unnest(
      ${idArray(
        'org',
        lots.map(({ organizationId }) => organizationId),
      )}::uuid[],
      ${idArray(
        'grant',
        lots.map(({ id }) => id),
      )}::uuid[],
      ${textArray(lots.map(({ remaining }) => String(prepaidGrants.remaining.mapToDriverValue(remaining))))}::numeric[]
    ) AS v (organization_id, id, remaining)
    WHERE (g.organization_id, g.id) = (v.organization_id, v.id)`)
}

async function addDraws(tx: Transaction, drawn: readonly DrawRow[]): Promise<void> {
  const rows = mergeDraws(drawn)
  if (rows.length === 0) return
  await tx
    .insert(prepaidDraws)
    .values(rows)
    .onConflictDoUpdate({
      target: [prepaidDraws.organizationId, prepaidDraws.grantId, prepaidDraws.day, prepaidDraws.meter],
      set: { amount: sql`${prepaidDraws.amount} + excluded.amount`, posted: sql`${prepaidDraws.posted} + excluded.posted` },
    })
}

/** One row a key: a statement cannot raise a row twice. */
function mergeDraws(drawn: readonly DrawRow[]): DrawRow[] {
  const rows = new Map<string, DrawRow>()
  for (const draw of drawn) {
    const key = `${draw.grantId} ${draw.day} ${draw.meter}`
    const known = rows.get(key)
    if (!known) rows.set(key, { ...draw })
    else {
      known.amount = (known.amount + draw.amount) as ExactAmount
      known.posted = (known.posted + draw.posted) as ExactAmount
    }
  }
  return [...rows.values()]
}

export type NewLot = {
  state: PrepaidState
  source: LotRow['source']
  documentId: LotRow['documentId']
  currency: Currency
  amount: ExactAmount
  policy: PrepaidPolicy
  at: Instant
}

/** A lot of credit that was paid for. An earlier debt is taken off it first (P7, G73); what is owed was posted before. */
export async function addLot(tx: Transaction, { state, source, documentId, currency, amount, policy, at }: NewLot): Promise<LotRow> {
  const { account } = state
  const { organizationId } = account
  const { paid, remaining, debt } = payDebt(account.debt, amount)
  const expiresAt = expiryOf(policy, at)
  const lot: LotRow = {
    organizationId,
    id: newId('grant'),
    source,
    documentId,
    currency,
    amount,
    remaining,
    grantedAt: at,
    expiresAt,
    expiredAmount: null,
    noticedDays: noticesBehind(policy, at, expiresAt),
  }
  await tx.insert(prepaidGrants).values(lot)
  await recordEvents(tx, [{ organizationId, type: 'credit.granted', subject: { kind: 'credits', id: organizationId }, at }])
  state.lots.push(lot)
  if (paid > 0n) {
    account.debt = debt
    account.debtPosted = (account.debtPosted - paid) as ExactAmount
    await addDraws(tx, [{ organizationId, grantId: lot.id, day: dayOf(at), meter: DEBT, amount: paid, posted: paid }])
    await tx.update(prepaidAccounts).set({ debt, debtPosted: account.debtPosted }).where(eq(prepaidAccounts.organizationId, organizationId))
  }
  return lot
}

/** Where credit lasts for less than a notice's days, that notice would come with the purchase, and says nothing. */
function noticesBehind({ noticeDays }: PrepaidPolicy, at: Instant, expiresAt: Instant): number | null {
  const behind = noticeDays.filter((days) => expiresAt.subtract({ hours: days * 24 }).epochMilliseconds <= at.epochMilliseconds)
  return behind.length === 0 ? null : Math.min(...behind)
}

/** Gives back what a document that is void had taken of bought credit, or a payment that had gone back; a lot that has ended since ends again. `meter`: as it was drawn by. */
export async function returnToLots(tx: Transaction, organizationId: OrganizationId, meter: string): Promise<Pick<DrawRow, 'grantId' | 'amount'>[]> {
  await lockPrepaid(tx, [organizationId])
  const where = and(eq(prepaidDraws.organizationId, organizationId), eq(prepaidDraws.meter, meter))
  const taken = await tx.select().from(prepaidDraws).where(where)
  for (const { grantId, amount } of taken)
    await tx
      .update(prepaidGrants)
      .set({ remaining: sql`${prepaidGrants.remaining} + ${prepaidGrants.remaining.mapToDriverValue(amount)}::numeric` })
      .where(and(eq(prepaidGrants.organizationId, organizationId), eq(prepaidGrants.id, grantId)))
  await tx.update(prepaidDraws).set({ amount: NOTHING, posted: NOTHING }).where(where)
  return taken
}
