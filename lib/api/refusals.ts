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
import type { RepairRefusal } from '../billing/commands/repair-invoice'
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
import { presentRejection } from './present/quotes'

type Refusal =
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
  | RepairRefusal
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

/** What every refusal of the engine is on the wire: one place, so that a rule reads the same whichever route meets it. */
export function refusalAnswer(refusal: Refusal): Answer {
  switch (refusal.code) {
    case 'not_found':
      return notFound()
    case 'member_not_found':
      return notFound('There is no such member.')
    case 'endpoint_not_found':
      return notFound('There is no such webhook endpoint.')
    case 'delivery_not_found':
      return notFound('There is no such delivery.')
    case 'invalid_url':
      return invalidRequest([{ path: 'url', message: URL_MISTAKES[refusal.mistake] }])
    case 'invalid_events':
      return invalidRequest([{ path: 'events', message: refusal.unknown.length > 0 ? `${refusal.unknown.join(', ')} is not known` : 'must name at least one' }])
    case 'forbidden':
      return problem('forbidden', `This needs the permission ${refusal.permission}.`, { permission: refusal.permission })
    case 'operator_only':
      return problem('forbidden', 'No member may do this; it is the operator’s.', { permission: 'operator' })
    case 'test_clock_not_found':
      return invalidRequest([{ path: 'test_clock', message: 'there is no such test clock' }])
    case 'invalid_product':
      return invalidRequest(refusal.mistakes)
    case 'expires_at_past':
      return invalidRequest([{ path: 'expires_at', message: `must be after ${refusal.now}` }])
    case 'unknown_product':
      return invalidRequest([{ path: 'product', message: `there is no product "${refusal.product}"` }])
    case 'unknown_plan':
      return invalidRequest([{ path: 'plan', message: `there is no plan "${refusal.plan}"` }])
    case 'not_of_held_plan':
      return invalidRequest([{ path: 'plan', message: `"${refusal.action}" is of the plan and interval that are held; leave both out` }])
    case 'unknown_interval':
      return invalidRequest([{ path: 'interval', message: `the plan is not sold by the ${refusal.interval}` }])
    case 'currency_mismatch':
      return invalidRequest([{ path: 'plan', message: `is priced in ${refusal.planCurrency}, and the organization pays in ${refusal.currency}` }])
    case 'above_refundable':
      return invalidRequest([{ path: 'amount', message: refusal.message, maximum: Number(refusal.maximum) }])
    case 'no_credit_sold':
      return invalidRequest([{ path: 'amount', message: `no product sells credit in ${refusal.currency}` }])
    case 'threshold_too_high':
      return invalidRequest([{ path: 'threshold', message: 'is more than anybody may buy at once', maximum: Number(refusal.maximum) }])
    case 'no_payment_method':
      return problem('payment_failed', 'There is no payment method on file.', { reason: 'no_payment_method' })
    case 'method_refused':
      return problem('payment_failed', 'The bank refused this payment method; the one on file stays.', { reason: refusal.reason })
    default:
      return conflictAnswer(refusal)
  }
}

type Conflict = Exclude<
  Refusal,
  {
    code:
      | 'not_found'
      | 'member_not_found'
      | 'endpoint_not_found'
      | 'delivery_not_found'
      | 'invalid_url'
      | 'invalid_events'
      | 'forbidden'
      | 'operator_only'
      | 'test_clock_not_found'
      | 'invalid_product'
      | 'expires_at_past'
      | 'unknown_product'
      | 'unknown_plan'
      | 'unknown_interval'
      | 'not_of_held_plan'
      | 'currency_mismatch'
      | 'above_refundable'
      | 'no_credit_sold'
      | 'threshold_too_high'
      | 'no_payment_method'
      | 'method_refused'
  }
>

