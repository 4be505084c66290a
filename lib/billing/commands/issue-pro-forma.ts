import { pendingActions } from '../../../db/schema'
import type { DocumentId, OrganizationId, SubscriptionId } from '../../ids'
import { ZERO } from '../../money'
import { ok, type Result, refuse } from '../../result'
import type { DocumentMistake } from '../catalog/document'
import type { CommandContext } from '../context'
import { findPlan, type Interval } from '../core/catalog'
import { decideSubscribe } from '../core/subscribe'
import { type ChangeInProgress, findWaitingAction, openAccount, toAccount } from './store/account'
import { recordAudit } from './store/audit'
import { loadNewestProduct } from './store/catalog'
import { mayChoose } from './store/custom-plans'
import { issueDocuments } from './store/documents'
import { type Forbidden, forbidsActor } from './store/members'
import { tellBilling } from './store/messages'
import { type AlreadySubscribed, findAwaiting, findObstacle } from './store/obstacles'
import { openSubscription } from './store/open-subscription'
import { lockOrganization, OrganizationGone } from './store/organization'
import { readReceipt } from './store/receipt'
import { countSeats } from './store/seats'
import { proFormaMessage } from './store/words-payments'

export type IssueProForma = {
  organizationId: OrganizationId
  product: string
  plan: string
  interval?: Interval | undefined
  /** Of a plan that is priced per seat; left out: the members now. */
  seats?: number | undefined
}

export type IssuedProForma = { subscriptionId: SubscriptionId; documentId: DocumentId }

export type IssueProFormaRefusal =
  | Forbidden
  | { code: 'unknown_product'; product: string }
  | { code: 'unknown_plan'; plan: string }
  | { code: 'unknown_interval'; interval: string }
  | { code: 'currency_mismatch'; currency: string; planCurrency: string }
  | { code: 'invalid_product'; mistakes: DocumentMistake[] }
  | { code: 'plan_not_offered' }
  | AlreadySubscribed
  | ChangeInProgress

/** It waits for as long as a budget takes: given up by its customer alone. */
const WAITS_YEARS = 100

/**
 * Invoice first (T13, G9): priced now, and the plan begins at the instant at which it is paid, by card or by bank transfer.
 * Until then it grants nothing, is collected by nobody, and a free subscription of the product goes on.
 */
export async function issueProForma({ tx, actor }: CommandContext, input: IssueProForma): Promise<Result<IssuedProForma, IssueProFormaRefusal>> {
  const { organizationId } = input
  const { organization, now } = await lockOrganization(tx, organizationId)
  if (organization.deletedAt !== null) throw new OrganizationGone(organization.id)
  const forbidden = await forbidsActor(tx, organizationId, actor, 'plan:write')
  if (forbidden) return refuse(forbidden)
  if (!(await mayChoose(tx, organizationId, input.plan))) return refuse({ code: 'unknown_plan', plan: input.plan })
  const product = await loadNewestProduct(tx, input.product, now, [input.plan])
  if (!product) return refuse({ code: 'unknown_product', product: input.product })
  const plan = findPlan(product, input.plan)
  if (!plan) return refuse({ code: 'unknown_plan', plan: input.plan })
  const interval = input.interval ?? 'month'
  const price = plan.prices[interval]
  if (price === undefined) return refuse({ code: 'unknown_interval', interval })
  if (product.currency !== organization.currency) return refuse({ code: 'currency_mismatch', currency: organization.currency, planCurrency: product.currency })
  if (price === 0n) return refuse(mistake('plan', 'costs nothing, so that there is nothing to invoice first'))
  if (input.seats !== undefined && !plan.perSeat) return refuse(mistake('seats', 'this plan is not priced per seat'))
  if (!plan.offered) return refuse({ code: 'plan_not_offered' })
  const obstacle = await findObstacle(tx, organizationId, product.id)
  if (obstacle) return refuse(obstacle)
  const awaiting = await findAwaiting(tx, organizationId, product.id)
  const waiting = awaiting && (await findWaitingAction(tx, organizationId, awaiting))
  if (waiting) return refuse(waiting)

  const account = await openAccount(tx, organizationId, product.currency, true)
  // Priced in full: credit meets invoices that are owed, and this one is only asked for.
  const seats = input.seats ?? (await countSeats(tx, organizationId, product))
  const decision = decideSubscribe({ product, plan, interval, account: { ...toAccount(account), creditBalance: NOTHING }, now, seats })
  const { period, document } = decision
  const subscriptionId = await openSubscription(tx, organizationId, decision)
  const [issued] = await issueDocuments(tx, [
    { organization, at: now, draft: document, kind: 'pro_forma', subscriptionId, period, currency: product.currency, dunning: true, grants: [] },
  ])
  if (!issued) throw new Error('the pro-forma invoice was not issued')
  await tx.insert(pendingActions).values({
    organizationId,
    documentId: issued.document.id,
    subscriptionId,
    kind: 'pro_forma',
    actor,
    decision: {},
    expiresAt: now.add({ hours: WAITS_YEARS * 365 * 24 }),
    state: 'waiting',
  })
  await recordAudit(tx, [
    {
      organizationId,
      at: now,
      actor,
      action: 'invoice.pro_forma',
      target: issued.document.id,
      after: { plan: plan.id, amount: document.total.toString(), currency: product.currency },
    },
  ])
  const receipt = await readReceipt(tx, issued.document, ZERO)
  await tellBilling(tx, [proFormaMessage(organization, issued.document, { planName: plan.name, receipt, at: now })])
  return ok({ subscriptionId, documentId: issued.document.id })
}

const NOTHING = 0n as ReturnType<typeof toAccount>['creditBalance']

function mistake(path: string, message: string): { code: 'invalid_product'; mistakes: DocumentMistake[] } {
  return { code: 'invalid_product', mistakes: [{ path, message }] }
}
