import { openInvitationToken } from '../auth/invitation-token'
import { publicUrl } from '../auth/public-url'
import type { MessageKind } from '../billing/commands/store/messages'
import type { MessagePayload, UsageAlertPayload } from '../billing/message-payloads'
import { wordDecline } from './decline-words'
import { formatAmount, formatMoment, formatUnitPrice, formatUnits } from './figures'
import type { Mail } from './mail'
import { PAYLOADS } from './payloads'
import { wordCreditExpiring, wordRechargeCeiling, wordRechargeDone, wordRechargeFailed, wordRechargeOff } from './word-credit'

type Worded = Omit<Mail, 'account' | 'footer'>
type Words = { [Kind in MessageKind]: (payload: MessagePayload<Kind>) => Worded }

const ROLE_WORDS = { owner: 'an owner', admin: 'an admin', billing: 'a billing manager', member: 'a member' } as const
const BILLING_FOOTER = 'You get this mail because you are an owner, admin or billing manager of this account, or listed for its invoices.'

/** A reader who has not seen the dashboard must understand each of these by itself (interface: plain words, then the control). */
const WORDS: Words = {
  usage_alert_80: wordUsageAlert,
  usage_alert_100: wordUsageAlert,
  payment_failed: (payload) => ({
    subject: `${payload.organizationName}: the payment of ${formatAmount(payload.amount, payload.currency)} failed`,
    heading: `The payment of ${formatAmount(payload.amount, payload.currency)} for ${payload.documentNumber} failed`,
    paragraphs: [
      payload.nextTryAt === null
        ? 'This was the last try. The invoice stays open, and you can still pay it.'
        : `We try again on ${formatMoment(payload.nextTryAt)}. Until then nothing changes. If no try succeeds, the plan ends and the invoice stays open.`,
      'With another card it is paid at once.',
    ],
    facts: [
      { term: 'Invoice', value: payload.documentNumber },
      { term: 'Amount', value: formatAmount(payload.amount, payload.currency) },
      { term: 'Reason', value: wordDecline(payload.reason) },
    ],
    action: { label: 'Update payment method', url: pageOf(payload, '/payment') },
  }),
  payment_action_required: (payload) => ({
    subject: `${payload.organizationName}: your bank asks you to confirm ${formatAmount(payload.amount, payload.currency)}`,
    heading: `Your bank asks you to confirm the payment of ${formatAmount(payload.amount, payload.currency)}`,
    paragraphs: ['Nothing is charged before you confirm it. If you do not, the payment counts as failed and is tried again.'],
    facts: [
      { term: 'Invoice', value: payload.documentNumber },
      { term: 'Amount', value: formatAmount(payload.amount, payload.currency) },
    ],
    action: { label: `Confirm ${formatAmount(payload.amount, payload.currency)}`, url: payload.url },
  }),
  renewal_paid: (payload) => ({
    subject: `${payload.organizationName}: ${formatAmount(payload.amount, payload.currency)} paid for ${payload.planName}`,
    heading: `${payload.planName} has renewed`,
    paragraphs: [`We have received ${formatAmount(payload.amount, payload.currency)}. There is nothing for you to do.`],
    facts: [
      { term: 'Invoice', value: payload.documentNumber },
      { term: 'Paid', value: formatAmount(payload.amount, payload.currency) },
      ...(payload.periodStart && payload.periodEnd
        ? [{ term: 'Period', value: `${formatMoment(payload.periodStart)} to ${formatMoment(payload.periodEnd)}` }]
        : []),
    ],
    action: { label: 'View invoice', url: pageOf(payload, `/invoices/${payload.documentId}`) },
  }),
  moved_to_free: (payload) => ({
    subject: `${payload.organizationName}: ${payload.productName} is now on the free plan`,
    heading: `${payload.planName} has ended; ${payload.productName} goes on with the free plan`,
    paragraphs: ['From now on the free plan’s allowance applies. Your data is kept, and you can choose another plan at any time.'],
    facts: [
      { term: 'Product', value: payload.productName },
      { term: 'Plan until now', value: payload.planName },
    ],
    action: { label: 'Choose a plan', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  plan_changed: (payload) => ({
    subject: `${payload.organizationName}: ${payload.productName} is now on ${payload.toPlan}`,
    heading: `${payload.productName} moved from ${payload.fromPlan} to ${payload.toPlan}`,
    paragraphs: [`The new allowance applies from ${formatMoment(payload.effectiveAt)}.`],
    facts: [
      { term: 'Plan', value: `${payload.fromPlan} → ${payload.toPlan}` },
      BigInt(payload.amount) < 0n
        ? { term: 'Credited to your account', value: formatAmount((-BigInt(payload.amount)).toString(), payload.currency) }
        : { term: 'Charged for the change', value: formatAmount(payload.amount, payload.currency) },
      { term: 'Effective', value: formatMoment(payload.effectiveAt) },
    ],
    action: { label: 'View plan', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  auto_upgraded: (payload) => ({
    subject: `${payload.organizationName}: ${payload.productName} was upgraded to ${payload.toPlan}`,
    heading: `Everything that ${payload.fromPlan} includes was used, so ${payload.productName} moved to ${payload.toPlan}`,
    paragraphs: [
      `You have switched automatic upgrades on. A new period with a fresh allowance began on ${formatMoment(payload.effectiveAt)}; requests go on.`,
      'On the plan page you can choose another plan, or switch automatic upgrades off.',
    ],
    facts: [
      { term: 'Plan', value: `${payload.fromPlan} → ${payload.toPlan}` },
      { term: 'Charged', value: formatAmount(payload.amount, payload.currency) },
      { term: 'Effective', value: formatMoment(payload.effectiveAt) },
    ],
    action: { label: 'View plan', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  auto_upgrade_failed: (payload) => ({
    subject: `${payload.organizationName}: ${payload.productName} could not be ${payload.wantedPlan === payload.planName ? 'renewed' : 'upgraded'}, and requests are refused`,
    heading:
      payload.wantedPlan === payload.planName
        ? `${payload.planName} could not be renewed early`
        : `The automatic upgrade from ${payload.planName} to ${payload.wantedPlan} failed`,
    paragraphs: [
      `Everything that ${payload.planName} includes is used, and ${formatAmount(payload.amount, payload.currency)} could not be collected. Requests are refused until the period ends or a plan is paid.`,
      'Nothing was charged, and it is not tried again in this period by itself. With another card it is.',
    ],
    facts: [
      { term: 'Plan', value: payload.planName },
      { term: 'Amount', value: formatAmount(payload.amount, payload.currency) },
      { term: 'Reason', value: wordDecline(payload.reason) },
    ],
    action: { label: 'Update payment method', url: pageOf(payload, '/payment') },
  }),
  cancellation_scheduled: (payload) => ({
    subject: `${payload.organizationName}: ${payload.planName} ends on ${formatMoment(payload.cancelAt)}`,
    heading: `${payload.planName} ends on ${formatMoment(payload.cancelAt)}`,
    paragraphs: [
      'Until then everything works as before, and it does not renew. If this was not meant, reactivate it before that moment; nothing is charged for doing so.',
    ],
    facts: [
      { term: 'Product', value: payload.productName },
      { term: 'Access until', value: formatMoment(payload.cancelAt) },
    ],
    action: { label: 'Reactivate', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  reactivated: (payload) => ({
    subject: `${payload.organizationName}: ${payload.planName} goes on`,
    heading: `${payload.planName} goes on`,
    paragraphs: [`The cancellation was undone. The plan renews on ${formatMoment(payload.renewsAt)}.`],
    facts: [
      { term: 'Product', value: payload.productName },
      { term: 'Next renewal', value: formatMoment(payload.renewsAt) },
    ],
    action: { label: 'View plan', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  trial_ending: (payload) => ({
    subject: `${payload.organizationName}: the trial of ${payload.planName} ends on ${formatMoment(payload.trialEnd)}`,
    heading: `The trial of ${payload.planName} ends on ${formatMoment(payload.trialEnd)}`,
    paragraphs: [
      `Then ${payload.planName} goes on, and ${formatAmount(payload.amount, payload.currency)} is charged for its first period, with the members as they are now.`,
      'If you cancel before that, you can use it to the end of the trial and nothing is charged.',
    ],
    facts: [
      { term: 'Product', value: payload.productName },
      { term: 'First charge', value: `${formatAmount(payload.amount, payload.currency)} on ${formatMoment(payload.trialEnd)}` },
    ],
    action: { label: 'View plan', url: pageOf(payload, `/${payload.productId}/plan`) },
  }),
  auto_recharge_done: (payload) => wordRechargeDone(payload, pageOf(payload, '/credits')),
  auto_recharge_failed: (payload) => wordRechargeFailed(payload, pageOf(payload, '/payment')),
  auto_recharge_off: (payload) => wordRechargeOff(payload, pageOf(payload, '/credits')),
  auto_recharge_ceiling: (payload) => wordRechargeCeiling(payload, pageOf(payload, '/credits')),
  credit_expiring: (payload) => wordCreditExpiring(payload, pageOf(payload, '/credits')),
  invitation: (payload) => ({
    subject: `${inviterOf(payload)} to ${payload.organizationName}`,
    heading: `Join ${payload.organizationName}`,
    paragraphs: [
      `${inviterOf(payload)} to join ${payload.organizationName} as ${ROLE_WORDS[payload.role]}.`,
      `The link works once, until ${formatMoment(payload.expiresAt)}. If you do not expect it, ignore this mail; nothing happens.`,
    ],
    facts: [],
    action: { label: 'Accept invitation', url: `${publicUrl()}/invitation/${openInvitationToken(payload.sealedToken)}` },
  }),
  password_reset: (payload) => ({
    subject: 'Choose a new password',
    heading: 'Choose a new password',
    paragraphs: [
      `Somebody asked for a new password for ${payload.email}. If it was not you, ignore this mail: your password stays as it is.`,
      `The link works once, until ${formatMoment(payload.expiresAt)}. Choosing a new password signs you out everywhere else.`,
    ],
    facts: [],
    action: { label: 'Choose a new password', url: `${publicUrl()}/password/${openInvitationToken(payload.sealedToken)}` },
  }),
}

/** Why one gets it, where it is not for being in charge of an account's bills. */
const FOOTERS: { [Kind in MessageKind]?: (payload: MessagePayload<Kind>) => string } = {
  invitation: ({ organizationName }) => `You get this mail because somebody entered your address for ${organizationName}.`,
  password_reset: () => 'You get this mail because somebody entered your address where a forgotten password is replaced.',
}

/**
 * A queued message in words.
 *
 * @throws z.ZodError where the payload lacks something: a bug, which no repetition heals.
 */
export function wordMessage<Kind extends MessageKind>(kind: Kind, payload: unknown): Mail {
  const read = PAYLOADS[kind].parse(payload) as MessagePayload<Kind>
  return {
    ...WORDS[kind](read),
    account: 'email' in read ? `Account: ${read.email}` : `Account: ${read.organizationName}`,
    footer: FOOTERS[kind]?.(read) ?? BILLING_FOOTER,
  }
}

export function isMessageKind(kind: string): kind is MessageKind {
  return Object.hasOwn(WORDS, kind)
}

/** The operator's back end invites in the organization's own name. */
function inviterOf({ invitedBy, organizationName }: MessagePayload<'invitation'>): string {
  return invitedBy === organizationName ? 'You are invited' : `${invitedBy} invites you`
}

/** Account, usage against allowance, period, what happens at 100 %. */
function wordUsageAlert(payload: UsageAlertPayload): Worded {
  const { unit, productName, planName } = payload
  const [used, limit, end] = [formatUnits(payload.used), formatUnits(payload.limit), formatMoment(payload.periodEnd)]
  const isReached = BigInt(payload.used) >= BigInt(payload.limit)
  return {
    subject: `${payload.organizationName}: ${used} of ${limit} ${unit} used (${payload.percent}%)`,
    heading: isReached ? `All ${limit} ${unit} of ${planName} are used` : `${payload.percent}% of the ${unit} of ${planName} are used`,
    paragraphs: [wordLimit(payload, isReached, end)],
    facts: [
      { term: 'Product and plan', value: `${productName}, ${planName}` },
      { term: 'Used', value: `${used} of ${limit} ${unit} (${payload.percent}%)` },
      { term: 'Period ends', value: end },
    ],
    action: { label: 'See usage and plans', url: pageOf(payload, `/${payload.productId}/plan`) },
  }
}

function wordLimit({ unit, whatHappens, overageUnitPrice, currency }: UsageAlertPayload, isReached: boolean, end: string): string {
  if (whatHappens === 'overage' && overageUnitPrice !== undefined) {
    const price = formatUnitPrice(overageUnitPrice, currency)
    if (isReached) return `Requests go on. Further ${unit} cost ${price} each and are charged with the next invoice, after ${end}.`
    return `At 100% requests go on: further ${unit} cost ${price} each and are charged with the next invoice, after ${end}.`
  }
  if (isReached) return `Requests are refused now, until ${end} or until you move to a larger plan. Refused requests cost nothing.`
  return `At 100% requests are refused until ${end}, unless you move to a larger plan. This is a limit, not a charge.`
}

function pageOf({ organizationSlug }: { organizationSlug: string }, path: string): string {
  return `${publicUrl()}/${organizationSlug}${path}`
}
