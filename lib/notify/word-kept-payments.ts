import type { MessagePayload } from '../billing/message-payloads'
import type { MailFact, MailLink, Worded } from './mail'
import { invoiceLink, pageOf, type Scene } from './scene'

/** Mails about payments that paid for nothing (G80), and about refunds that come back. */

export function wordKeptAsCredit(payload: MessagePayload<'kept_as_credit'>, scene: Scene): Worded {
  const { t, figures } = scene
  const [amount, document] = [figures.amount(payload.amount, payload.currency), payload.documentNumber]
  return {
    subject: t('payments.kept.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.kept.heading', { amount }),
    paragraphs: [document === null ? t('payments.kept.noInvoice') : t('payments.kept.voidInvoice', { document }), t('payments.kept.body')],
    facts: paymentFacts(payload, scene),
    action: creditLink(payload, scene),
  }
}

export function wordKeptRefunded(payload: MessagePayload<'kept_payment_refunded'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  const credit = payload.credit === '0' ? null : figures.amount(payload.credit, payload.currency)
  return {
    subject: t('payments.refunded.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.refunded.heading', { amount }),
    paragraphs: [t('payments.refunded.body'), credit === null ? t('payments.kept.spent') : t('payments.kept.taken', { credit })],
    facts: [...paymentFacts(payload, scene), ...(credit === null ? [] : [{ term: t('payments.kept.takenTerm'), value: credit }])],
    action: creditLink(payload, scene),
  }
}

export function wordRefundReturned(payload: MessagePayload<'refund_returned'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  return {
    subject: t('payments.returned.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.returned.heading', { amount }),
    paragraphs: [t('payments.returned.body'), t('payments.returned.next')],
    facts: paymentFacts(payload, scene),
    action: payload.documentId === null ? creditLink(payload, scene) : invoiceLink(scene, payload, payload.documentId),
  }
}

function paymentFacts({ documentNumber, amount, currency }: MessagePayload<'kept_as_credit'>, { t, figures }: Scene): MailFact[] {
  return [
    ...(documentNumber === null ? [] : [{ term: t('shared.terms.document'), value: documentNumber }]),
    { term: t('shared.terms.amount'), value: figures.amount(amount, currency) },
  ]
}

function creditLink(payload: MessagePayload<'kept_as_credit'>, { t }: Scene): MailLink {
  return { label: t('shared.actions.viewCredit'), url: pageOf(payload, '/credits') }
}
