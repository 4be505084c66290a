import { MESSAGE_KINDS, type MessageKind } from '../billing/message-kinds'
import type { MessagePayload } from '../billing/message-payloads'
import { directionOf, type Locale } from '../locale'
import { getBrand } from '../platform/brand'
import { figuresIn } from './figures'
import { wordsIn } from './language'
import type { Mail, MailLink, Worded } from './mail'
import { PAYLOADS } from './payloads'
import { type AboutOrganization, pageOf, type Scene } from './scene'
import { wordInvitation, wordMagicLink, wordPasswordReset, wordSecondStepChanged } from './word-account'
import { wordCreditExpiring, wordCreditLow, wordRechargeCeiling, wordRechargeDone, wordRechargeFailed, wordRechargeOff } from './word-credit'
import { wordKeptAsCredit, wordKeptRefunded, wordRefundReturned } from './word-kept-payments'
import { wordChannelPaused, wordChannelTest, wordDispute, wordWebhookDisabled } from './word-operation'
import { wordConfirmation, wordPaymentFailed, wordProForma, wordReceipt, wordRefund, wordRenewalPaid } from './word-payments'
import {
  wordAutoUpgraded,
  wordAutoUpgradeFailed,
  wordCancellation,
  wordMovedToFree,
  wordPlanChanged,
  wordPlanChangeScheduled,
  wordReactivated,
  wordRenewalUpcoming,
  wordTrialEnding,
} from './word-plan'
import { wordSeatsChanged, wordSeatsReviewed } from './word-team'
import { wordLimitDecided, wordUsageAlert } from './word-usage'

type Words = { [Kind in MessageKind]: (payload: MessagePayload<Kind>, scene: Scene) => Worded }

/** A reader who has not seen the dashboard must understand each of these by itself (interface: plain words, then the control). */
const WORDS: Words = {
  usage_alert_80: wordUsageAlert,
  usage_alert_100: wordUsageAlert,
  limit_request_decided: wordLimitDecided,
  payment_failed: wordPaymentFailed,
  payment_action_required: wordConfirmation,
  renewal_paid: wordRenewalPaid,
  receipt: wordReceipt,
  refund_issued: wordRefund,
  refund_returned: wordRefundReturned,
  kept_as_credit: wordKeptAsCredit,
  kept_payment_refunded: wordKeptRefunded,
  pro_forma_issued: wordProForma,
  moved_to_free: wordMovedToFree,
  plan_changed: wordPlanChanged,
  plan_change_scheduled: wordPlanChangeScheduled,
  auto_upgraded: wordAutoUpgraded,
  auto_upgrade_failed: wordAutoUpgradeFailed,
  cancellation_scheduled: wordCancellation,
  reactivated: wordReactivated,
  trial_ending: wordTrialEnding,
  renewal_upcoming: wordRenewalUpcoming,
  auto_recharge_done: wordRechargeDone,
  auto_recharge_failed: wordRechargeFailed,
  auto_recharge_off: wordRechargeOff,
  auto_recharge_ceiling: wordRechargeCeiling,
  credit_expiring: wordCreditExpiring,
  credit_low: wordCreditLow,
  seats_changed: wordSeatsChanged,
  seats_reviewed: wordSeatsReviewed,
  channel_paused: wordChannelPaused,
  channel_test: wordChannelTest,
  webhook_disabled: wordWebhookDisabled,
  payment_disputed: wordDispute,
  invitation: wordInvitation,
  password_reset: wordPasswordReset,
  magic_link: wordMagicLink,
  second_step_changed: wordSecondStepChanged,
}

/**
 * A queued message in words.
 *
 * @throws z.ZodError where the payload lacks something: a bug, which no repetition heals.
 */
export function wordMessage<Kind extends MessageKind>(kind: Kind, payload: unknown, language: Locale = 'en'): Mail {
  const read = PAYLOADS[kind].parse(payload) as MessagePayload<Kind>
  const scene: Scene = { language, t: wordsIn(language), figures: figuresIn(language), brand: getBrand() }
  const worded = WORDS[kind](read, scene)
  const { t, brand } = scene
  return {
    lines: [],
    totals: [],
    links: [],
    ...worded,
    language,
    direction: directionOf(language),
    brand,
    // A person's own matter names the person, whatever organizations they are in.
    account: t('shared.account', { name: 'email' in read ? read.email : read.organizationName }),
    fallback: t('shared.linkBelow', { url: worded.action.url }),
    footer: [wordReason(kind, read, scene), ...(brand.support === null ? [] : [t('shared.questions', { address: brand.support })])],
    preferences: preferencesOf(kind, read, scene),
  }
}

/** Why one gets it. */
function wordReason(kind: MessageKind, { organizationName }: AboutOrganization, { t, brand }: Scene): string {
  switch (kind) {
    case 'invitation':
      return t('shared.footer.invitation', { organization: organizationName })
    case 'password_reset':
      return t('shared.footer.passwordReset')
    case 'magic_link':
      return t('shared.footer.magicLink')
    case 'second_step_changed':
      return t('shared.footer.secondStep')
    case 'payment_disputed':
      return t('shared.footer.operator', { brand: brand.name })
    case 'channel_paused':
    case 'channel_test':
    case 'webhook_disabled':
      return t('shared.footer.owners')
    default:
      return MESSAGE_KINDS[kind].sent === 'essential' ? `${t('shared.footer.billing')} ${t('shared.footer.essential')}` : t('shared.footer.billing')
  }
}

function preferencesOf(kind: MessageKind, about: AboutOrganization, { t }: Scene): MailLink | null {
  if (MESSAGE_KINDS[kind].sent !== 'optional') return null
  return { label: t('shared.footer.choose'), url: pageOf(about, '/notifications') }
}