function conflictAnswer(refusal: Conflict): Answer {
  switch (refusal.code) {
    case 'too_many_endpoints':
      return problem('too_many_endpoints', `There are ${refusal.maximum} webhook endpoints already; delete one first.`, {
        maximum: refusal.maximum,
        ...because('G86', `webhook endpoints = ${refusal.maximum}`, { maximum: refusal.maximum }),
      })
    case 'endpoint_disabled':
      return problem('endpoint_disabled', 'This webhook endpoint is switched off; enable it first.', because('G86', 'enabled = false'))
    case 'external_id_taken':
      return problem('external_id_taken', 'This external id belongs to an organization of another owner.', {
        external_id: refusal.externalId,
        ...because('G82', 'organizations with this external_id = 1', { external_id: refusal.externalId }),
      })
    case 'already_member':
      return problem('already_member', 'They belong to the organization already.', {
        member: refusal.memberId,
        ...because('one_membership', 'members with this email = 1', { member: refusal.memberId }),
      })
    case 'last_owner':
      return problem(
        'last_owner',
        'The last owner cannot be removed or demoted; make somebody else an owner first.',
        because('last_owner', '1 − 1 = 0', { owners: 1 }),
      )
    case 'subscription_active':
      return problem('subscription_active', `${refusal.planName} runs until ${refusal.periodEnd}; cancel it and wait for its end, or move to a free plan.`, {
        subscription: refusal.subscriptionId,
        period_end: refusal.periodEnd.toString(),
        ...because('A14', `period_end = ${refusal.periodEnd}`, { plan: refusal.planName, period_end: refusal.periodEnd.toString() }),
      })
    case 'change_in_progress':
      return problem(
        'change_in_progress',
        'A payment or a refund is under way. A renewal or a refund settles by itself: wait for it. A paid action that waits for the bank is finished at its address, or given up by canceling the subscription.',
        {
          ...('invoice' in refusal ? { invoice: refusal.invoice, url: refusal.url } : {}),
          ...because('G79', 'payments and refunds under way > 0', 'invoice' in refusal ? { invoice: refusal.invoice } : {}),
        },
      )
    case 'invoices_open':
      return problem('invoices_open', 'Invoices are open. Pay them first; then the organization can be deleted.', {
        invoices: refusal.invoices,
        amount_due: Number(refusal.amountDue),
        ...because('A14', `open invoices = ${refusal.invoices.length}`, { open_invoices: refusal.invoices.length, amount_due: Number(refusal.amountDue) }),
      })
    case 'usage_unbilled':
      return problem(
        'usage_unbilled',
        `Usage that came in late is invoiced on ${refusal.billedAt}; pay that invoice first, then the organization can be deleted.`,
        {
          subscription: refusal.subscriptionId,
          retry_at: refusal.billedAt.toString(),
          ...because('G103', `late usage is billed at ${refusal.billedAt}`, { billed_at: refusal.billedAt.toString() }),
        },
      )
    case 'export_not_yet':
      return problem(
        'rate_limited',
        EXPORT_NOT_YET[refusal.because],
        { retry_at: refusal.retryAt.toString() },
        { 'Retry-After': String(secondsUntil(refusal.retryAt)) },
      )
    case 'too_many_invitations':
      return problem(
        'rate_limited',
        'Too many invitations were sent lately, by this organization or to this address.',
        { retry_at: refusal.retryAt.toString() },
        { 'Retry-After': String(secondsUntil(refusal.retryAt)) },
      )
    case 'insufficient_credit':
      return problem('insufficient_credit', 'The balance does not hold as much.', {
        credit_balance: Number(refusal.balance),
        ...because('G80', `${refusal.wanted} > ${refusal.balance}`, { credit_balance: Number(refusal.balance), wanted: Number(refusal.wanted) }),
      })
    case 'already_subscribed':
      return problem('already_subscribed', 'There is a live subscription of this product; change its plan instead.', {
        subscription: refusal.subscription,
        ...because('one_live_subscription', 'live subscriptions of this product = 1', { subscription: refusal.subscription }),
      })
    case 'arrears_plan_active':
      return problem('arrears_plan_active', `${refusal.planName} is active; cancel it, and begin this plan when it has ended on ${refusal.periodEnd}.`, {
        subscription: refusal.subscription,
        retry_at: refusal.periodEnd.toString(),
        ...explained(refusal),
      })
    case 'below_minimum':
      return problem('below_minimum', refusal.message, { minimum: Number(refusal.minimum), ...explained(refusal) })
    case 'above_maximum':
      return problem('above_maximum', refusal.message, { maximum: Number(refusal.maximum), ...explained(refusal) })
    case 'insufficient_personal_credit':
      return problem('insufficient_credit', 'They have not so much credit of their own.', { available: Number(refusal.available), ...explained(refusal) })
    case 'quote_expired':
      return quoteExpired('amountDue' in refusal ? Number(refusal.amountDue) : null)
    case 'plan_not_offered':
      if ('message' in refusal) return rejected(refusal)
      return problem('plan_not_offered', 'This plan is not sold any more.', because('G8', 'offered = false'))
    case 'not_payable':
      return problem('not_payable', `This invoice is ${refusal.status}; only an open one can be paid.`, {
        invoice_status: refusal.status,
        ...because('open_invoices_only', `status = ${refusal.status}`, { status: refusal.status }),
      })
    case 'not_paid':
      return problem('refund_not_eligible', `This invoice is ${refusal.status}, and no payment was collected for it.`, {
        invoice_status: refusal.status,
        ...because('G105', `status = ${refusal.status}`, { status: refusal.status }),
      })
    case 'refund_in_progress':
      return problem('refund_in_progress', 'A refund of this invoice is under way; wait until it has settled.', because('G105', 'running refunds = 1'))
    case 'refund_window_closed':
      return problem(refusal.code, refusal.message, { window_closes_at: refusal.windowClosesAt.toString(), ...explained(refusal) })
    case 'limit_request_decided':
      return problem('limit_request_decided', `This request was ${refusal.status} already.`, {
        request_status: refusal.status,
        ...because('S8', `status = ${refusal.status}`, { status: refusal.status }),
      })
    case 'limit_above_maximum':
      return problem(refusal.code, refusal.message, { maximum: Number(refusal.maximum), ...explained(refusal) })
    case 'limit_below_plan':
    case 'plan_not_eligible':
    case 'refund_not_eligible':
    case 'not_cancelable':
    case 'not_scheduled':
      return problem(refusal.code, refusal.message, explained(refusal))
    case 'clock_backwards':
      return problem('clock_backwards', `The clock is at ${refusal.now} already.`, {
        now: refusal.now.toString(),
        ...because('G89', `to < ${refusal.now}`, { now: refusal.now.toString() }),
      })
    case 'clock_advancing':
      return problem('clock_advancing', 'Another request advances this clock; wait until it is done.', because('G89', 'running advances = 1'))
    case 'payments_unsettled':
      return problem('payments_unsettled', `The clock stopped at ${refusal.now}: a charge has not settled. Advance again.`, {
        now: refusal.now.toString(),
        ...because('G89', 'unsettled charges > 0', { now: refusal.now.toString() }),
      })
    case 'past_due':
    case 'cancellation_scheduled':
    case 'same_plan':
    case 'not_eligible':
      return 'retryAt' in refusal ? rejected(refusal) : problem(refusal.code, refusal.message, explained(refusal))
    case 'downgrade_already_used':
    case 'downgrade_usage_exceeded':
      return rejected(refusal)
  }
}

const EXPORT_NOT_YET: Record<ExportNotYetBecause, string> = {
  running: 'An export of this organization is under way; ask again when it has ended.',
  too_many: 'An organization is exported at most three times an hour.',
  others: 'Exports of other organizations are under way, as many as may be at once; ask again in a minute.',
}

function explained({ rule, formula, inputs }: Explanation): Explanation {
  return { rule, formula, inputs }
}

function rejected(rejection: Rejection): Answer {
  const { code, message, ...facts } = presentRejection(rejection)
  return problem(rejection.code, message, { ...facts, message })
}

function quoteExpired(amountDue: number | null): Answer {
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
