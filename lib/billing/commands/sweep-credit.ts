import { and, eq, gt, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { prepaidGrants, subscriptions } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { type ExactAmount, exact } from '../../money'
import { addDays, earliest, type Instant, isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { noticeDue } from '../core/prepaid'
import { recordAudit } from './store/audit'
import { recordEvents } from './store/events'
import { postExact } from './store/ledger'
import { tellBilling } from './store/messages'
import { type LockedOrganization, lockOrganizations } from './store/organization'
import { type LotRow, lockPrepaid } from './store/prepaid'
import { expiredEntry, hasUnposted, postDraws } from './store/prepaid-postings'
import { setOffRecharges } from './store/recharge'
import { noticeDaysAt } from './store/trust'
import { creditExpiringMessage } from './store/words-prepaid'

const NOTHING = exact('0')

/**
 * What bought credit asks of the clock (P5): lots that have ended, notices before it, and draws of days that are over, which
 * are posted (decision 6). Credit expires before a period that ends at the same instant closes, and not before one that has
 * ended earlier (C14). A fall that expiry makes may buy; its payment is collected as what is due (G72). How much it did.
 */
export async function sweepCredit({ tx }: CommandContext, { organizationIds }: { organizationIds: readonly OrganizationId[] }): Promise<number> {
  const concerned = await concernedBy(tx, organizationIds)
  if (concerned.length === 0) return 0
  const locked = await lockOrganizations(tx, concerned)
  const now = (id: OrganizationId) => locked.get(id)?.now ?? fail(id)
  const states = await lockPrepaid(tx, [...locked.keys()])
  const closesAt = await earliestDueEnds(tx, locked)
  const ended = [...states.values()].flatMap(({ account, lots }) => {
    const until = closesAt.get(account.organizationId) ?? now(account.organizationId)
    return lots.filter(({ expiresAt, remaining }) => remaining > 0n && isAtOrAfter(until, expiresAt))
  })
  await postDraws(
    tx,
    [...states.values()].filter(({ account }) => ended.some(({ organizationId }) => organizationId === account.organizationId)),
    now,
    { wholeDaysOnly: false },
  )
  const posted = await postDraws(tx, [...states.values()], now, { wholeDaysOnly: true })
  await expire(tx, ended)
  const noticed = await giveNotice(
    tx,
    [...states.values()].flatMap(({ lots }) => lots),
    locked,
  )
  await setOffRecharges(
    tx,
    [...states.values()]
      .filter(({ account }) => ended.some(({ organizationId }) => organizationId === account.organizationId))
      .map((state) => ({ state, now: now(state.account.organizationId) })),
  )
  return ended.length + noticed + posted
}

function fail(id: OrganizationId): never {
  throw new Error(`organization ${id} is not locked`)
}

/** Those that hold credit, or have drawn some that is not posted yet; nearly all others have neither. */
async function concernedBy(tx: Transaction, ids: readonly OrganizationId[]): Promise<OrganizationId[]> {
  if (ids.length === 0) return []
  const holding = await tx
    .selectDistinct({ id: prepaidGrants.organizationId })
    .from(prepaidGrants)
    .where(and(inArray(prepaidGrants.organizationId, [...ids]), gt(prepaidGrants.remaining, NOTHING)))
  const owing = await hasUnposted(tx, ids)
  return [...new Set([...holding.map(({ id }) => id), ...owing])]
}

/** The first end of a period that has passed and is not closed yet: what expires after it still pays for it (G70). */
async function earliestDueEnds(tx: Transaction, locked: ReadonlyMap<OrganizationId, LockedOrganization>): Promise<Map<OrganizationId, Instant>> {
  const rows = await tx
    .select({ organizationId: subscriptions.organizationId, periodEnd: subscriptions.periodEnd })
    .from(subscriptions)
    .where(
      and(
        inArray(subscriptions.organizationId, [...locked.keys()]),
        isNull(subscriptions.endedAt),
        ne(subscriptions.status, 'awaiting_payment'),
        isNull(subscriptions.renewalError),
      ),
    )
  const ends = new Map<OrganizationId, Instant>()
  for (const { organizationId, periodEnd } of rows) {
    const now = locked.get(organizationId)?.now
    if (!now || !isAtOrAfter(now, periodEnd)) continue
    ends.set(organizationId, earliest(ends.get(organizationId) ?? now, periodEnd))
  }
  return ends
}

/** What is left of a lot at its end is lost, and no longer owed to the customer (P5). */
async function expire(tx: Transaction, ended: readonly LotRow[]): Promise<void> {
  if (ended.length === 0) return
  await postExact(
    tx,
    ended.map((lot) => expiredEntry(lot, lot.remaining, lot.expiresAt)),
  )
  await recordAudit(
    tx,
    ended.map(({ organizationId, id, remaining, expiresAt, currency }) => ({
      organizationId,
      at: expiresAt,
      actor: 'system',
      action: 'credit.expired',
      target: organizationId,
      after: { grant: id, amount: String(prepaidGrants.remaining.mapToDriverValue(remaining)), currency },
    })),
  )
  for (const lot of ended) {
    // A lot that a void invoice has filled again ends a second time.
    lot.expiredAmount = ((lot.expiredAmount ?? NOTHING) + lot.remaining) as ExactAmount
    lot.remaining = NOTHING
    await tx
      .update(prepaidGrants)
      .set({ remaining: lot.remaining, expiredAmount: lot.expiredAmount })
      .where(and(eq(prepaidGrants.organizationId, lot.organizationId), eq(prepaidGrants.id, lot.id)))
  }
}

/** 30, 7 and 1 days before, once each, in the organization's own time (P5). */
async function giveNotice(tx: Transaction, lots: readonly LotRow[], locked: ReadonlyMap<OrganizationId, LockedOrganization>): Promise<number> {
  let given = 0
  for (const lot of lots) {
    const here = locked.get(lot.organizationId)
    if (!here || lot.remaining === 0n) continue
    const days = noticeDue(await noticeDaysAt(tx, here.now), lot, lot.noticedDays, here.now)
    if (!days) continue
    given += 1
    const at = addDays(lot.expiresAt, -days)
    await tellBilling(tx, [creditExpiringMessage(here.organization, lot, { days, at })])
    await recordEvents(tx, [{ organizationId: lot.organizationId, type: 'credit.expiring', subject: { kind: 'credits', id: lot.organizationId }, at }])
    await tx
      .update(prepaidGrants)
      .set({ noticedDays: days })
      .where(and(eq(prepaidGrants.organizationId, lot.organizationId), eq(prepaidGrants.id, lot.id)))
  }
  return given
}

/**
 * In SQL: what falls due next for one organization's credit. `noticeDays`: of every policy that sells some. A day's draws are
 * posted when the day is over.
 */
export function creditDueInstants(noticeDays: readonly number[]) {
  const days = sql`${sql.param([...noticeDays])}::integer[]`
  return {
    ends: sql`SELECT min(g.expires_at) FROM prepaid_grants g WHERE g.organization_id = o.id AND g.remaining > 0`,
    notices: sql`
      SELECT min(g.expires_at - make_interval(hours => 24 * n.days)) FROM prepaid_grants g CROSS JOIN unnest(${days}) AS n (days)
      WHERE g.organization_id = o.id AND g.remaining > 0 AND n.days < coalesce(g.noticed_days, 32767)
        AND n.days = (SELECT max(m.days) FROM unnest(${days}) AS m (days) WHERE m.days < coalesce(g.noticed_days, 32767))`,
    postings: sql`SELECT (min(d.day) + 1)::timestamp AT TIME ZONE 'UTC' FROM prepaid_draws d WHERE d.organization_id = o.id AND d.amount <> d.posted`,
  }
}
