import { and, eq } from 'drizzle-orm'
import { expect } from 'vitest'
import { inEngine } from '../../../db/client'
import { payments } from '../../../db/schema'
import type { MessageKind } from '../../billing/message-kinds'
import type { ReceiptPayload } from '../../billing/message-payloads'
import { cashByTransfer, keptAtProvider, ledgerCash } from '../../billing/testing/cash'
import { type Customer, chargesOf, product, triesOf } from './crash-operations'
import { type Told, toldTo } from './told'

/** The books say what the payment provider does, and so does what the customer was written. */
export async function expectSameEverywhere(customer: Customer): Promise<void> {
  expect(await product.make('GET', `/books?organization=${customer.id}`)).toMatchObject({ balanced: true, differences: [] })
  const kept = await keptAtProvider({ payments: product }, await chargesOf(customer))
  expect(await ledgerCash(customer.id), 'the books say what the provider does').toBe(kept + (await cashByTransfer(customer.id)))
  await expectToldTheTruth(customer)
}

/** What tells of a payment, with its receipt in it; a change of plan that costs nothing says so there. */
const OF_PAYMENTS: ReadonlySet<string> = new Set<MessageKind>(['receipt', 'renewal_paid', 'plan_changed', 'auto_upgraded', 'auto_recharge_done'])
const OF_REFUNDS: MessageKind = 'refund_issued'
const OF_FAILURES: ReadonlySet<string> = new Set<MessageKind>(['payment_failed', 'auto_upgrade_failed', 'auto_recharge_failed'])

/** One receipt for each time that money has moved, none where none has, and nobody reads of a failure of what was paid. */
async function expectToldTheTruth(customer: Customer): Promise<void> {
  const [told, tries, collected] = [await toldTo(customer), await triesOf(customer), await collectedOf(customer)]
  const charges = tries.filter(({ status }) => status === 'succeeded')
  const transfers = collected.filter(({ bankReference }) => bankReference !== null)
  const paid = [...charges.map(({ amount }) => amount), ...transfers.map(({ amount }) => Number(amount))]
  expect(bySize(receipted(told)), 'a receipt for each payment').toEqual(bySize(paid))
  const refunded = told.filter(({ kind }) => kind === OF_REFUNDS).map(({ payload }) => Number(payload.amount))
  expect(bySize(refunded), 'a mail for each refund').toEqual(bySize(await refundsOf(charges)))
  const failures = told.filter(({ kind }) => OF_FAILURES.has(kind)).map(({ fact }) => fact)
  expect(failures.length, 'a mail of a failure for what was refused only').toBeLessThanOrEqual(tries.length - charges.length)
  // A transfer is no attempt: what the card was refused before it stays so.
  const charged = collected.filter(({ bankReference }) => bankReference === null)
  for (const { documentId, attempts } of charged) expect(failures, 'what was paid has not failed').not.toContain(`${documentId}:refused:${attempts}`)
}

/** Of each receipt, what it says was paid. */
function receipted(told: readonly Told[]): number[] {
  const receipts = told.filter(({ kind }) => OF_PAYMENTS.has(kind)).map(({ payload }) => (payload as { receipt?: ReceiptPayload }).receipt)
  return receipts.map((receipt) => Number(receipt?.amountPaid ?? 0)).filter((amount) => amount > 0)
}

function collectedOf({ id }: Customer) {
  const isCollected = and(eq(payments.organizationId, id), eq(payments.state, 'collected'))
  return inEngine((tx) => tx.select().from(payments).where(isCollected))
}

async function refundsOf(charges: Awaited<ReturnType<typeof chargesOf>>): Promise<number[]> {
  const refunded = charges.filter((charge) => charge.amount_refunded > 0)
  const lists = await Promise.all(refunded.map((charge) => product.stripe.refunds.list({ payment_intent: String(charge.payment_intent), limit: 100 })))
  return lists.flatMap(({ data }) => data.map(({ amount }) => amount))
}

function bySize(amounts: readonly number[]): number[] {
  return amounts.toSorted((a, b) => a - b)
}
