import type { MessagePayload } from '../billing/message-payloads'
import type { MailFact, Worded } from './mail'
import { invoiceLink, negated, pageOf, planPageOf, receiptTables, type Scene, wordDecline } from './scene'

export function wordMovedToFree(payload: MessagePayload<'moved_to_free'>, { t }: Scene): Worded {
  const { organizationName: organization, productName: product, planName: plan } = payload
  return {
    subject: t('plans.movedToFree.subject', { organization, product }),
    heading: t('plans.movedToFree.heading', { plan, product }),
    paragraphs: [t('plans.movedToFree.body')],
    facts: [
      { term: t('shared.terms.product'), value: product },
      { term: t('plans.movedToFree.until'), value: plan },
    ],
    action: { label: t('shared.actions.choosePlan'), url: planPageOf(payload) },
  }
}

export function wordPlanChanged(payload: MessagePayload<'plan_changed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const at = figures.moment(payload.effectiveAt)
  const { organizationName: organization, productName: product, fromPlan: from, toPlan: to } = payload
  return {
    subject: t('plans.changed.subject', { organization, product, to }),
    heading: t('plans.changed.heading', { product, from, to }),
    paragraphs: [t('plans.changed.body', { at })],
    facts: [
      changeFact(payload, scene),
      BigInt(payload.amount) < 0n
        ? { term: t('shared.terms.credited'), value: figures.amount(negated(payload.amount), payload.currency) }
        : { term: t('plans.changed.charged'), value: figures.amount(payload.amount, payload.currency) },
      { term: t('shared.terms.effective'), value: at },
    ],
    ...changeReceipt(payload, scene),
    action: { label: t('shared.actions.viewPlan'), url: planPageOf(payload) },
  }
}

export function wordPlanChangeScheduled(payload: MessagePayload<'plan_change_scheduled'>, scene: Scene): Worded {
  const { t, figures } = scene
  const at = figures.moment(payload.effectiveAt)
  const { organizationName: organization, productName: product, fromPlan: from, toPlan: to } = payload
  return {
    subject: t('plans.scheduled.subject', { organization, product, to, at }),
    heading: t('plans.scheduled.heading', { product, from, to, at }),
    paragraphs: [t('plans.scheduled.body', { from })],
    facts: [
      changeFact(payload, scene),
      { term: t('shared.terms.effective'), value: at },
      { term: t('plans.scheduled.nextCharge'), value: figures.amount(payload.amount, payload.currency) },
    ],
    action: { label: t('plans.scheduled.action'), url: planPageOf(payload) },
  }
}

export function wordAutoUpgraded(payload: MessagePayload<'auto_upgraded'>, scene: Scene): Worded {
  const { t, figures } = scene
  const at = figures.moment(payload.effectiveAt)
  const { organizationName: organization, productName: product, fromPlan: from, toPlan: to } = payload
  return {
    subject: t('plans.autoUpgraded.subject', { organization, product, to }),
    heading: t('plans.autoUpgraded.heading', { from, product, to }),
    paragraphs: [t('plans.autoUpgraded.body', { at }), t('plans.autoUpgraded.choice')],
    facts: [
      changeFact(payload, scene),
      { term: t('shared.terms.charged'), value: figures.amount(payload.amount, payload.currency) },
      { term: t('shared.terms.effective'), value: at },
    ],
    ...changeReceipt(payload, scene),
    action: { label: t('shared.actions.viewPlan'), url: planPageOf(payload) },
  }
}

