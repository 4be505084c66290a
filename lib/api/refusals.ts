import type { AddMemberRefusal } from '../billing/commands/add-member'
import type { AdjustCreditRefusal } from '../billing/commands/adjust-credit'
import type { BeginExportRefusal, ExportNotYetBecause } from '../billing/commands/begin-export'
import type { BuyCreditRefusal } from '../billing/commands/buy-credit'
import type { NotFound } from '../billing/commands/cancel-subscription'
import type { ChangeMemberRoleRefusal } from '../billing/commands/change-member-role'
import type { ChangePlanRefusal } from '../billing/commands/change-plan'
import type { CreateCustomPlanRefusal } from '../billing/commands/create-custom-plan'
import type { CreateOrganizationRefusal } from '../billing/commands/create-organization'
import type { DecideLimitRequestRefusal } from '../billing/commands/decide-limit-request'
import type { DeleteOrganizationRefusal } from '../billing/commands/delete-organization'
import type { IssueProFormaRefusal } from '../billing/commands/issue-pro-forma'
import type { PayInvoiceRefusal } from '../billing/commands/pay-invoice'
import type { InsufficientCredit, MemberNotFound } from '../billing/commands/personal-credit'
import type { PublishProductRefusal } from '../billing/commands/publish-product'
import type { QuoteChangeRefusal } from '../billing/commands/quote-change'
import type { RefundInvoiceRefusal } from '../billing/commands/refund-invoice'
import type { RemoveMemberRefusal } from '../billing/commands/remove-member'
import type { MarkPaidRefusal } from '../billing/commands/repair-invoice'
import type { RequestLimitRefusal } from '../billing/commands/request-limit'
import type { SetAutoRechargeRefusal } from '../billing/commands/set-auto-recharge'
import type { SetLimitsRefusal } from '../billing/commands/set-limits'
import type { CardUpdateRefusal } from '../billing/commands/set-payment-method'
import type { SubscribeRefusal } from '../billing/commands/subscribe'
import type { UpdateOrganizationRefusal } from '../billing/commands/update-organization'
import type { CancelRefusal, ReactivateRefusal } from '../billing/core/cancellation'
import type { Explanation } from '../billing/core/line'
import type { Rejection } from '../billing/core/rejection'
import type { AdvanceRefusal } from '../billing/flows/advance-clock'
import { type Instant, systemClock } from '../time'
import type { ResendRefusal } from '../webhooks/deliveries'
import type { UrlMistake } from '../webhooks/endpoint-url'
import type { ChangeEndpointRefusal, CreateEndpointRefusal } from '../webhooks/endpoints'
import { type Answer, invalidRequest, notFound, problem } from './answer'
import type { ProblemCode } from './codes'
import { presentRejection } from './present/quotes'

export type Refusal =
  | BeginExportRefusal
  | BuyCreditRefusal
  | InsufficientCredit
  | MemberNotFound
  | SetAutoRechargeRefusal
  | AddMemberRefusal
  | AdjustCreditRefusal
  | AdvanceRefusal
  | CancelRefusal
  | CardUpdateRefusal
  | ChangeMemberRoleRefusal
  | ChangePlanRefusal
  | CreateCustomPlanRefusal
  | CreateOrganizationRefusal
  | DeleteOrganizationRefusal
  | DecideLimitRequestRefusal
  | RequestLimitRefusal
  | NotFound
  | IssueProFormaRefusal
  | PayInvoiceRefusal
  | PublishProductRefusal
  | QuoteChangeRefusal
  | ReactivateRefusal
  | RefundInvoiceRefusal
  | RemoveMemberRefusal
  | SetLimitsRefusal
  | MarkPaidRefusal
  | SubscribeRefusal
  | UpdateOrganizationRefusal
  | CreateEndpointRefusal
  | ChangeEndpointRefusal
  | ResendRefusal
  | { code: 'method_refused'; reason: string }

const URL_MISTAKES: Record<UrlMistake, string> = {
  not_a_url: 'must be an address, such as https://example.com/headroom',
  too_long: 'is too long',
  not_https: 'must begin with https://',
  has_credentials: 'must not hold a user name or a password',
  has_fragment: 'must not have a fragment (#)',
  private_address: 'must lead to a public address, not into a private network',
}

