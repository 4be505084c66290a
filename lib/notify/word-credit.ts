import type { MessagePayload } from '../billing/message-payloads'
import type { Worded } from './mail'
import { invoiceLink, pageOf, receiptTables, type Scene, wordDecline } from './scene'

// Mail about credit that was bought (P4, P5).

export function wordRechargeDone(payload: MessagePayload<'auto_recharge_done'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  return {
    subject: t('credit.rechargeDone.subject', { organization: payload.organizationName, amount }),
    heading: t('credit.rechargeDone.heading', { amount }),
    paragraphs: [t('credit.rechargeDone.body')],
    facts: [
      { term: t('shared.terms.document'), value: payload.documentNumber },
      { term: t('credit.rechargeDone.bought'), value: amount },
      { term: t('credit.rechargeDone.balance'), value: figures.exactAmount(payload.balance, payload.currency) },
    ],
    ...receiptTables(scene, payload.receipt, payload.currency),
    action: { label: t('shared.actions.viewCredit'), url: pageOf(payload, '/credits') },
    links: [invoiceLink(scene, payload, payload.documentId)],
  }
}

export function wordRechargeFailed(payload: MessagePayload<'auto_recharge_failed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  return {
    subject: t('credit.rechargeFailed.subject', { organization: payload.organizationName, amount }),
    heading: t('credit.rechargeFailed.heading', { amount }),
    paragraphs: [t('credit.rechargeFailed.body'), t('credit.rechargeFailed.next')],
    facts: [
      { term: t('shared.terms.amount'), value: amount },
      { term: t('shared.terms.reason'), value: wordDecline(scene, payload.reason) },
      { term: t('credit.rechargeFailed.failures'), value: figures.units(payload.failuresInARow) },
    ],
    action: { label: t('shared.actions.addPayment'), url: pageOf(payload, '/payment') },
  }
}

export function wordRechargeOff(payload: MessagePayload<'auto_recharge_off'>, { t, figures }: Scene): Worded {
  return {
    subject: t('credit.rechargeOff.subject', { organization: payload.organizationName }),
    heading: t('credit.rechargeOff.heading', { failures: figures.units(payload.failuresInARow) }),
    paragraphs: [t('credit.rechargeOff.body')],
    facts: [],
    action: { label: t('credit.rechargeOff.action'), url: pageOf(payload, '/credits') },
    links: [{ label: t('shared.actions.addPayment'), url: pageOf(payload, '/payment') }],
  }
}

export function wordRechargeCeiling(payload: MessagePayload<'auto_recharge_ceiling'>, { t, figures }: Scene): Worded {
  const limit = figures.amount(payload.monthlyLimit, payload.currency)
  return {
    subject: t('credit.rechargeCeiling.subject', { organization: payload.organizationName, limit }),
    heading: t('credit.rechargeCeiling.heading', { limit }),
    paragraphs: [t('credit.rechargeCeiling.body')],
    facts: [
      { term: t('credit.rechargeCeiling.limit'), value: limit },
      { term: t('credit.rechargeCeiling.notBought'), value: figures.amount(payload.amount, payload.currency) },
    ],
    action: { label: t('shared.actions.viewCredit'), url: pageOf(payload, '/credits') },
  }
}

export function wordCreditExpiring(payload: MessagePayload<'credit_expiring'>, { t, figures }: Scene): Worded {
  const remaining = figures.exactAmount(payload.remaining, payload.currency)
  const at = figures.moment(payload.expiresAt)
  const days = t('shared.values.days', { count: payload.days })
  return {
    subject: t('credit.expiring.subject', { organization: payload.organizationName, remaining, days }),
    heading: t('credit.expiring.heading', { remaining, at }),
    paragraphs: [t('credit.expiring.body')],
    facts: [
      { term: t('credit.expiring.unused'), value: remaining },
      { term: t('shared.terms.expires'), value: at },
    ],
    action: { label: t('shared.actions.viewCredit'), url: pageOf(payload, '/credits') },
  }
}

export function wordCreditLow(payload: MessagePayload<'credit_low'>, { t, figures }: Scene): Worded {
  const balance = figures.exactAmount(payload.balance, payload.currency)
  const percent = t('shared.values.percent', { percent: figures.units(payload.percent) })
  const isUsedUp = !/[1-9]/.test(payload.balance) || payload.balance.startsWith('-')
  return {
    subject: t('credit.low.subject', { organization: payload.organizationName, balance }),
    heading: isUsedUp ? t('credit.low.usedUpHeading') : t('credit.low.heading', { balance }),
    paragraphs: [isUsedUp ? t('credit.low.usedUp') : t('credit.low.body', { percent }), t('credit.low.advice')],
    facts: [
      { term: t('credit.low.balance'), value: balance },
      { term: t('credit.low.lastPurchase'), value: figures.exactAmount(payload.lastPurchase, payload.currency) },
    ],
    action: { label: t('credit.low.action'), url: pageOf(payload, '/credits') },
  }
}
