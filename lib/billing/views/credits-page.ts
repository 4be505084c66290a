import type { Transaction } from '../../../db/client'
import type { DocumentId, MemberId, OrganizationId } from '../../ids'
import { type Currency, type ExactAmount, exact, type MinorUnits, ZERO } from '../../money'
import type { Instant } from '../../time'
import { hasPaymentMethod } from '../commands/store/account'
import { loadCatalog } from '../commands/store/catalog'
import { findLastPurchase } from '../commands/store/last-purchase'
import { findMember } from '../commands/store/members'
import { readOrganizationTime } from '../commands/store/organization'
import { loadPrepaidPolicy, trustTierOf } from '../commands/store/trust'
import { isPrepaid } from '../core/catalog'
import { type AutoRechargeView, type CreditMovement, type GrantView, getCredits, listCreditMovements } from './credits'
import { readLiveSubscriptions } from './held'

/** A lot of credit that was bought, or a grant of credit that goes towards invoices. */
export type LotView = {
  id: string
  source: GrantView['source']
  documentId: DocumentId | null
  amount: ExactAmount
  remaining: ExactAmount
  expired: ExactAmount
  grantedAt: string
  expiresAt: string | null
  state: 'live' | 'used' | 'expired'
}

/** One movement of the balance of bought credit. `unit`: what was used, as its meter calls it. */
export type MovementView = {
  id: string
  on: string
  type: CreditMovement['type']
  amount: ExactAmount
  balance: ExactAmount
  unit: string | null
  documentId: DocumentId | null
}

export type CreditsPageView = {
  currency: Currency
  hasPaymentMethod: boolean
  /** Goes towards the next invoice by itself (C6). */
  account: { balance: MinorUnits; grants: LotView[] }
  /** Credit that is bought and drawn down; null where nothing that is sold draws any. */
  bought: null | {
    balance: ExactAmount
    lots: LotView[]
    /** The latest first. */
    movements: MovementView[]
    /** What may be bought at once (P2). */
    minimum: MinorUnits
    maximum: MinorUnits
    recharge: AutoRechargeView | null
    /** The newest invoice for credit, so that one press buys once. */
    lastPurchase: DocumentId | null
    /** A running plan stops when the balance is used up; only then does auto-recharge act (G101). */
    isDrawnDown: boolean
  }
  /** What the viewer may give to the team (G74). */
  personalCredit: MinorUnits
}

const GRANTS_SHOWN = 50
const MOVEMENTS_SHOWN = 14
const NOTHING = exact('0')

/** What the organization has, what drew it down, and how it is refilled (P8). Null where there is no such organization. */
export async function getCreditsPage(tx: Transaction, organizationId: OrganizationId, viewer: MemberId): Promise<CreditsPageView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  const credits = await getCredits(tx, organizationId, { limit: GRANTS_SHOWN })
  if (!here || !credits) return null
  const { organization, now } = here
  const lots = credits.grants.map((grant) => viewLot(grant, now))
  const isBought = ({ source }: LotView) => source === 'purchase' || source === 'auto_recharge'
  const sold = await loadPrepaidPolicy(tx, organization, now)
  const tier = await trustTierOf(tx, organization, now, sold)
  return {
    currency: credits.currency,
    hasPaymentMethod: await hasPaymentMethod(tx, organizationId),
    account: { balance: credits.creditBalance, grants: lots.filter((lot) => !isBought(lot)) },
    bought: sold && {
      balance: credits.prepaidBalance,
      lots: lots.filter(isBought),
      movements: await readMovements(tx, organizationId, now),
      minimum: sold.policy.minimum,
      maximum: sold.policy.tiers[tier - 1]?.maximum ?? sold.policy.minimum,
      recharge: credits.autoRecharge,
      lastPurchase: await findLastPurchase(tx, organizationId),
      isDrawnDown: (await readLiveSubscriptions(tx, organizationId)).some(({ holding }) => isPrepaid(holding.terms.plan)),
    },
    personalCredit: (await findMember(tx, organizationId, viewer))?.personalCredit ?? ZERO,
  }
}

function viewLot({ draws: _, ...grant }: GrantView, now: Instant): LotView {
  const isOver =
    grant.expired > NOTHING || (grant.expiresAt !== null && grant.expiresAt.epochMilliseconds <= now.epochMilliseconds && grant.remaining > NOTHING)
  return {
    id: grant.id,
    source: grant.source,
    documentId: grant.documentId,
    amount: grant.amount,
    remaining: grant.remaining,
    expired: grant.expired,
    grantedAt: grant.grantedAt.toString(),
    expiresAt: grant.expiresAt?.toString() ?? null,
    state: isOver ? 'expired' : grant.remaining === NOTHING ? 'used' : 'live',
  }
}

async function readMovements(tx: Transaction, organizationId: OrganizationId, now: Instant): Promise<MovementView[]> {
  const units = new Map((await loadCatalog(tx, now)).flatMap(({ meters }) => meters.map(({ id, unit }) => [id, unit] as const)))
  const movements = await listCreditMovements(tx, organizationId)
  return movements
    .map((movement, index) => ({
      id: `${index}`,
      on: movement.on || now.toString(),
      type: movement.type,
      amount: movement.amount,
      balance: movement.balance,
      unit: movement.type === 'used' ? (units.get(movement.meter) ?? movement.meter) : null,
      documentId: movement.type === 'invoice' ? movement.documentId : null,
    }))
    .reverse()
    .slice(0, MOVEMENTS_SHOWN)
}