const MILLISECONDS_A_SECOND = 1_000
const secondsUntil = (at: Instant) => Math.max(1, Math.ceil((at.epochMilliseconds - systemClock.now().epochMilliseconds) / MILLISECONDS_A_SECOND))

/** G21: a 409 says by which rule, with the numbers filled in. */
const because = (rule: string, formula: string, inputs: Explanation['inputs'] = {}) => ({ rule, formula, inputs })

const EXPORT_NOT_YET: Record<ExportNotYetBecause, string> = {
  running: 'An export of this organization is under way; ask again when it has ended.',
  too_many: 'An organization is exported at most three times an hour.',
  others: 'Exports of other organizations are under way, as many as may be at once; ask again in a minute.',
}

/** The refusals that may have a code; some have several. */
type Coded<Code, R = Refusal> = R extends { code: infer Codes } ? (Code extends Codes ? R & { code: Code } : never) : never

/** What each refusal is on the wire: one place, so that a rule reads the same whichever route meets it. */
const ANSWERS = {
  not_found: () => notFound(),
  member_not_found: () => notFound('There is no such member.'),
  endpoint_not_found: () => notFound('There is no such webhook endpoint.'),
  delivery_not_found: () => notFound('There is no such delivery.'),
  invalid_url: (refusal) => invalidRequest([{ path: 'url', message: URL_MISTAKES[refusal.mistake] }]),
  invalid_events: (refusal) =>
    invalidRequest([{ path: 'events', message: refusal.unknown.length > 0 ? `${refusal.unknown.join(', ')} is not known` : 'must name at least one' }]),
  forbidden: (refusal) => problem('forbidden', `This needs the permission ${refusal.permission}.`, { permission: refusal.permission }),
  operator_only: () => problem('forbidden', 'No member may do this; it is the operator’s.', { permission: 'operator' }),
  test_clock_not_found: () => invalidRequest([{ path: 'test_clock', message: 'there is no such test clock' }]),
  invalid_product: (refusal) => invalidRequest(refusal.mistakes),
  expires_at_past: (refusal) => invalidRequest([{ path: 'expires_at', message: `must be after ${refusal.now}` }]),
  unknown_product: (refusal) => invalidRequest([{ path: 'product', message: `there is no product "${refusal.product}"` }]),
  unknown_plan: (refusal) => invalidRequest([{ path: 'plan', message: `there is no plan "${refusal.plan}"` }]),
  not_of_held_plan: (refusal) => invalidRequest([{ path: 'plan', message: `"${refusal.action}" is of the plan and interval that are held; leave both out` }]),
  unknown_interval: (refusal) => invalidRequest([{ path: 'interval', message: `the plan is not sold by the ${refusal.interval}` }]),
  currency_mismatch: (refusal) =>
    invalidRequest([{ path: 'plan', message: `is priced in ${refusal.planCurrency}, and the organization pays in ${refusal.currency}` }]),
  above_refundable: (refusal) => invalidRequest([{ path: 'amount', message: refusal.message, maximum: Number(refusal.maximum) }]),
  no_credit_sold: (refusal) => invalidRequest([{ path: 'amount', message: `no product sells credit in ${refusal.currency}` }]),
  threshold_too_high: (refusal) => invalidRequest([{ path: 'threshold', message: 'is more than anybody may buy at once', maximum: Number(refusal.maximum) }]),
  no_payment_method: () => problem('payment_failed', 'There is no payment method on file.', { reason: 'no_payment_method' }),
  method_refused: (refusal) => problem('payment_failed', 'The bank refused this payment method; the one on file stays.', { reason: refusal.reason }),
  too_many_endpoints: (refusal) =>
    problem('too_many_endpoints', `There are ${refusal.maximum} webhook endpoints already; delete one first.`, {
      maximum: refusal.maximum,
      ...because('G86', `webhook endpoints = ${refusal.maximum}`, { maximum: refusal.maximum }),
    }),
  endpoint_disabled: () => problem('endpoint_disabled', 'This webhook endpoint is switched off; enable it first.', because('G86', 'enabled = false')),
  external_id_taken: (refusal) =>
    problem('external_id_taken', 'This external id belongs to an organization of another owner.', {
      external_id: refusal.externalId,
      ...because('G82', 'organizations with this external_id = 1', { external_id: refusal.externalId }),
    }),
  already_member: (refusal) =>
    problem('already_member', 'They belong to the organization already.', {
      member: refusal.memberId,
      ...because('one_membership', 'members with this email = 1', { member: refusal.memberId }),
    }),
  last_owner: () =>
    problem('last_owner', 'The last owner cannot be removed or demoted; make somebody else an owner first.', because('last_owner', '1 − 1 = 0', { owners: 1 })),
  subscription_active: (refusal) =>
    problem('subscription_active', `${refusal.planName} runs until ${refusal.periodEnd}; cancel it and wait for its end, or move to a free plan.`, {
      subscription: refusal.subscriptionId,
      period_end: refusal.periodEnd.toString(),
      ...because('A14', `period_end = ${refusal.periodEnd}`, { plan: refusal.planName, period_end: refusal.periodEnd.toString() }),
    }),
  change_in_progress: (refusal) =>
    problem(
      'change_in_progress',
      'A payment or a refund is under way. A renewal or a refund settles by itself: wait for it. A paid action that waits for the bank is finished at its address, or given up by canceling the subscription.',
      {
        ...('invoice' in refusal ? { invoice: refusal.invoice, url: refusal.url } : {}),
        ...because('G79', 'payments and refunds under way > 0', 'invoice' in refusal ? { invoice: refusal.invoice } : {}),
      },
    ),
  invoices_open: (refusal) =>
    problem('invoices_open', 'Invoices are open. Pay them first; then the organization can be deleted.', {
      invoices: refusal.invoices,
      amount_due: Number(refusal.amountDue),
      ...because('A14', `open invoices = ${refusal.invoices.length}`, { open_invoices: refusal.invoices.length, amount_due: Number(refusal.amountDue) }),
    }),
  usage_unbilled: (refusal) =>
    problem('usage_unbilled', `Usage that came in late is invoiced on ${refusal.billedAt}; pay that invoice first, then the organization can be deleted.`, {
      subscription: refusal.subscriptionId,
      retry_at: refusal.billedAt.toString(),
      ...because('G103', `late usage is billed at ${refusal.billedAt}`, { billed_at: refusal.billedAt.toString() }),
    }),
  export_not_yet: (refusal) =>
    problem(
      'rate_limited',
      EXPORT_NOT_YET[refusal.because],
      { retry_at: refusal.retryAt.toString() },
      { 'Retry-After': String(secondsUntil(refusal.retryAt)) },
    ),
  too_many_invitations: (refusal) =>
    problem(
      'rate_limited',
      'Too many invitations were sent lately, by this organization or to this address.',
      { retry_at: refusal.retryAt.toString() },
      { 'Retry-After': String(secondsUntil(refusal.retryAt)) },
    ),
  insufficient_credit: (refusal) =>
    problem('insufficient_credit', 'The balance does not hold as much.', {
      credit_balance: Number(refusal.balance),
      ...because('G80', `${refusal.wanted} > ${refusal.balance}`, { credit_balance: Number(refusal.balance), wanted: Number(refusal.wanted) }),
    }),
  already_subscribed: (refusal) =>
    problem('already_subscribed', 'There is a live subscription of this product; change its plan instead.', {
      subscription: refusal.subscription,
      ...because('one_live_subscription', 'live subscriptions of this product = 1', { subscription: refusal.subscription }),
    }),
  arrears_plan_active: (refusal) =>
    problem('arrears_plan_active', `${refusal.planName} is active; cancel it, and begin this plan when it has ended on ${refusal.periodEnd}.`, {
      subscription: refusal.subscription,
      retry_at: refusal.periodEnd.toString(),
      ...explained(refusal),
    }),
  below_minimum: (refusal) => problem('below_minimum', refusal.message, { minimum: Number(refusal.minimum), ...explained(refusal) }),
  above_maximum: (refusal) => problem('above_maximum', refusal.message, { maximum: Number(refusal.maximum), ...explained(refusal) }),
  insufficient_personal_credit: (refusal) =>
    problem('insufficient_credit', 'They have not so much credit of their own.', { available: Number(refusal.available), ...explained(refusal) }),
  quote_expired: (refusal) => quoteExpired('amountDue' in refusal ? Number(refusal.amountDue) : null),
  plan_not_offered: (refusal) =>
    'message' in refusal ? rejected(refusal) : problem('plan_not_offered', 'This plan is not sold any more.', because('G8', 'offered = false')),
  not_payable: (refusal) =>
    problem('not_payable', `This invoice is ${refusal.status}; only an open one can be paid.`, {
      invoice_status: refusal.status,
      ...because('open_invoices_only', `status = ${refusal.status}`, { status: refusal.status }),
    }),
  not_paid: (refusal) =>
    problem('refund_not_eligible', `This invoice is ${refusal.status}, and no payment was collected for it.`, {
      invoice_status: refusal.status,
      ...because('G105', `status = ${refusal.status}`, { status: refusal.status }),
    }),
  refund_in_progress: () =>
    problem('refund_in_progress', 'A refund of this invoice is under way; wait until it has settled.', because('G105', 'running refunds = 1')),
  refund_window_closed: (refusal) => problem(refusal.code, refusal.message, { window_closes_at: refusal.windowClosesAt.toString(), ...explained(refusal) }),
  limit_request_decided: (refusal) =>
    problem('limit_request_decided', `This request was ${refusal.status} already.`, {
      request_status: refusal.status,
      ...because('S8', `status = ${refusal.status}`, { status: refusal.status }),
    }),
  limit_above_maximum: (refusal) => problem(refusal.code, refusal.message, { maximum: Number(refusal.maximum), ...explained(refusal) }),
  limit_below_plan: (refusal) => inFull(refusal),
  plan_not_eligible: (refusal) => inFull(refusal),
  refund_not_eligible: (refusal) => inFull(refusal),
  not_cancelable: (refusal) => inFull(refusal),
  not_scheduled: (refusal) => inFull(refusal),
  clock_backwards: (refusal) =>
    problem('clock_backwards', `The clock is at ${refusal.now} already.`, {
      now: refusal.now.toString(),
      ...because('G89', `to < ${refusal.now}`, { now: refusal.now.toString() }),
    }),
  clock_advancing: () => problem('clock_advancing', 'Another request advances this clock; wait until it is done.', because('G89', 'running advances = 1')),
  payments_unsettled: (refusal) =>
    problem('payments_unsettled', `The clock stopped at ${refusal.now}: a charge has not settled. Advance again.`, {
      now: refusal.now.toString(),
      ...because('G89', 'unsettled charges > 0', { now: refusal.now.toString() }),
    }),
  past_due: (refusal) => rejected(refusal),
  cancellation_scheduled: (refusal) => rejected(refusal),
  same_plan: (refusal) => rejected(refusal),
  not_eligible: (refusal) => ('retryAt' in refusal ? rejected(refusal) : inFull(refusal)),
  downgrade_already_used: (refusal) => rejected(refusal),
  downgrade_usage_exceeded: (refusal) => rejected(refusal),
} satisfies { [Code in Refusal['code']]: (refusal: Coded<Code>) => Answer }

