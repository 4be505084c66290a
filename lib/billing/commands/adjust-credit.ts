import { newId, type OrganizationId } from '../../ids'
import { type MinorUnits, minor } from '../../money'
import { ok, type Result, refuse } from '../../result'
import { type Instant, isAtOrAfter } from '../../time'
import type { CommandContext } from '../context'
import { openAccount } from './store/account'
import { recordAudit } from './store/audit'
import { addGrants, type Grant } from './store/credit'
import { postLedger } from './store/ledger'
import { lockOrganization } from './store/organization'

export type AdjustCredit = {
  organizationId: OrganizationId
  /** Above zero: given; below: taken. */
  amount: MinorUnits
  reason: string
  /** When what is left of it ends; left out: never. Only of what is given. */
  expiresAt?: Instant | undefined
}

export type AdjustedCredit = { grantId: Grant['id']; amount: MinorUnits; balance: MinorUnits; currency: string }

export type AdjustCreditRefusal = { code: 'expires_at_past'; now: Instant } | { code: 'insufficient_credit'; balance: MinorUnits; wanted: MinorUnits }

/** The operator gives credit or takes it back, with a reason (G80); never more than the balance holds. */
export async function adjustCredit(
  { tx, actor }: CommandContext,
  { organizationId, amount, reason, expiresAt }: AdjustCredit,
): Promise<Result<AdjustedCredit, AdjustCreditRefusal>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const currency = organization.currency as Parameters<typeof openAccount>[2]
  const { creditBalance } = await openAccount(tx, organizationId, currency, true)
  const balance = minor(creditBalance + amount)
  if (amount < 0n && balance < 0n) return refuse({ code: 'insufficient_credit', balance: creditBalance, wanted: minor(-amount) })
  if (expiresAt && isAtOrAfter(now, expiresAt)) return refuse({ code: 'expires_at_past', now })
  const grantId = newId('grant')
  await addGrants(tx, [{ id: grantId, organizationId, source: 'adjustment', amount, grantedAt: now, ...(expiresAt && amount > 0n && { expiresAt }) }])
  await postLedger(tx, [
    { organizationId, source: `${grantId}:adjusted`, at: now, currency, postings: { adjustments: amount, customer_credit: minor(-amount) } },
  ])
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor,
      action: 'credit.adjusted',
      target: grantId,
      before: { balance: creditBalance.toString() },
      after: { amount: amount.toString(), currency, reason, ...(expiresAt && { at: expiresAt.toString() }) },
    },
  ])
  return ok({ grantId, amount, balance, currency })
}
