import { setTimeout as sleep } from 'node:timers/promises'
import { and, eq, inArray, isNull, lte, ne, not, notInArray, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { organizations, payments, pendingActions, refunds, subscriptions, webhookInbox } from '../../../db/schema'
import { organizationNow } from '../../billing/commands/store/organization'
import { letWallTimePass } from '../../billing/testing/wall-time'
import type { OrganizationId } from '../../ids'
import type { Installation } from './installation'

type Customer = { id: OrganizationId }

const LOOKS = 300
const PAUSE_MS = 50
/** Whoever lives holds a payment for two calls to the sandbox, which take milliseconds. */
const DEAD_AFTER_SECONDS = 5

/**
 * Until nothing waits any more: wall time passes, and the worker looks. Who is alive keeps what it holds, as it does where time passes by itself.
 * `butTheBank`: until nothing waits but a customer's answer to their bank.
 */
export async function settle(product: Installation, customer: Customer, { butTheBank = false } = {}): Promise<void> {
  for (let look = 0; look < LOOKS; look++) {
    if ((await retried(() => waiting(customer, butTheBank))).length === 0) return
    await retried(async () => {
      await letWallTimePass(customer.id, { heldFor: DEAD_AFTER_SECONDS })
      await inEngine((tx) => tx.update(webhookInbox).set({ nextTryAt: sql`now() - interval '1 second'` }).where(eq(webhookInbox.state, 'pending')))
      await product.wake('reconcile', 'inbox', 'due')
    })
    await sleep(PAUSE_MS)
  }
  throw new Error(`something waits for ever: ${JSON.stringify(await waiting(customer, butTheBank))}`)
}

/** Nobody is at it, and its retry is days away, or whoever owes it decides when. */
const waitsForItsDay = sql`(${payments.leaseUntil} is null and ${payments.checkAt} is null and ${payments.dunning} and (${payments.retryAt} is null or ${payments.retryAt} > now()))`

/** The customer has been asked, and nobody has tried anything since. */
const waitsForBank = sql`(${payments.leaseUntil} is null and ${payments.state} = 'needs_customer' and ${payments.attempts} = ${payments.attemptsOver})`

async function waiting({ id: organizationId }: Customer, butTheBank: boolean): Promise<object[]> {
  return inEngine(async (tx) => {
    const open = await tx
      .select({ state: payments.state, attempts: payments.attempts, over: payments.attemptsOver, checkAt: payments.checkAt, leaseUntil: payments.leaseUntil })
      .from(payments)
      .where(
        and(
          eq(payments.organizationId, organizationId),
          notInArray(payments.state, ['collected', 'disputed', 'abandoned']),
          not(waitsForItsDay),
          butTheBank ? not(waitsForBank) : undefined,
        ),
      )
    const sent = await tx
      .select({ refund: refunds.id, state: refunds.state })
      .from(refunds)
      .where(and(eq(refunds.organizationId, organizationId), inArray(refunds.state, ['created', 'pending'])))
    const acts = await tx
      .select({ kind: pendingActions.kind, state: pendingActions.state })
      .from(pendingActions)
      .where(and(eq(pendingActions.organizationId, organizationId), eq(pendingActions.state, 'waiting'), ne(pendingActions.kind, 'pro_forma')))
    const due = await tx
      .select({ id: subscriptions.id })
      .from(subscriptions)
      .innerJoin(organizations, eq(organizations.id, subscriptions.organizationId))
      .where(
        and(
          eq(organizations.id, organizationId),
          isNull(subscriptions.endedAt),
          isNull(subscriptions.renewalError),
          lte(subscriptions.periodEnd, organizationNow),
        ),
      )
    return [...open, ...sent, ...acts, ...due]
  })
}

/** The server has only just come back, and connections of before are not yet known to be gone. */
export async function retried<Value>(work: () => Promise<Value>): Promise<Value> {
  for (let attempt = 0; ; attempt++) {
    try {
      return await work()
    } catch (fault) {
      if (attempt >= LOOKS) throw fault
      await sleep(PAUSE_MS)
    }
  }
}
