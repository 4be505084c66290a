import { decimalString, type ExactAmount, type MinorUnits } from '../../../money'
import type { Instant } from '../../../time'
import { calendarMonthOf, LOW_CREDIT_PERCENT } from '../../core/prepaid'
import { documentNumber } from '../../document-number'
import type { ReceiptPayload } from '../../message-payloads'
import type { DocumentRow } from './documents'
import type { Message } from './messages'
import type { Organization } from './organization'
import type { LotRow } from './prepaid'

/** What messages about bought credit tell, in the form of `lib/billing/message-payloads.ts`. */

function about(organization: Organization) {
  return { organizationName: organization.name, organizationSlug: organization.slug, currency: organization.currency }
}

function aboutPurchase(organization: Organization, document: DocumentRow) {
  return { ...about(organization), documentId: document.id, documentNumber: documentNumber(document), amount: document.total.toString() }
}

export function rechargeDoneMessage(
  organization: Organization,
  document: DocumentRow,
  { balance, receipt, at }: { balance: ExactAmount; receipt: ReceiptPayload; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'auto_recharge_done',
    fact: `${document.id}:recharged`,
    at,
    payload: { ...aboutPurchase(organization, document), balance: decimalString(balance, organization.currency), receipt },
  }
}

export function rechargeFailedMessage(
  organization: Organization,
  document: DocumentRow,
  { reason, failuresInARow, at }: { reason: string; failuresInARow: number; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'auto_recharge_failed',
    fact: `${document.id}:recharge_failed`,
    at,
    payload: { ...aboutPurchase(organization, document), reason, failuresInARow },
  }
}

export function rechargeOffMessage(organization: Organization, { failuresInARow, at }: { failuresInARow: number; at: Instant }): Message {
  return {
    organizationId: organization.id,
    kind: 'auto_recharge_off',
    fact: `${organization.id}:recharge_off:${at}`,
    at,
    payload: { ...about(organization), failuresInARow },
  }
}

/** Once a month and ceiling: every further event would tell the same. */
export function rechargeCeilingMessage(
  organization: Organization,
  { monthlyLimit, amount, at }: { monthlyLimit: MinorUnits; amount: MinorUnits; at: Instant },
): Message {
  return {
    organizationId: organization.id,
    kind: 'auto_recharge_ceiling',
    fact: `${organization.id}:recharge_ceiling:${calendarMonthOf(at)}:${monthlyLimit}`,
    at,
    payload: { ...about(organization), amount: amount.toString(), monthlyLimit: monthlyLimit.toString() },
  }
}

/** Told once of each purchase that is nearly used. */
export function creditLowMessage(
  organization: Organization,
  { purchase, balance, lastPurchase, at }: { purchase: string; balance: ExactAmount; lastPurchase: ExactAmount; at: Instant },
): Message {
  const { currency } = organization
  return {
    organizationId: organization.id,
    kind: 'credit_low',
    fact: `${purchase}:credit_low`,
    at,
    payload: {
      ...about(organization),
      balance: decimalString(balance, currency),
      lastPurchase: decimalString(lastPurchase, currency),
      percent: LOW_CREDIT_PERCENT,
    },
  }
}

export function creditExpiringMessage(organization: Organization, lot: LotRow, { days, at }: { days: number; at: Instant }): Message {
  return {
    organizationId: organization.id,
    kind: 'credit_expiring',
    fact: `${lot.id}:expiring:${days}`,
    at,
    payload: { ...about(organization), remaining: decimalString(lot.remaining, lot.currency), days, expiresAt: lot.expiresAt.toString() },
  }
}
