import type { useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
import { formatInstant } from '@/components/ui/format-date'
import type { ChangedValue } from '@/lib/billing/views/activity-changes'
import type { ActivityEntryView } from '@/lib/billing/views/activity-feed'
import { brandName } from '@/lib/brand-name'
import { formatMoney, minor } from '@/lib/money'

type Words = ReturnType<typeof useTranslations<'activity'>>

const ROLES = ['owner', 'admin', 'billing', 'member'] as const
const REASONS = ['payment_failed', 'refunded'] as const

/** What happened as a sentence without its subject: "Changed API calls from Basic to Pro". */
export function wordActivity(t: Words, entry: ActivityEntryView, locale: string): string {
  const { action, facts } = entry
  const known = (fact: string | null) => fact ?? t('unknown')
  const product = known(facts.product)
  const from = known(facts.fromPlan)
  const to = known(facts.toPlan)
  const at = facts.at === null ? t('unknown') : formatInstant(facts.at, locale)
  const number = facts.document?.number ?? t('unknown')
  const amount = facts.amount === null ? t('unknown') : formatMoney(facts.amount, facts.currency, locale)
  const person = known(facts.person)
  const role = (name: string | null) => t(`roles.${ROLES.find((one) => one === name) ?? 'other'}`)
  switch (action) {
    case 'subscription.created':
      return t('subscription.created', { product, plan: to })
    case 'subscription.changed':
      return t('subscription.changed', { product, from, to })
    case 'subscription.change_scheduled':
      return t('subscription.changeScheduled', { product, to, at })
    case 'subscription.change_dropped':
      return t('subscription.changeDropped', { product, to })
    case 'subscription.cancel_scheduled':
      return t('subscription.cancelScheduled', { product, at })
    case 'subscription.reactivated':
      return t('subscription.reactivated', { product })
    case 'subscription.renewed':
      return t('subscription.renewed', { product, plan: to, at })
    case 'subscription.reviewed':
      return t('subscription.reviewed', { product })
    case 'subscription.ended': {
      const reason = REASONS.find((one) => one === facts.reason)
      return reason ? t('subscription.endedBecause', { product, from, to, reason: t(`reason.${reason}`) }) : t('subscription.ended', { product, from, to })
    }
    case 'subscription.canceled':
      return t('subscription.canceled', { product, from })
    case 'subscription.past_due':
      return t('subscription.pastDue', { product })
    case 'subscription.unpaid':
      return t('subscription.unpaid', { product })
    case 'limit_request.created':
      return t('limitRequest.created')
    case 'limit_request.approved':
      return facts.reason === null ? t('limitRequest.approved') : t('limitRequest.approvedBecause', { reason: facts.reason })
    case 'limit_request.declined':
      return facts.reason === null ? t('limitRequest.declined') : t('limitRequest.declinedBecause', { reason: facts.reason })
    case 'limits.updated':
      return t('limitsUpdated', { product })
    case 'invoice.paid':
      return t('invoice.paid', { number, amount })
    case 'invoice.refunded':
      return t('invoice.refunded', { number, amount })
    case 'invoice.refund_requested':
      return t('invoice.refundRequested', { number, amount, reason: known(facts.reason) })
    case 'invoice.refund_failed':
      return t('invoice.refundFailed', { number, amount, reason: known(facts.reason) })
    case 'invoice.refund_returned':
      return t('invoice.refundReturned', { number, amount })
    case 'invoice.refunded_at_provider':
      return t('invoice.refundedAtProvider', { number, amount })
    case 'invoice.refunded_by_exception':
      return t('invoice.refundedByException', { number, amount, reason: known(facts.reason) })
    case 'invoice.pro_forma':
      return t('invoice.proForma', { number, amount })
    case 'invoice.voided':
      return t('invoice.voided', { number, amount, reason: known(facts.reason) })
    case 'invoice.uncollectible':
      return t('invoice.uncollectible', { number, amount, reason: known(facts.reason) })
    case 'invoice.marked_paid':
      return t('invoice.markedPaid', { number, amount, reference: known(facts.reason) })
    case 'payment.purchases_resumed':
      return t('payment.purchasesResumed', { reason: known(facts.reason) })
    case 'payment.disputed':
      return t('payment.disputed', { number, amount })
    case 'payment.dispute_won':
      return t('payment.disputeWon', { number })
    case 'payment.dispute_lost':
      return t('payment.disputeLost', { number, amount })
    case 'credit.adjusted':
      return wordAdjustment(t, entry, locale)
    case 'plan.created':
      return facts.reason === null
        ? t('plan.created', { name: known(facts.planName) })
        : t('plan.createdBecause', { name: known(facts.planName), reason: facts.reason })
    case 'payment.failed':
      return t('payment.failed', { number })
    case 'payment.kept_as_credit':
      return t('payment.keptAsCredit', { number, amount })
    case 'payment.kept_went_back':
      return t('payment.keptWentBack', { amount })
    case 'credit.purchased':
      return t('credit.purchased', { amount, number })
    case 'credit.recharged':
      return t('credit.recharged', { amount, number })
    case 'credit.recharge_failed':
      return t('credit.rechargeFailed', { amount })
    case 'credit.recharge_off':
      return t('credit.rechargeOff')
    case 'credit.recharge_set':
      return t('credit.rechargeSet')
    case 'credit.expired':
      return t('credit.expired')
    case 'credit.grant_ended':
      return t('credit.grantEnded', { amount })
    case 'credit.contributed':
      return t('credit.contributed', { amount, person })
    case 'payment_method.updated':
      return t('paymentMethod', { brand: known(facts.card ? brandName(facts.card.brand) : null), last4: known(facts.card?.last4 ?? null) })
    case 'channel.connected':
      return t('channel.connected', { name: known(facts.planName) })
    case 'channel.updated':
      return t('channel.updated', { name: known(facts.planName) })
    case 'channel.paused':
      return t('channel.paused', { name: known(facts.planName) })
    case 'channel.resumed':
      return t('channel.resumed', { name: known(facts.planName) })
    case 'channel.silenced':
      return t('channel.silenced', { name: known(facts.planName), reason: known(facts.reason) })
    case 'channel.removed':
      return t('channel.removed', { name: known(facts.planName) })
    case 'notifications.routed':
      return t('mailRouted')
    case 'member.added':
      return t('member.added', { person, role: role(facts.toRole) })
    case 'member.invited':
      return t('member.invited', { person })
    case 'member.joined':
      return t('member.joined', { person, role: role(facts.toRole) })
    case 'member.erased':
      return t('member.erased')
    case 'member.role_changed':
      return t('member.roleChanged', { person, from: role(facts.fromRole), to: role(facts.toRole) })
    case 'member.removed':
      return t('member.removed', { person })
    case 'member.signed_out':
      return t('member.signedOut', { person })
    case 'member.credit_granted':
      return t('member.creditGranted', { amount, person })
    case 'key.created':
      return t('key.created', { name: known(facts.label), hint: known(facts.hint) })
    case 'key.revoked':
      return t('key.revoked', { name: known(facts.label), hint: known(facts.hint) })
    case 'webhook_endpoint.created':
      return t('webhookEndpoint.created', { url: known(facts.url) })
    case 'webhook_endpoint.updated':
      return t('webhookEndpoint.updated', { url: known(facts.url) })
    case 'webhook_endpoint.enabled':
      return t('webhookEndpoint.enabled', { url: known(facts.url) })
    case 'webhook_endpoint.disabled':
      return t('webhookEndpoint.disabled', { url: known(facts.url) })
    case 'webhook_endpoint.deleted':
      return t('webhookEndpoint.deleted', { url: known(facts.url) })
    case 'webhook_endpoint.secret_rotated':
      return t('webhookEndpoint.secretRotated', { url: known(facts.url) })
    case 'second_step.turned_on':
      return t('secondStep.turnedOn')
    case 'second_step.turned_off':
      return t('secondStep.turnedOff')
    case 'second_step.app_removed':
      return t('secondStep.appRemoved')
    case 'second_step.passkey_added':
      return t('secondStep.passkeyAdded')
    case 'second_step.passkey_removed':
      return t('secondStep.passkeyRemoved')
    case 'second_step.codes_renewed':
      return t('secondStep.codesRenewed')
    case 'second_step.recovery_code_used':
      return t('secondStep.recoveryCodeUsed')
    case 'second_step.taken_off':
      return facts.reason === null ? t('secondStep.takenOff', { person }) : t('secondStep.takenOffBecause', { person, reason: facts.reason })
    case 'organization.created':
      return t('organization.created')
    case 'organization.updated':
      return facts.reason === null ? t('organization.updated') : t('organization.updatedBecause', { reason: facts.reason })
    case 'organization.viewed':
      return t('organization.viewed', { person })
    case 'organization.deleted':
      return t('organization.deleted')
    case 'organization.second_step_required':
      return t('organization.secondStepRequired')
    case 'organization.second_step_optional':
      return t('organization.secondStepOptional')
    case 'organization.exported':
      return t('organization.exported')
    case 'organization.erased':
      return t('organization.erased')
    case null:
      return t('other', { name: entry.name })
  }
}

function wordAdjustment(t: Words, { facts }: ActivityEntryView, locale: string): string {
  const { amount, currency } = facts
  const reason = facts.reason ?? t('unknown')
  if (amount === null) return t('credit.given', { amount: t('unknown'), reason })
  const taken = amount < 0n
  return t(taken ? 'credit.taken' : 'credit.given', { amount: formatMoney(minor(taken ? -amount : amount), currency, locale), reason })
}

export function wordActor(t: Words, { actor }: ActivityEntryView): string {
  return actor.kind === 'member' ? (actor.name ?? t('someone')) : t(actor.kind)
}

/** What was another before, as a line each: "Cap: $10.00 → $25.00". */
export function wordChanges(t: Words, { facts: { changes, currency } }: ActivityEntryView, locale: string): string[] {
  const word = (value: ChangedValue | null): string => {
    if (value === null) return t('change.none')
    switch (value.kind) {
      case 'money':
        return formatMoney(value.amount, currency, locale)
      case 'units':
        return formatCount(value.units, locale)
      case 'flag':
        return t(value.on ? 'change.on' : 'change.off')
      case 'text':
        return value.text
    }
  }
  return changes.map(({ field, from, to }) => t('change.line', { field: t(`change.field.${field}`), from: word(from), to: word(to) }))
}
