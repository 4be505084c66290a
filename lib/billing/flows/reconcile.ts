import { lte, sql } from 'drizzle-orm'
import { inEngine } from '../../../db/client'
import { payments, refunds } from '../../../db/schema'
import type { PaymentProvider } from '../../payments/port'
import { letOthersFirst } from '../commands/payment-steps'
import { isUnderWay } from '../commands/store/attempt'
import { abandon, check } from './collect'
import { checkRefund } from './refund'

const ROWS_PER_PASS = 100

/**
 * Looks again at every payment and refund whose outcome is not known, by wall time: what a crash, a lost answer or a
 * customer who never came back has left. An action that was never attempted, or was refused, is cancelled, so that nothing
 * is charged behind the back of a person who was told that it had failed; what was bought by itself is due, and is collected. Whatever is looked at goes to the end of the row.
 */
export async function reconcile(provider: PaymentProvider): Promise<number> {
  const due = await inEngine((tx) =>
    tx
      .select()
      .from(payments)
      .where(sql`${lte(payments.checkAt, sql`now()`)} and (${payments.leaseUntil} is null or ${payments.leaseUntil} < now())`)
      .orderBy(payments.checkAt)
      .limit(ROWS_PER_PASS),
  )
  const faults: unknown[] = []
  for (const payment of due) {
    const key = { organizationId: payment.organizationId, paymentId: payment.id }
    try {
      const isKnown = payment.state === 'refused' && !isUnderWay(payment)
      const state = isKnown ? payment.state : await check(provider, key)
      const neverConfirmed = state === 'created' || state === 'open' || state === 'refused'
      if (!payment.dunning && payment.retryAt === null && neverConfirmed) await abandon(provider, key)
    } catch (fault) {
      faults.push(fault) // One that throws keeps no other from its turn.
    }
    // What has not moved makes room for the others: more of them than one pass takes must not be all that is ever looked at.
    await inEngine((tx) => letOthersFirst(tx, key))
  }
  const open = await inEngine((tx) => tx.select().from(refunds).where(lte(refunds.checkAt, sql`now()`)).orderBy(refunds.checkAt).limit(ROWS_PER_PASS))
  for (const refund of open) {
    try {
      await checkRefund(provider, { organizationId: refund.organizationId, refundId: refund.id })
    } catch (fault) {
      faults.push(fault)
    }
  }
  if (faults.length > 0) throw new AggregateError(faults, `${faults.length} payments or refunds could not be read back`)
  return due.length + open.length
}
