import type { Transaction } from '../../../db/client'
import type { DocumentId, GrantId, MemberId, OrganizationId } from '../../ids'
import { type Currency, type ExactAmount, exact, type MinorUnits, ZERO } from '../../money'
import type { Instant } from '../../time'
import { hasPaymentMethod } from '../commands/store/account'
import { loadCatalog } from '../commands/store/catalog'
import { findLastPurchase } from '../commands/store/last-purchase'
import { findMember } from '../commands/store/members'
import { type Organization, readOrganizationTime } from '../commands/store/organization'
import { balanceAt, readPrepaid } from '../commands/store/prepaid'
import { loadPrepaidPolicy, type SoldCredit, trustTierOf } from '../commands/store/trust'
import { isPrepaid, type Product, paysFromCredit } from '../core/catalog'
import { balanceRunsOutAt } from '../core/forecast'
import { type CreditMovement, listCreditMovements } from './credit-movements'
import { type AutoRechargeView, type GrantView, getAutoRecharge, getCreditBalance, listAccountGrants, listLots } from './credits'
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
  /** Null: what is owed now. */
  on: string | null
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
  account: { balance: MinorUnits; grants: LotPage }
  /** Credit that is bought and drawn down; null where nothing that is sold draws any. */
  bought: Bought | null
  /** What the viewer may give to the team (G74). */
  personalCredit: MinorUnits
}

/** Newest first. `next`: of the last row, where there are older ones. */
export type LotPage = { rows: LotView[]; next: GrantId | null }

type Bought = {
  balance: ExactAmount
  /** What it is sold for. */
  product: { id: string; name: string }
  /** What of the organization it pays: usage as it comes (P1), the invoice at the month's end (G70), or nothing that the organization has. */
  pays: 'usage' | 'invoice' | 'nothing'
  /** When it is used up at the period's pace; null: not drawn down, too early to tell, or beyond a year. */
  runsOutAt: string | null
  lots: LotPage
  /** The latest first. */
  movements: MovementView[]
  /** What may be bought at once (P2). */
  minimum: MinorUnits
  maximum: MinorUnits
  recharge: AutoRechargeView | null
  /** The newest invoice for credit, so that one press buys once. */
  lastPurchase: DocumentId | null
}

const PAGE_LENGTH = 20
const MOVEMENTS_SHOWN = 14
const NOTHING = exact('0')

/** Where in each of the page's two lists: null, at its newest. */
export type CreditsPlace = { lotsBefore: GrantId | null; grantsBefore: GrantId | null }

/** What the organization has, what drew it down, and how it is refilled (P8). Null where there is no such organization. */
export async function getCreditsPage(
  tx: Transaction,
  organizationId: OrganizationId,
  { viewer, lotsBefore, grantsBefore }: CreditsPlace & { viewer: MemberId },
): Promise<CreditsPageView | null> {
  const here = await readOrganizationTime(tx, organizationId)
  if (!here || here.organization.deletedAt !== null) return null
  const { organization, now } = here
  const { currency } = organization
  const viewPage = (found: GrantView[]): LotPage => ({
    rows: found.slice(0, PAGE_LENGTH).map((grant) => viewLot(grant, now)),
    next: found.length > PAGE_LENGTH ? (found[PAGE_LENGTH - 1]?.id ?? null) : null,
  })
  const granted = await listAccountGrants(tx, organizationId, { currency, limit: PAGE_LENGTH + 1, before: grantsBefore })
  const sold = await loadPrepaidPolicy(tx, organization, now)
  return {
    currency,
    hasPaymentMethod: await hasPaymentMethod(tx, organizationId),
    account: { balance: await getCreditBalance(tx, organizationId), grants: viewPage(granted) },
    bought: sold && {
      ...(await readBought(tx, organization, { now, sold })),
      lots: viewPage(await listLots(tx, organizationId, { limit: PAGE_LENGTH + 1, before: lotsBefore })),
    },
    personalCredit: (await findMember(tx, organizationId, viewer))?.personalCredit ?? ZERO,
  }
}

/** The balance, what draws it and how it is refilled. */
async function readBought(tx: Transaction, organization: Organization, { now, sold }: { now: Instant; sold: SoldCredit }): Promise<Omit<Bought, 'lots'>> {
  const { id } = organization
  const catalog = await loadCatalog(tx, now)
  const tier = await trustTierOf(tx, organization, now, sold)
  const state = (await readPrepaid(tx, [id])).get(id)
  const balance = state ? balanceAt(state, now) : NOTHING
  const live = (await readLiveSubscriptions(tx, id)).map(({ holding }) => holding)
  const drawing = live.find(({ terms }) => isPrepaid(terms.plan))
  const runsOutAt = drawing && balanceRunsOutAt({ period: drawing.period, now, segments: drawing.segments, balance })
  const product = catalog.find((one) => one.id === sold.product)
  return {
    balance,
    product: { id: sold.product, name: product?.name ?? sold.product },
    pays: drawing ? 'usage' : live.some(({ terms }) => paysFromCredit(terms.plan)) ? 'invoice' : 'nothing',
    runsOutAt: runsOutAt?.toString() ?? null,
    movements: await readMovements(tx, id, catalog),
    minimum: sold.policy.minimum,
    maximum: sold.policy.tiers[tier - 1]?.maximum ?? sold.policy.minimum,
    recharge: await getAutoRecharge(tx, id),
    lastPurchase: await findLastPurchase(tx, id),
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

async function readMovements(tx: Transaction, organizationId: OrganizationId, catalog: readonly Product[]): Promise<MovementView[]> {
  const units = new Map(catalog.flatMap(({ meters }) => meters.map(({ id, unit }) => [id, unit] as const)))
  const movements = await listCreditMovements(tx, organizationId, MOVEMENTS_SHOWN)
  return movements.map((movement, index) => ({
    id: `${index}`,
    on: movement.on,
    type: movement.type,
    amount: movement.amount,
    balance: movement.balance,
    unit: movement.type === 'used' ? (units.get(movement.meter) ?? movement.meter) : null,
    documentId: movement.type === 'invoice' ? movement.documentId : null,
  }))
}
