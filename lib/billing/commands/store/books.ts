import { inArray, sql } from 'drizzle-orm'
import type { Transaction } from '../../../../db/client'
import { type BooksDifference, organizations, subscriptionPeriods, subscriptions, usageSegments } from '../../../../db/schema'
import { idOf, type OrganizationId, uuidOf } from '../../../ids'
import { overageSoFar } from '../../core/rating'
import { documentChecks } from './books-documents'
import { moneyChecks, moneyTerms } from './books-money'
import { findMisdrawnCredit, prepaidChecks } from './books-prepaid'
import { seatChecks } from './books-seats'
import { findCapsPassed } from './books-spending'
import { usageChecks } from './books-usage'
import { loadProducts } from './catalog'
import { toSegment } from './subscription'

/** What each check selects, by position. */
const BOOKS_COLUMNS = sql`organization_id, name, prefix, id, about, expected, found`

type DifferenceRow = { organization_id: string; name: string; prefix: string | null; id: string | null; about: string | null; expected: string; found: string }

/**
 * Adds these organizations up afresh, from the rows and from nothing that is cached, and lists what does not agree.
 * The transaction is to be of one moment (`inEngineSnapshot`): what settles meanwhile is either in all sums or in none.
 */
export async function findDifferences(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<BooksDifference[]> {
  if (organizationIds.length === 0) return []
  const ids = sql`${sql.param(organizationIds.map((id) => uuidOf('org', id)))}::uuid[]`
  const currencies = await tx
    .selectDistinct({ currency: organizations.currency })
    .from(organizations)
    .where(inArray(organizations.id, [...organizationIds]))
  const checks = sql.join(
    [...moneyChecks, ...documentChecks, ...usageChecks, ...prepaidChecks, ...seatChecks].map((check) => sql`(${check})`),
    sql` UNION ALL `,
  )
  const { rows } = await tx.execute<DifferenceRow>(sql`
    WITH scope AS (SELECT unnest(${ids}) AS organization_id), ${moneyTerms(currencies.map(({ currency }) => currency))}
    SELECT ${BOOKS_COLUMNS} FROM (${checks}) AS difference ORDER BY organization_id, name, id, about`)
  return [
    ...rows.map(toDifference),
    ...(await findMisratedPeriods(tx, organizationIds)),
    ...(await findCapsPassed(tx, organizationIds)),
    ...(await findMisdrawnCredit(tx, organizationIds)),
  ]
}

function toDifference(row: DifferenceRow): BooksDifference {
  const id = row.id && row.prefix ? idOf(row.prefix, row.id) : null
  return {
    organization: idOf('org', row.organization_id),
    check: row.name,
    about: [id, row.about].filter((part) => part !== null).join(' '),
    expected: row.expected,
    found: row.found,
  }
}

/** Overage history against its segments, rated again by the rule itself, for no rating is written in SQL. */
async function findMisratedPeriods(tx: Transaction, organizationIds: readonly OrganizationId[]): Promise<BooksDifference[]> {
  const rows = await tx
    .select({ period: subscriptionPeriods, product: subscriptions.product, segment: usageSegments })
    .from(subscriptionPeriods)
    .innerJoin(
      subscriptions,
      sql`${subscriptions.organizationId} = ${subscriptionPeriods.organizationId} AND ${subscriptions.id} = ${subscriptionPeriods.subscriptionId}`,
    )
    .innerJoin(
      usageSegments,
      sql`(${usageSegments.organizationId}, ${usageSegments.subscriptionId}, ${usageSegments.periodStart})
        = (${subscriptionPeriods.organizationId}, ${subscriptionPeriods.subscriptionId}, ${subscriptionPeriods.periodStart})`,
    )
    .where(
      sql`${inArray(subscriptionPeriods.organizationId, [...organizationIds])} AND (${subscriptionPeriods.overageUnits} <> 0 OR ${usageSegments.overLimit} IN ('overage', 'pay_as_you_go', 'blocks', 'arrears'))`,
    )
  const productOf = await loadProducts(
    tx,
    rows.map(({ period, product }) => ({ product, version: period.catalogVersion, plans: [period.plan] })),
  )
  const periods = new Map<string, typeof rows>()
  for (const row of rows) {
    const key = `${row.period.subscriptionId} ${row.period.periodStart}`
    periods.set(key, [...(periods.get(key) ?? []), row])
  }
  return [...periods.values()].flatMap((found) => {
    const [first] = found
    if (!first) return []
    const { period, product } = first
    const { currency } = productOf({ product, version: period.catalogVersion, plans: [period.plan] })
    const { units, amount } = overageSoFar(
      found.map(({ segment }) => toSegment(segment)),
      currency,
    )
    if (units === period.overageUnits && amount === period.overageAmount) return []
    const about = `${period.subscriptionId} ${period.periodStart}`
    return [
      {
        organization: period.organizationId,
        check: 'overage_history',
        about,
        expected: `${units} for ${amount}`,
        found: `${period.overageUnits} for ${period.overageAmount}`,
      },
    ]
  })
}

/** The next organizations by id, for a run over all of them. */
export async function organizationsAfter(tx: Transaction, after: OrganizationId | null, limit: number): Promise<OrganizationId[]> {
  const rows = await tx
    .select({ id: organizations.id })
    .from(organizations)
    .where(after ? sql`${organizations.id} > ${sql.param(after, organizations.id)}::uuid` : undefined)
    .orderBy(organizations.id)
    .limit(limit)
  return rows.map(({ id }) => id)
}
