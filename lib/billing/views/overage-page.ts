import type { Transaction } from '../../../db/client'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../ids'
import type { Currency, MinorUnits } from '../../money'
import type { Instant } from '../../time'
import { loadNewestProduct } from '../commands/store/catalog'
import { listCustomPlans } from '../commands/store/custom-plans'
import { readOrganizationTime } from '../commands/store/organization'
import { getOverageHistory, getPeriods } from './usage-history'

export type PastOverageView = {
  start: string
  end: string
  plan: string
  overage: bigint
  unit: string
  amount: MinorUnits
  /** Null: nothing was due for it. */
  invoice: DocumentId | null
}

/** `next`: the start to ask for before; null on the last page. */
export type OverageHistoryView = { currency: Currency; items: PastOverageView[]; next: string | null }

type Choice = { organizationId: OrganizationId; subscriptionId: SubscriptionId; productId: string; before?: Instant | null; limit: number }

/** The overage history with the names that a person knows (A11). Null where there is no such product. */
export async function getOveragePage(tx: Transaction, { productId, ...choice }: Choice): Promise<OverageHistoryView | null> {
  const product = await newestProduct(tx, choice.organizationId, productId)
  if (!product) return null
  const { items, next } = await getOverageHistory(tx, choice)
  return {
    currency: product.currency,
    items: items.map(({ period, plan, ...row }) => ({
      ...row,
      start: period.start.toString(),
      end: period.end.toString(),
      plan: product.plans.find((one) => one.id === plan)?.name ?? plan,
      // Units of several meters are added up, which no one name fits.
      unit: product.meters.length === 1 ? (product.meters[0]?.unit ?? '') : '',
    })),
    next: next?.toString() ?? null,
  }
}

export type PastPeriodView = { start: string; end: string; plan: string }

/** Closed periods for the period picker, newest first. `next` as above. */
export async function getPastPeriods(tx: Transaction, { productId, ...choice }: Choice): Promise<{ items: PastPeriodView[]; next: string | null }> {
  const product = await newestProduct(tx, choice.organizationId, productId)
  const { items, next } = await getPeriods(tx, choice)
  return {
    items: items.map(({ start, end, plan }) => ({
      start: start.toString(),
      end: end.toString(),
      plan: product?.plans.find((one) => one.id === plan)?.name ?? plan,
    })),
    next: next?.toString() ?? null,
  }
}

async function newestProduct(tx: Transaction, organizationId: OrganizationId, productId: string) {
  const here = await readOrganizationTime(tx, organizationId)
  return (
    here &&
    loadNewestProduct(
      tx,
      productId,
      here.now,
      (await listCustomPlans(tx, organizationId)).map(({ id }) => id),
    )
  )
}
