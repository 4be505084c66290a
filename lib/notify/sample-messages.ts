import { newInvitationToken, sealInvitationToken } from '../auth/invitation-token'
import type { MessageKind } from '../billing/message-kinds'
import type { MessagePayload, MessagePayloads, ReceiptPayload, UsageAlertPayload } from '../billing/message-payloads'

export type SampleMessage<Kind extends MessageKind = MessageKind> = { kind: Kind /** Which of its cases. */; variant: string; payload: MessagePayload<Kind> }

/** A name that would break a mail which did not escape it. */
const organization = { organizationName: 'Acme & <Sons>', organizationSlug: 'acme' }
const calls = { ...organization, productId: 'search', productName: 'Search' }
const seats = { ...organization, productId: 'workspace', productName: 'Workspace' }
const money = { currency: 'usd' }
const document = { ...organization, ...money, documentId: 'inv_01', documentNumber: 'INV-000042', amount: '1333' }
const usage = { ...calls, ...money, planName: 'Basic', unit: 'calls', limit: '30000', periodEnd: '2026-05-31T00:00:00Z' }
const near = { ...usage, used: '24000', percent: 80 }
const reached = { ...usage, used: '30000', percent: 100 }
const overage = { whatHappens: 'overage', overageUnitPrice: '0.0005' } as const
const change = { ...calls, ...money, fromPlan: 'Basic', toPlan: 'Pro', amount: '1333', effectiveAt: '2026-05-11T12:30:00Z' }
const seat = {
  ...seats,
  ...money,
  planName: 'Basic',
  joined: [],
  left: [],
  joinedCount: 0,
  leftCount: 0,
  seats: 11,
  seatPrice: '1200',
  interval: 'month',
} as const
const settled = { charged: '0', credited: '0', settledAt: '2026-06-20T00:00:00Z', isTrial: false } as const
const grace = 'Grace Hopper'

const noInvoice = { documentId: null, documentNumber: null }

const receipt: ReceiptPayload = {
  documentId: document.documentId,
  documentNumber: document.documentNumber,
  lines: [
    { description: 'Unused time on Basic: 20 of 30 days', amount: '-667' },
    { description: 'Pro for the rest of the period: 20 of 30 days', amount: '2000' },
  ],
  moreLines: 0,
  total: '1333',
  creditApplied: '0',
  amountPaid: '1333',
}
const longReceipt: ReceiptPayload = { ...receipt, moreLines: 3, total: '1833', creditApplied: '500' }

