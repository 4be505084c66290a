import { and, eq, gt, inArray, isNotNull, sql } from 'drizzle-orm'
import { creditGrants } from '../../../db/schema'
import type { OrganizationId } from '../../ids'
import { minor, ZERO } from '../../money'
import { isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { recordAudit } from './store/audit'
import type { Grant } from './store/credit'
import { postLedger } from './store/ledger'
import { lockOrganizations } from './store/organization'

/**
 * What is left of credit that an operator gave until a certain day is taken back when that day comes, in the organization's
 * own time. Idempotent. How many ended.
 */
export async function expireCredit({ tx }: CommandContext, { organizationIds }: { organizationIds: readonly OrganizationId[] }): Promise<number> {
  if (organizationIds.length === 0) return 0
  const isEnding = and(isNotNull(creditGrants.expiresAt), gt(creditGrants.remaining, ZERO))
  const holders = await tx
    .selectDistinct({ id: creditGrants.organizationId })
    .from(creditGrants)
    .where(and(inArray(creditGrants.organizationId, [...organizationIds]), isEnding))
  if (holders.length === 0) return 0
  const locked = await lockOrganizations(
    tx,
    holders.map(({ id }) => id),
  )
  const grants = await tx
    .select()
    .from(creditGrants)
    .where(and(inArray(creditGrants.organizationId, [...locked.keys()]), isEnding))
    .orderBy(creditGrants.organizationId, creditGrants.grantedAt, creditGrants.id)
    .for('update')
  const ended = grants.flatMap((grant) => {
    const here = locked.get(grant.organizationId)
    return here && grant.expiresAt && isAtOrAfter(here.now, grant.expiresAt)
      ? [{ ...grant, expiresAt: grant.expiresAt, currency: here.organization.currency, now: here.now }]
      : []
  })
  for (const { organizationId, id, remaining } of ended) {
    await tx
      .update(creditGrants)
      .set({ remaining: ZERO, expiredAmount: sql`${creditGrants.expiredAmount} + ${remaining.toString()}::bigint` })
      .where(and(eq(creditGrants.organizationId, organizationId), eq(creditGrants.id, id)))
  }
  await postLedger(tx, ended.map(toEntry))
  await recordAudit(
    tx,
    ended.map(({ organizationId, id, remaining, currency, expiresAt }) => ({
      organizationId,
      at: expiresAt,
      actor: 'system',
      action: 'credit.grant_ended',
      target: id,
      after: { amount: remaining.toString(), currency },
    })),
  )
  return ended.length
}

/** One that a void invoice has filled again ends a second time, and later: each end is a fact of its own. */
function toEntry({ organizationId, id, remaining, currency, now }: Grant & { currency: string; now: NonNullable<Grant['expiresAt']> }) {
  return { organizationId, source: `${id}:expired:${now}`, at: now, currency, postings: { adjustments: minor(-remaining), customer_credit: remaining } }
}
