import { inEngine } from '../../../db/client'
import { failpoint } from '../../failpoint'
import type { PaymentObservation, PaymentProvider } from '../../payments/port'
import { type Result, refuse } from '../../result'
import { claimCheck, type PaymentKey, referenceOf, releaseLease } from '../commands/payment-steps'
import {
  type MarkPaid,
  type MarkPaidRefusal,
  markUncollectible,
  type RepairInvoice,
  type RepairRefusal,
  recordBankTransfer,
  refusesToGiveUp,
  voidInvoice,
} from '../commands/repair-invoice'
import { settle } from '../commands/settle'
import type { PaymentRow } from '../commands/store/documents'
import { findPaymentOf } from '../commands/store/payment-of'
import type { FlowContext } from './flow-context'

/** Takes an unpaid invoice back (G80). */
export function voidAndWithdraw(context: FlowContext, input: RepairInvoice): Promise<Result<null, RepairRefusal>> {
  return withdrawn(context.provider, input, () => context.first((command) => voidInvoice(command, input)))
}

/** Gives an unpaid invoice up (G80). */
export async function giveUpInvoice(context: FlowContext, input: RepairInvoice): Promise<Result<null, RepairRefusal>> {
  const refusal = await inEngine((tx) => refusesToGiveUp(tx, input))
  if (refusal) return refuse(refusal)
  return withdrawn(context.provider, input, () => context.first((command) => markUncollectible(command, input)))
}

/** A bank transfer has come in (T13): what the invoice pays for takes effect with it, as with a card. */
export function markInvoicePaid(context: FlowContext, input: MarkPaid): Promise<Result<null, MarkPaidRefusal>> {
  return withdrawn(context.provider, input, () =>
    context.first(async (command) => {
      const recorded = await recordBankTransfer(command, input)
      if (!recorded.ok) return recorded
      const { paymentId, amount } = recorded.value
      await settle(command, { organizationId: input.organizationId, paymentId, observed: { state: 'collected', amount } })
      return { ok: true, value: null } as const
    }),
  )
}

/**
 * Cancels the payment at the provider and holds it, so that nobody collects what is being taken back; then does it. Should
 * the money turn out to have come in, payment wins (G80), and the repair finds an invoice that is paid.
 *
 * @throws OutcomeUnknown, ProviderUnavailable where the provider does not say that it is canceled: nothing has been repaired,
 * and the same can be asked again, under the same key too.
 */
export async function withdrawn<Value, Refusal>(
  provider: PaymentProvider,
  of: Pick<RepairInvoice, 'organizationId' | 'documentId'>,
  repair: () => Promise<Result<Value, Refusal>>,
): Promise<Result<Value, Refusal | RepairRefusal>> {
  const paymentId = await inEngine((tx) => findPaymentOf(tx, of))
  if (!paymentId) return repair()
  const key: PaymentKey = { organizationId: of.organizationId, paymentId }
  const underWay = refuse({ code: 'change_in_progress', invoice: of.documentId, url: null } as const)
  const claimed = await inEngine((tx) => claimCheck(tx, key))
  if (!claimed) return underWay
  try {
    failpoint('withdraw:claimed')
    const observed = await cancel(provider, claimed)
    failpoint('withdraw:canceled')
    if (observed?.state === 'collected') await inEngine((tx) => settle({ tx, actor: 'system' }, { ...key, observed }))
    else if (observed && observed.state !== 'abandoned') return underWay
    return await repair()
  } finally {
    await inEngine((tx) => releaseLease(tx, key, claimed.leaseToken))
  }
}

/** Null: the provider knows nothing of it, or it has settled. */
async function cancel(provider: PaymentProvider, { payment, leaseToken }: { payment: PaymentRow; leaseToken: string }): Promise<PaymentObservation | null> {
  if (payment.state === 'collected' || payment.state === 'disputed') return null
  const providerRef = payment.providerRef ?? (await provider.find(referenceOf(payment)))?.providerRef
  return providerRef ? provider.abandon({ providerRef, key: `inv:${payment.documentId}:withdraw:${leaseToken}` }) : null
}
