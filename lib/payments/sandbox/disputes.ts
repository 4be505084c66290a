import type { Stripe } from 'stripe'
import type { z } from 'zod'
import { invalidRequest, noSuch } from './failure'
import { mergeMetadata } from './metadata'
import type { disputeUpdate } from './parameters'
import type { Call } from './store'
import { findObject, recordEvent, saveObject, unixNow } from './store'
import { newStripeId } from './stripe-ids'

const DAYS_TO_ANSWER = 7
const SECONDS_A_DAY = 86_400

/** How a bank decides; `open` is where a dispute begins. */
export type DisputeOutcome = 'open' | 'won' | 'lost'

const OPEN: ReadonlySet<Stripe.Dispute['status']> = new Set(['needs_response', 'warning_needs_response'])
const STATUS = { open: 'needs_response', won: 'won', lost: 'lost' } as const

type Disputed = { outcome: DisputeOutcome; dispute?: string | undefined; amount?: number | undefined; reason: string; isInquiry?: boolean }

/**
 * The customer's bank takes a payment back, for now or for good. Null where there is no such collected payment, or no such
 * dispute of it. A dispute that is there is moved on; one that was never open is opened and closed at once.
 */
export async function disputePayment(
  call: Call,
  intentId: string,
  { outcome, dispute: named, amount, reason, isInquiry = false }: Disputed,
): Promise<Stripe.Dispute | null> {
  const intent = await findObject(call, 'payment_intent', intentId, 'for update')
  const chargeId = intent?.body.latest_charge
  const charge = typeof chargeId === 'string' ? await findObject(call, 'charge', chargeId, 'for update') : null
  if (charge?.body.status !== 'succeeded') return null
  if (named !== undefined) return decideAnew(call, intentId, named, outcome)
  const latest = await latestDisputeOf(call, intentId)
  if (latest?.status === STATUS[outcome]) return latest
  const dispute = latest && OPEN.has(latest.status) ? latest : await openDispute(call, charge.body, intentId, { amount, reason, isInquiry })
  if (outcome === 'open') return dispute
  return decide(call, dispute, outcome)
}

async function decideAnew(call: Call, intentId: string, id: string, outcome: DisputeOutcome): Promise<Stripe.Dispute | null> {
  const found = await findObject(call, 'dispute', id, 'for update')
  if (found?.body.payment_intent !== intentId) return null
  return decide(call, found.body, outcome)
}

async function decide(call: Call, dispute: Stripe.Dispute, outcome: DisputeOutcome): Promise<Stripe.Dispute> {
  const decided: Stripe.Dispute = { ...dispute, status: STATUS[outcome] }
  await saveObject(call, decided)
  await recordEvent(call, outcome === 'won' ? 'charge.dispute.funds_reinstated' : 'charge.dispute.updated', decided)
  if (outcome !== 'open') await recordEvent(call, 'charge.dispute.closed', decided)
  return decided
}

async function latestDisputeOf(call: Call, intentId: string): Promise<Stripe.Dispute | null> {
  const found = await call.client.query<{ body: Stripe.Dispute }>(
    `select body from stripe_sandbox.objects where kind = 'dispute' and payment_intent = $1 order by sequence desc limit 1`,
    [intentId],
  )
  return found.rows[0]?.body ?? null
}

async function openDispute(
  call: Call,
  charge: Stripe.Charge,
  intentId: string,
  { amount, reason, isInquiry }: { amount?: number | undefined; reason: string; isInquiry: boolean },
): Promise<Stripe.Dispute> {
  const dispute: Stripe.Dispute = {
    id: newStripeId('du'),
    object: 'dispute',
    amount: amount ?? charge.amount_captured - charge.amount_refunded,
    balance_transactions: [],
    charge: charge.id,
    created: unixNow(),
    currency: charge.currency,
    enhanced_eligibility_types: [],
    evidence: {} as Stripe.Dispute.Evidence, // Nobody sends any to a simulated bank.
    evidence_details: {
      due_by: unixNow() + DAYS_TO_ANSWER * SECONDS_A_DAY,
      enhanced_eligibility: {},
      has_evidence: false,
      past_due: false,
      submission_count: 0,
      submission_method: 'manual',
    },
    intended_submission_method: 'manual',
    is_charge_refundable: false,
    livemode: false,
    metadata: {},
    payment_intent: intentId,
    reason,
    status: isInquiry ? 'warning_needs_response' : STATUS.open,
  }
  await saveObject(call, dispute)
  await saveObject<'charge'>(call, { ...charge, disputed: true })
  await recordEvent(call, 'charge.dispute.created', dispute)
  if (!isInquiry) await recordEvent(call, 'charge.dispute.funds_withdrawn', dispute)
  return dispute
}

export async function updateDispute(call: Call, id: string, given: z.output<typeof disputeUpdate>): Promise<Stripe.Dispute> {
  const dispute = await getDispute(call, id)
  const updated = { ...dispute, metadata: mergeMetadata(dispute.metadata, given.metadata) }
  await saveObject(call, updated)
  await recordEvent(call, 'charge.dispute.updated', updated)
  return updated
}

/** The seller does not contest it. */
export async function closeDispute(call: Call, id: string): Promise<Stripe.Dispute> {
  const dispute = await getDispute(call, id)
  if (!OPEN.has(dispute.status)) throw invalidRequest('This dispute is already closed', {})
  const isInquiry = dispute.status === 'warning_needs_response'
  const closed: Stripe.Dispute = { ...dispute, status: isInquiry ? 'warning_closed' : STATUS.lost }
  await saveObject(call, closed)
  await recordEvent(call, 'charge.dispute.closed', closed)
  return closed
}

async function getDispute(call: Call, id: string): Promise<Stripe.Dispute> {
  const found = await findObject(call, 'dispute', id, 'for update')
  if (!found) throw noSuch('dispute', id)
  return found.body
}
