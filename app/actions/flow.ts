import { inWeb } from '@/db/client'
import { Halt } from '@/lib/api/answer'
import { Idempotency, idempotencyKey, Replayed, sentBody } from '@/lib/api/idempotency'
import { lockOrganization } from '@/lib/billing/commands/store/organization'
import type { FlowContext as BillingFlow } from '@/lib/billing/flows/flow-context'
import type { DocumentId, PaymentId } from '@/lib/ids'
import { paymentProvider } from '@/lib/payments/provider'
import { ok, type Result, refuse } from '@/lib/result'
import type { FlowContext } from './define-action'

/** A billing flow on behalf of a viewer: its commands see the viewer's organization and nothing else. */
export function billingFlow({ actor, viewer }: FlowContext): BillingFlow {
  return {
    provider: paymentProvider(process.env),
    first: (work) => inWeb({ organizationId: viewer.organization.id, userId: viewer.user.id }, (tx) => work({ tx, actor })),
  }
}

/** One press of a button: its key is the same until an answer has come, and what is asked with it too. */
type Press = { action: string; key: string; asked: unknown }

/** What every command behind such a button gives, and all that is needed to go on with it. */
type Opened = { documentId: DocumentId | null; paymentId: PaymentId | null }

/**
 * As `billingFlow`, of one press: what its command has opened is remembered in the same transaction, under the key that a
 * request to the machine interface would have (C7). Pressed again because no answer came, the flow goes on with that, and
 * opens nothing. A refusal is not remembered: nothing was done.
 */
export function pressedFlow(context: FlowContext, { action, key, asked }: Press): BillingFlow {
  const { actor, viewer } = context
  const flow = billingFlow(context)
  const organizationId = viewer.organization.id
  const pressed = new Idempotency(idempotencyKey({ keyId: actor, method: 'PRESS', path: action, actor, key, body: sentBody(asked) }))
  return {
    ...flow,
    first: <Value>(work: Parameters<typeof flow.first<Value>>[0]) =>
      flow.first(async (command) => {
        await lockOrganization(command.tx, organizationId) // Of two at the same moment the second waits, and is told of the first.
        try {
          await pressed.recall(command.tx)
        } catch (fault) {
          return answerTo(fault) as Value
        }
        const value = await work(command)
        const opened = value as Result<Opened, unknown>
        if (opened.ok) await pressed.begin(command.tx, { document: opened.value.documentId, payment: opened.value.paymentId }, organizationId)
        return value
      }),
  }
}

/** As the command's own result: what the first press opened, or that this key was another's. */
function answerTo(fault: unknown): Result<{ [Name in keyof Opened]: string | null }, { code: 'idempotency_mismatch' }> {
  if (fault instanceof Replayed) return ok({ documentId: fault.facts.document ?? null, paymentId: fault.facts.payment ?? null })
  if (fault instanceof Halt) return refuse({ code: 'idempotency_mismatch' })
  throw fault
}

/** A page of the organization as the payment provider can send a person back to it. */
export function returnUrlOf({ viewer }: FlowContext, path: string): string {
  const base = process.env.HEADROOM_URL ?? `http://localhost:${process.env.PORT ?? 3000}`
  return new URL(`/${viewer.organization.slug}${path}`, base).href
}