export function wordAutoUpgradeFailed(payload: MessagePayload<'auto_upgrade_failed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const { organizationName: organization, productName: product, planName: plan, wantedPlan: wanted } = payload
  const renews = wanted === plan
  const amount = figures.amount(payload.amount, payload.currency)
  return {
    subject: t(renews ? 'plans.autoUpgradeFailed.renewSubject' : 'plans.autoUpgradeFailed.upgradeSubject', { organization, product }),
    heading: renews ? t('plans.autoUpgradeFailed.renewHeading', { plan }) : t('plans.autoUpgradeFailed.upgradeHeading', { plan, wanted }),
    paragraphs: [t('plans.autoUpgradeFailed.body', { plan, amount }), t('plans.autoUpgradeFailed.next')],
    facts: [
      { term: t('shared.terms.plan'), value: plan },
      { term: t('shared.terms.amount'), value: amount },
      { term: t('shared.terms.reason'), value: wordDecline(scene, payload.reason) },
    ],
    action: { label: t('shared.actions.addPayment'), url: pageOf(payload, '/payment') },
  }
}

export function wordCancellation(payload: MessagePayload<'cancellation_scheduled'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, planName: plan } = payload
  const at = figures.moment(payload.cancelAt)
  return {
    subject: t('plans.cancelled.subject', { organization, plan, at }),
    heading: t('plans.cancelled.heading', { plan, at }),
    paragraphs: [t('plans.cancelled.body')],
    facts: [
      { term: t('shared.terms.product'), value: payload.productName },
      { term: t('plans.cancelled.until'), value: at },
    ],
    action: { label: t('plans.cancelled.action'), url: planPageOf(payload) },
  }
}

export function wordReactivated(payload: MessagePayload<'reactivated'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, planName: plan } = payload
  const at = figures.moment(payload.renewsAt)
  return {
    subject: t('plans.reactivated.subject', { organization, plan }),
    heading: t('plans.reactivated.heading', { plan }),
    paragraphs: [t('plans.reactivated.body', { at })],
    facts: [
      { term: t('shared.terms.product'), value: payload.productName },
      { term: t('plans.reactivated.next'), value: at },
    ],
    action: { label: t('shared.actions.viewPlan'), url: planPageOf(payload) },
  }
}

export function wordTrialEnding(payload: MessagePayload<'trial_ending'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, planName: plan } = payload
  const [at, amount] = [figures.moment(payload.trialEnd), figures.amount(payload.amount, payload.currency)]
  return {
    subject: t('plans.trialEnding.subject', { organization, plan, at }),
    heading: t('plans.trialEnding.heading', { plan, at }),
    paragraphs: [t('plans.trialEnding.body', { plan, amount }), t('plans.trialEnding.cancel')],
    facts: [
      { term: t('shared.terms.product'), value: payload.productName },
      { term: t('plans.trialEnding.first'), value: t('plans.trialEnding.firstValue', { amount, at }) },
    ],
    action: { label: t('shared.actions.viewPlan'), url: planPageOf(payload) },
  }
}

export function wordRenewalUpcoming(payload: MessagePayload<'renewal_upcoming'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, planName: plan } = payload
  const [at, amount] = [figures.moment(payload.renewsAt), figures.amount(payload.amount, payload.currency)]
  return {
    subject: t('plans.renewing.subject', { organization, plan, at, amount }),
    heading: t('plans.renewing.heading', { plan, at }),
    paragraphs: [t('plans.renewing.body', { amount }), t('plans.renewing.cancel')],
    facts: [
      { term: t('shared.terms.product'), value: payload.productName },
      { term: t('plans.renewing.charge'), value: t('plans.trialEnding.firstValue', { amount, at }) },
    ],
    action: { label: t('plans.renewing.cancelAction'), url: planPageOf(payload) },
  }
}

function changeFact({ fromPlan: from, toPlan: to }: { fromPlan: string; toPlan: string }, { t }: Scene): MailFact {
  return { term: t('shared.terms.plan'), value: t('shared.values.planChange', { from, to }) }
}

function changeReceipt(payload: MessagePayload<'plan_changed'>, scene: Scene): Pick<Worded, 'lines' | 'totals' | 'links'> {
  const { receipt } = payload
  return { ...receiptTables(scene, receipt, payload.currency), links: receipt ? [invoiceLink(scene, payload, receipt.documentId)] : [] }
}
