import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, ne, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { prepaidAccounts, prepaidDraws } from '../../../../db/schema'
import type { GrantId, OrganizationId } from '../../../ids'
import { type ExactAmount, unitPriceString } from '../../../money'
import type { Instant } from '../../../time'
import { type ExactLedgerEntry, postExact } from './ledger'
import { DEBT, dayOf, type PrepaidState } from './prepaid'

/**
 * Posts what was drawn down since the last posting, once a grant and day (decision 6): what was bought is a liability until
 * it is used, and revenue from then on. `before`: only of days that are over. Of locked accounts; how many facts.
 */
export async function postDraws(
  tx: Transaction,
  states: readonly PrepaidState[],
  at: (of: OrganizationId) => Instant,
  { wholeDaysOnly }: { wholeDaysOnly: boolean },
): Promise<number> {
  const accountOf = new Map(states.map(({ account }) => [account.organizationId, account]))
  const drawn = await unposted(tx, [...accountOf.keys()])
  const due = drawn.filter(({ organizationId, day }) => !wholeDaysOnly || day < dayOf(at(organizationId)))
  const owing = states.filter(({ account }) => account.debt !== account.debtPosted)
  await postExact(tx, [
    ...due.flatMap((one) => {
      const account = accountOf.get(one.organizationId)
      return account ? [drawnEntry(one, account.currency, at(one.organizationId))] : []
    }),
    ...owing.map(({ account }) => owedEntry(account, at(account.organizationId))),
  ])
  for (const { organizationId, grantId, day } of due)
    await tx
      .update(prepaidDraws)
      .set({ posted: sql`${prepaidDraws.amount}` })
      .where(and(eq(prepaidDraws.organizationId, organizationId), eq(prepaidDraws.grantId, grantId), eq(prepaidDraws.day, day), isUsage))
  for (const { account } of owing) {
    account.debtPosted = account.debt
    await tx.update(prepaidAccounts).set({ debtPosted: account.debt }).where(eq(prepaidAccounts.organizationId, account.organizationId))
  }
  return due.length + owing.length
}

/** What paid an invoice or a debt, or went back with its payment, is in the ledger already. */
const isUsage = sql`${prepaidDraws.meter} <> ${DEBT} AND ${prepaidDraws.meter} NOT LIKE 'inv\\_%' AND ${prepaidDraws.meter} NOT LIKE '%:%'`

type Drawn = { organizationId: OrganizationId; grantId: GrantId; day: string; amount: ExactAmount; postedBefore: ExactAmount }

async function unposted(tx: Transaction, ids: readonly OrganizationId[]): Promise<Drawn[]> {
  if (ids.length === 0) return []
  const { organizationId, grantId, day, amount, posted } = prepaidDraws
  return tx
    .select({
      organizationId,
      grantId,
      day,
      amount: sql<ExactAmount>`sum(${amount} - ${posted})`.mapWith(amount),
      postedBefore: sql<ExactAmount>`sum(${posted})`.mapWith(amount),
    })
    .from(prepaidDraws)
    .where(and(inArray(organizationId, [...ids]), isUsage))
    .groupBy(organizationId, grantId, day)
    .having(ne(sql`sum(${amount} - ${posted})`, sql`0`))
    .orderBy(asc(organizationId), asc(grantId), asc(day))
}

/** What was posted of the day before is part of the name, so that the day's second posting is another fact. */
function drawnEntry({ organizationId, grantId, day, amount, postedBefore }: Drawn, currency: string, at: Instant): ExactLedgerEntry {
  return { organizationId, source: `${grantId}:drawn:${day}:${unitPriceString(postedBefore)}`, at, currency, postings: recognised(amount) }
}

function owedEntry({ organizationId, currency, debt, debtPosted }: PrepaidState['account'], at: Instant): ExactLedgerEntry {
  return { organizationId, source: `${organizationId}:owed:${randomUUID()}`, at, currency, postings: recognised((debt - debtPosted) as ExactAmount) }
}

function recognised(amount: ExactAmount): ExactLedgerEntry['postings'] {
  return { prepaid: amount, revenue: -amount as ExactAmount }
}

/** What is left of a lot when it ends is nobody's debt any more. `endedBefore`: of a lot that a void invoice has filled again. */
export function expiredEntry(lot: { organizationId: OrganizationId; id: GrantId; currency: string }, amount: ExactAmount, at: Instant): ExactLedgerEntry {
  return { organizationId: lot.organizationId, source: `${lot.id}:expired:${at}`, at, currency: lot.currency, postings: recognised(amount) }
}

/** Accounts with something that is not in the ledger yet. */
export async function hasUnposted(tx: Transaction, ids: readonly OrganizationId[]): Promise<OrganizationId[]> {
  if (ids.length === 0) return []
  const drawn = await tx
    .selectDistinct({ id: prepaidDraws.organizationId })
    .from(prepaidDraws)
    .where(and(inArray(prepaidDraws.organizationId, [...ids]), sql`${prepaidDraws.amount} <> ${prepaidDraws.posted}`))
  const owing = await tx
    .select({ id: prepaidAccounts.organizationId })
    .from(prepaidAccounts)
    .where(and(inArray(prepaidAccounts.organizationId, [...ids]), sql`${prepaidAccounts.debt} <> ${prepaidAccounts.debtPosted}`))
  return [...new Set([...drawn, ...owing].map(({ id }) => id))]
}
