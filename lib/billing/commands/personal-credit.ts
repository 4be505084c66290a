import { and, eq } from 'drizzle-orm'
import type { Transaction } from '../../../db/client'
import { creditGrants, members } from '../../../db/schema'
import { can } from '../../auth/permissions'
import { type MemberId, newId, type OrganizationId } from '../../ids'
import { decimalString, exactFromMinor, formatMoney, type MinorUnits, minor } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { CommandContext } from '../context'
import type { Explanation } from '../core/line'
import { recordAudit } from './store/audit'
import { postLedger } from './store/ledger'
import { type Forbidden, findMember, forbidsActor, type Member } from './store/members'
import { lockOrganization } from './store/organization'

export type PersonalCredit = { organizationId: OrganizationId; memberId: MemberId; amount: MinorUnits }
export type MemberNotFound = { code: 'member_not_found' }
export type InsufficientCredit = Explanation & { code: 'insufficient_personal_credit'; available: MinorUnits }

/** The operator's back end gives a member credit of their own, which they may give to the team (G74). */
export async function grantPersonalCredit(
  { tx, actor }: CommandContext,
  { organizationId, memberId, amount }: PersonalCredit,
): Promise<Result<Member, MemberNotFound>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const member = await findMember(tx, organizationId, memberId)
  if (!member) return refuse({ code: 'member_not_found' })
  const personalCredit = minor(member.personalCredit + amount)
  await writePersonalCredit(tx, { organizationId, memberId, personalCredit })
  const { currency } = organization
  await postLedger(tx, [
    {
      organizationId,
      source: `${memberId}:personal_credit:${newId('grant')}`,
      at: now,
      currency,
      postings: { adjustments: amount, personal_credit: minor(-amount) },
    },
  ])
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor,
      action: 'member.credit_granted',
      target: memberId,
      after: { amount: amount.toString(), currency, personal_credit: personalCredit.toString() },
    },
  ])
  return ok({ ...member, personalCredit })
}

/** A member gives credit of their own to the team: it goes towards its next invoice (T10, G74). Nobody gives another's. */
export async function contributeCredit(
  { tx, actor }: CommandContext,
  { organizationId, memberId, amount }: PersonalCredit,
): Promise<Result<null, Forbidden | MemberNotFound | InsufficientCredit>> {
  const { organization, now } = await lockOrganization(tx, organizationId)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'credit:contribute')
  if (forbidden) return refuse(forbidden)
  const member = await findMember(tx, organizationId, memberId)
  if (!member) return refuse({ code: 'member_not_found' })
  const isTheirs = actor === 'operator' || actor === 'system' || actor === memberId
  if (!isTheirs || !can(member.role, 'credit:contribute')) return refuse({ code: 'forbidden', permission: 'credit:contribute' })
  const { currency } = organization
  if (amount > member.personalCredit) return refuse(insufficient(member.personalCredit, amount, currency))

  await writePersonalCredit(tx, { organizationId, memberId, personalCredit: minor(member.personalCredit - amount) })
  const grantId = newId('grant')
  await tx.insert(creditGrants).values({ organizationId, id: grantId, source: 'contribution', amount, remaining: amount, grantedAt: now })
  await postLedger(tx, [
    { organizationId, source: `${grantId}:contributed`, at: now, currency, postings: { personal_credit: amount, customer_credit: minor(-amount) } },
  ])
  await recordAudit(tx, [{ organizationId, at: now, actor, action: 'credit.contributed', target: memberId, after: { amount: amount.toString(), currency } }])
  return ok(null)
}

function insufficient(available: MinorUnits, amount: MinorUnits, currency: string): InsufficientCredit {
  const plain = (of: MinorUnits) => decimalString(exactFromMinor(of, currency), currency)
  return {
    code: 'insufficient_personal_credit',
    available,
    rule: 'G74',
    formula: `${formatMoney(amount, currency)} > ${formatMoney(available, currency)}`,
    inputs: { amount: plain(amount), personal_credit: plain(available) },
  }
}

async function writePersonalCredit(
  tx: Transaction,
  { organizationId, memberId, personalCredit }: Omit<PersonalCredit, 'amount'> & { personalCredit: MinorUnits },
): Promise<void> {
  await tx
    .update(members)
    .set({ personalCredit })
    .where(and(eq(members.organizationId, organizationId), eq(members.id, memberId)))
}
