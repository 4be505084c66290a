import { closeDatabase, inEngine } from '@/db/client'
import type { DocumentId, OrganizationId, QuoteId, SubscriptionId } from '../../ids'
import { stripeProvider } from '../../payments/stripe/stripe-provider'
import { runDueFor } from '../flows/due-work'
import type { FlowContext } from '../flows/flow-context'
import { changePlanAndPay, payInvoice } from '../flows/paid-actions'
import { setPaymentMethod } from '../flows/payment-method'
import { refundInvoice } from '../flows/refund'

/**
 * A process that does one thing and is killed at `HEADROOM_FAILPOINT` while it does it. Started by the crash tests, which
 * say in `HEADROOM_TEST_WORK` what to do.
 */
export type Work =
  | { do: 'change'; organizationId: OrganizationId; subscriptionId: SubscriptionId; quoteId: QuoteId }
  | { do: 'due'; organizationId: OrganizationId }
  | { do: 'refund'; organizationId: OrganizationId; documentId: DocumentId }
  | { do: 'card'; organizationId: OrganizationId; methodRef: string }
  | { do: 'pay'; organizationId: OrganizationId; documentId: DocumentId }

const work = JSON.parse(process.env.HEADROOM_TEST_WORK ?? 'null') as Work & { apiBase: string; secretKey: string }
const provider = stripeProvider({ secretKey: work.secretKey, webhookSecret: null, mode: 'sandbox', apiBase: work.apiBase })
const flow: FlowContext = { provider, first: (command) => inEngine((tx) => command({ tx, actor: 'operator' })) }

switch (work.do) {
  case 'change':
    await changePlanAndPay(flow, { ...work, returnUrl: 'https://dashboard.example/back' })
    break
  case 'due':
    await runDueFor(provider, [work.organizationId])
    break
  case 'refund':
    await refundInvoice(flow, work)
    break
  case 'card':
    await setPaymentMethod(flow, { ...work, key: 'killed' })
    break
  case 'pay':
    await payInvoice(flow, { ...work, returnUrl: 'https://dashboard.example/back' })
    break
}
await closeDatabase()
