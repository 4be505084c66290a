import type { MessagePayload, UsageAlertPayload } from '../billing/message-payloads'
import { unitIn } from '../unit-words'
import type { Worded } from './mail'
import { pageOf, planPageOf, type Scene } from './scene'

/** Account, usage against allowance, period, what happens at 100 %. */
export function wordUsageAlert(payload: UsageAlertPayload, { t, figures, language }: Scene): Worded {
  const { organizationName: organization, productName: product, planName: plan } = payload
  const unit = unitIn(payload.unit, language)
  const [used, limit, percent] = [figures.units(payload.used), figures.units(payload.limit), figures.units(payload.percent)]
  const isReached = BigInt(payload.used) >= BigInt(payload.limit)
  return {
    subject: t('usage.subject', { organization, used, limit, unit, percent }),
    heading: isReached ? t('usage.reached', { limit, unit, plan }) : t('usage.near', { percent, unit, plan }),
    paragraphs: [wordLimit(payload, isReached, { t, figures, language })],
    facts: [
      { term: t('shared.terms.productAndPlan'), value: t('shared.values.productAndPlan', { product, plan }) },
      { term: t('usage.used'), value: t('usage.usedOf', { used, limit, unit, percent }) },
      { term: t('usage.periodEnds'), value: figures.moment(payload.periodEnd) },
    ],
    action: { label: t('usage.action'), url: planPageOf(payload) },
    links: [{ label: t('usage.viewUsage'), url: pageOf(payload, `/${payload.productId}/usage`) }],
  }
}

function wordLimit(payload: UsageAlertPayload, isReached: boolean, { t, figures, language }: Pick<Scene, 't' | 'figures' | 'language'>): string {
  const { whatHappens, overageUnitPrice, currency } = payload
  const unit = unitIn(payload.unit, language)
  const end = figures.moment(payload.periodEnd)
  if (whatHappens === 'overage' && overageUnitPrice !== undefined) {
    const price = figures.exactAmount(overageUnitPrice, currency)
    return isReached ? t('usage.chargedNow', { unit, price, end }) : t('usage.chargedLater', { unit, price, end })
  }
  return isReached ? t('usage.refusedNow', { end }) : t('usage.refusedLater', { end })
}

export function wordLimitDecided(payload: MessagePayload<'limit_request_decided'>, { t, figures, language }: Scene): Worded {
  const { organizationName: organization } = payload
  const unit = unitIn(payload.unit, language)
  const limit = figures.units(payload.hardLimit)
  const isApproved = payload.decision === 'approved'
  return {
    subject: t(isApproved ? 'plans.limitDecided.approvedSubject' : 'plans.limitDecided.declinedSubject', { organization, limit, unit }),
    heading: t(isApproved ? 'plans.limitDecided.approvedHeading' : 'plans.limitDecided.declinedHeading', { limit, unit }),
    paragraphs: [t(isApproved ? 'plans.limitDecided.approved' : 'plans.limitDecided.declined')],
    facts: [
      { term: t('shared.terms.product'), value: payload.productName },
      { term: t('plans.limitDecided.requested'), value: t('plans.limitDecided.value', { limit, unit }) },
    ],
    action: { label: t('plans.limitDecided.action'), url: pageOf(payload, `/${payload.productId}/spending`) },
  }
}
