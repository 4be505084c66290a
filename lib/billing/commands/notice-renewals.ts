import { and, inArray, isNull, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { subscriptions } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { addDays, isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { isFree } from '../core/catalog'
import { renewalAfter } from '../core/change'
import { type Message, tellBilling } from './store/messages'
import { type LockedOrganization, lockOrganizations } from './store/organization'
import { type LoadedSubscription, loadSubscriptions } from './store/subscription'
import { renewalUpcomingMessage } from './store/words'

/** A month leaves time for a budget, a cancellation or a smaller plan. */
export const NOTICE_DAYS = 30

/** In SQL, of a row of `subscriptions` named `s`: a paid year that will renew, and that was not told of yet. */
export const noticeDue = sql`s.interval = 'year' AND s.ended_at IS NULL AND s.cancel_at IS NULL AND s.noticed_end IS DISTINCT FROM s.period_end
  AND s.status NOT IN ('awaiting_payment', 'trialing') AND s.renewal_error IS NULL`

/**
 * Tells of yearly renewals of the given organizations a month ahead, once per term, with what they will cost (G75). A year is long
 * enough to be forgotten; a month is not. How many terms were told of.
 */
export async function noticeRenewals({ tx }: CommandContext, { organizationIds }: { organizationIds: readonly OrganizationId[] }): Promise<number> {
  const concerned = await concernedBy(tx, organizationIds)
  if (concerned.length === 0) return 0
  const locked = await lockOrganizations(tx, concerned)
  const isYearly = sql`${subscriptions.interval} = 'year' and ${subscriptions.noticedEnd} is distinct from ${subscriptions.periodEnd}`
  const isLive = and(isNull(subscriptions.endedAt), isNull(subscriptions.cancelAt), isNull(subscriptions.renewalError), ne(subscriptions.status, 'trialing'))
  const running = await loadSubscriptions(tx, { where: and(inArray(subscriptions.organizationId, concerned), isYearly, isLive), lock: true })
  const due = running.filter(({ row }) => {
    const here = locked.get(row.organizationId)
    return row.status !== 'awaiting_payment' && here !== undefined && isAtOrAfter(here.now, addDays(row.periodEnd, -NOTICE_DAYS))
  })
  if (due.length === 0) return 0
  await tx
    .update(subscriptions)
    .set({ noticedEnd: sql`${subscriptions.periodEnd}` })
    .where(
      inArray(
        subscriptions.id,
        due.map(({ row }) => row.id),
      ),
    )
  await tellBilling(
    tx,
    due.flatMap((loaded) => messagesOf(loaded, locked)),
  )
  return due.length
}

/** Nearly all organizations have nothing to be told, and are not locked for it. */
async function concernedBy(tx: Transaction, ids: readonly OrganizationId[]): Promise<OrganizationId[]> {
  if (ids.length === 0) return []
  const wanted = sql.join(
    ids.map((id) => sql`${sql.param(id, subscriptions.organizationId)}::uuid`),
    sql`, `,
  )
  const { rows } = await tx.execute<{ id: string }>(sql`
    SELECT DISTINCT s.organization_id AS id FROM subscriptions s JOIN organizations o ON o.id = s.organization_id LEFT JOIN test_clocks c ON c.id = o.test_clock_id
    WHERE s.organization_id IN (${wanted}) AND ${noticeDue} AND s.period_end <= coalesce(c.now, now()) + make_interval(hours => ${24 * NOTICE_DAYS})`)
  return rows.map(({ id }) => subscriptions.organizationId.mapFromDriverValue(id) as OrganizationId)
}

/** What the next term is of: another plan, where a change waits for its start. A free one costs nothing, and one that is begun anew was asked for. */
function messagesOf(loaded: LoadedSubscription, locked: ReadonlyMap<OrganizationId, LockedOrganization>): Message[] {
  const here = locked.get(loaded.row.organizationId)
  const { terms, pendingChange, period } = loaded.holding
  const next = pendingChange ?? terms
  if (!here || pendingChange?.kind === 'resubscribe' || isFree(next.plan) || next.interval !== 'year') return []
  const { amount } = renewalAfter({ holding: loaded.holding, now: here.now }, { plan: next.plan, interval: next.interval })
  return [renewalUpcomingMessage(here.organization, loaded, { planName: next.plan.name, renewsAt: period.end, amount, at: here.now })]
}