/** Every kind of message in each of its cases: for the gallery, and for the tests that read what they say. */
export function sampleMessages(): SampleMessage[] {
  const sealedToken = sealInvitationToken(newInvitationToken())
  const toAda = { ...organization, email: 'ada@example.com', sealedToken, expiresAt: '2026-05-08T00:00:00Z' }
  const cases: { [Kind in MessageKind]: Record<string, MessagePayloads[Kind]> } = {
    usage_alert_80: { blocks: { ...near, whatHappens: 'block' }, charges: { ...near, ...overage } },
    usage_alert_100: { blocks: { ...reached, whatHappens: 'block' } satisfies UsageAlertPayload, charges: { ...reached, ...overage } },
    limit_request_decided: {
      approved: { ...calls, decision: 'approved', unit: 'images', hardLimit: '250000' },
      declined: { ...calls, decision: 'declined', unit: 'images', hardLimit: '250000' },
    },
    payment_failed: {
      retried: { ...document, reason: 'insufficient_funds', nextTryAt: '2026-05-04T00:00:00Z', lastTry: false, stopsPlan: null },
      last: { ...document, reason: 'insufficient_funds', nextTryAt: null, lastTry: true, stopsPlan: null },
      unpaid: { ...document, reason: 'insufficient_funds', nextTryAt: null, lastTry: true, stopsPlan: 'Monthly' },
    },
    payment_action_required: { renewal: { ...document, url: 'https://bank.example/confirm?a=1&b=2' } },
    renewal_paid: {
      period: { ...document, planName: 'Basic', periodStart: '2026-05-01T00:00:00Z', periodEnd: '2026-05-31T00:00:00Z', receipt: longReceipt },
    },
    receipt: {
      plan: { ...document, pays: 'plan', planName: 'Basic', receipt },
      purchase: { ...document, pays: 'purchase', planName: null, receipt: { ...receipt, lines: [{ description: 'Credit', amount: '1333' }] } },
      other: { ...document, pays: 'other', planName: null, receipt: longReceipt },
    },
    refund_issued: {
      partial: { ...document, credit: '0', endedPlan: null },
      full: { ...document, credit: '500', endedPlan: 'Basic' },
    },
    refund_returned: { invoice: document, kept: { ...document, ...noInvoice } },
    kept_as_credit: { void: document, orphan: { ...document, ...noInvoice } },
    kept_payment_refunded: { unspent: { ...document, credit: '1333' }, spent: { ...document, ...noInvoice, credit: '0' } },
    pro_forma_issued: {
      transfer: {
        ...document,
        planName: 'Basic',
        bank: ['Example Bank', 'IBAN DE89 3704 0044 0532 0130 00', 'BIC COBADEFFXXX'],
        receipt: { ...receipt, amountPaid: '0' },
      },
      card: { ...document, planName: 'Basic', bank: [], receipt: { ...receipt, amountPaid: '0' } },
    },
    moved_to_free: { failed: { ...calls, planName: 'Basic' } },
    plan_changed: { upgrade: { ...change, receipt }, downgrade: { ...change, fromPlan: 'Pro', toPlan: 'Basic', amount: '-667' } },
    plan_change_scheduled: { downgrade: { ...change, fromPlan: 'Pro', toPlan: 'Basic', amount: '1000' } },
    auto_upgraded: { upgrade: { ...change, fromPlan: 'Hobby', toPlan: 'Startup', amount: '14900', receipt } },
    auto_upgrade_failed: {
      upgrade: { ...calls, ...money, planName: 'Hobby', wantedPlan: 'Startup', amount: '14900', reason: 'insufficient_funds' },
      renewal: { ...calls, ...money, planName: 'Hobby', wantedPlan: 'Hobby', amount: '4900', reason: 'expired_card' },
    },
    cancellation_scheduled: { scheduled: { ...calls, planName: 'Basic', cancelAt: '2026-05-31T00:00:00Z' } },
    reactivated: { undone: { ...calls, planName: 'Basic', renewsAt: '2026-05-31T00:00:00Z' } },
    trial_ending: { soon: { ...seats, ...money, planName: 'Basic', trialEnd: '2026-05-15T00:00:00Z', amount: '12000' } },
    renewal_upcoming: { year: { ...seats, ...money, planName: 'Professional', renewsAt: '2026-05-31T00:00:00Z', amount: '216000' } },
    auto_recharge_done: {
      bought: { ...document, balance: '24.5', receipt: { ...receipt, lines: [{ description: 'Credit, bought by auto-recharge', amount: '1333' }] } },
    },
    auto_recharge_failed: { first: { ...document, reason: 'insufficient_funds', failuresInARow: 1 } },
    auto_recharge_off: { third: { ...organization, ...money, failuresInARow: 3 } },
    auto_recharge_ceiling: { reached: { ...organization, ...money, amount: '2000', monthlyLimit: '5000' } },
    credit_expiring: {
      month: { ...organization, ...money, remaining: '16.9987', days: 30, expiresAt: '2027-01-31T00:00:00Z' },
      week: { ...organization, ...money, remaining: '16.9987', days: 7, expiresAt: '2027-01-31T00:00:00Z' },
      day: { ...organization, ...money, remaining: '16.9987', days: 1, expiresAt: '2027-01-31T00:00:00Z' },
    },
    credit_low: {
      low: { ...organization, ...money, balance: '3.9987', lastPurchase: '20.00', percent: 20 },
      'used-up': { ...organization, ...money, balance: '0.00', lastPurchase: '20.00', percent: 20 },
    },
    seats_changed: {
      joined: { ...seat, ...settled, left: [], joined: [grace], joinedCount: 1, charged: '1000' },
      'joined-many': { ...seat, ...settled, left: [], joined: [grace, 'Alan Turing'], joinedCount: 31, seats: 41, charged: '31000' },
      free: { ...seat, ...settled, left: [], joined: [grace], joinedCount: 1 },
      trial: { ...seat, ...settled, left: [], joined: [grace], joinedCount: 1, isTrial: true },
      left: { ...seat, ...settled, joined: [], left: [grace], leftCount: 1, seats: 9, credited: '1000' },
      both: {
        ...seat,
        ...settled,
        interval: 'year',
        seatPrice: '10800',
        joined: ['Alan Turing'],
        joinedCount: 1,
        left: [grace],
        leftCount: 1,
        charged: '10652',
        credited: '10652',
      },
    },
    seats_reviewed: {
      added: { ...seats, ...money, planName: 'Basic', charged: '14203', credited: '0', seats: 11, documentId: 'inv_01' },
      removed: { ...seats, ...money, planName: 'Basic', charged: '0', credited: '14203', seats: 9, documentId: null },
    },
    channel_paused: {
      refused: { ...organization, channelName: 'Billing room', service: 'slack', error: 'no_service', since: null },
      unreachable: { ...organization, channelName: 'Billing room', service: 'telegram', error: 'no answer within 10 s', since: '2026-05-01T09:00:00Z' },
    },
    webhook_disabled: {
      failing: { ...organization, endpointId: 'whk_01', url: 'https://example.com/hooks', because: 'failing', failingSince: '2026-05-01T00:00:00Z' },
      gone: { ...organization, endpointId: 'whk_01', url: 'https://example.com/hooks', because: 'gone', failingSince: '2026-05-01T00:00:00Z' },
    },
    channel_test: { test: { ...organization, channelName: 'Billing room' } },
    payment_disputed: {
      opened: { ...document, organizationId: 'org_01', state: 'opened', reason: 'product_not_received', kept: false },
      won: { ...document, organizationId: 'org_01', state: 'won', reason: 'product_not_received', kept: false },
      lost: { ...document, organizationId: 'org_01', state: 'lost', reason: 'product_not_received', kept: false },
      'won-kept': { ...document, ...noInvoice, organizationId: 'org_01', state: 'won', reason: 'fraudulent', kept: true },
      'lost-kept': { ...document, organizationId: 'org_01', state: 'lost', reason: 'fraudulent', kept: true },
    },
    invitation: {
      person: { ...organization, invitedBy: 'Ada', role: 'billing', sealedToken, expiresAt: toAda.expiresAt },
      operator: { ...organization, invitedBy: organization.organizationName, role: 'owner', sealedToken, expiresAt: toAda.expiresAt },
    },
    password_reset: { asked: toAda },
    second_step_changed: {
      on: { ...organization, email: toAda.email, change: 'turned_on' },
      off: { ...organization, email: toAda.email, change: 'turned_off' },
      app: { ...organization, email: toAda.email, change: 'app_removed' },
      passkey: { ...organization, email: toAda.email, change: 'passkey_added' },
      removed: { ...organization, email: toAda.email, change: 'passkey_removed' },
      codes: { ...organization, email: toAda.email, change: 'codes_renewed' },
      used: { ...organization, email: toAda.email, change: 'recovery_code_used' },
      operator: { ...organization, email: toAda.email, change: 'taken_off' },
    },
    magic_link: { asked: { ...toAda, nextPath: '/acme/plan' } },
  }
  return Object.entries(cases).flatMap(([kind, variants]) =>
    Object.entries(variants).map(([variant, payload]) => ({ kind, variant, payload }) as SampleMessage),
  )
}