/** Which problems a refusal may become. */
export type ProblemOf<R extends Refusal> = ReturnType<(typeof ANSWERS)[R['code']]> extends Answer<infer Code> ? Code : never

/** A refusal of the engine on the wire. */
export function refusalAnswer<R extends Refusal>(refusal: R): Answer<ProblemOf<R>> {
  const answer = ANSWERS[refusal.code] as unknown as (refusal: R) => Answer<ProblemOf<R>>
  return answer(refusal)
}

function explained({ rule, formula, inputs }: Explanation): Explanation {
  return { rule, formula, inputs }
}

function inFull<Code extends ProblemCode>(refusal: Explanation & { code: Code; message: string }): Answer<Code> {
  return problem(refusal.code, refusal.message, explained(refusal))
}

function rejected<Code extends Rejection['code']>(rejection: Rejection & { code: Code }): Answer<Code> {
  const { code, message, ...facts } = presentRejection(rejection)
  return problem(rejection.code, message, { ...facts, message })
}

function quoteExpired(amountDue: number | null): Answer<'quote_expired'> {
  if (amountDue === null) {
    return problem(
      'quote_expired',
      'The quote is out of date; ask for a new one. Nothing was charged.',
      because('C10', 'the quote has expired, was used, or would charge something else now'),
    )
  }
  return problem('quote_expired', `What is due is ${amountDue} now. Nothing was charged.`, {
    amount_due: amountDue,
    ...because('G81', `expected_amount_due ≠ ${amountDue}`, { amount_due: amountDue }),
  })
}
