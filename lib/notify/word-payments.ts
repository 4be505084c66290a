import type { MessagePayload } from '../billing/message-payloads'
import type { MailFact, Worded } from './mail'
import { invoiceLink, pageOf, receiptTables, type Scene, wordDecline } from './scene'

export function wordPaymentFailed(payload: MessagePayload<'payment_failed'>, scene: Scene): Worded {
  const { t, figures } = scene
  const [amount, document] = [figures.amount(payload.amount, payload.currency), payload.documentNumber]
  const nextTry = payload.nextTryAt === null ? null : figures.moment(payload.nextTryAt)
  return {
    subject: t('payments.failed.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.failed.heading', { amount, document }),
    paragraphs: [wordWhatComes(payload, scene), t('payments.failed.mend')],
    facts: [
      { term: t('shared.terms.document'), value: document },
      { term: t('shared.terms.amount'), value: amount },
      { term: t('shared.terms.reason'), value: wordDecline(scene, payload.reason) },
      ...(nextTry === null ? [] : [{ term: t('payments.failed.nextTry'), value: nextTry }]),
    ],
    action: { label: t('shared.actions.addPayment'), url: pageOf(payload, '/payment') },
    links: [{ label: t('payments.failed.pay'), url: pageOf(payload, `/invoices/${payload.documentId}`) }],
  }
}

function wordWhatComes({ nextTryAt, stopsPlan: plan }: MessagePayload<'payment_failed'>, { t, figures }: Scene): string {
  if (nextTryAt !== null) return t('payments.failed.retry', { at: figures.moment(nextTryAt) })
  return plan === null ? t('payments.failed.last') : t('payments.failed.stops', { plan })
}

export function wordConfirmation(payload: MessagePayload<'payment_action_required'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  return {
    subject: t('payments.confirm.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.confirm.heading', { amount }),
    paragraphs: [t('payments.confirm.body')],
    facts: documentFacts(scene, payload),
    action: { label: t('payments.confirm.action', { amount }), url: payload.url },
    links: [invoiceLink(scene, payload, payload.documentId)],
  }
}

export function wordRenewalPaid(payload: MessagePayload<'renewal_paid'>, scene: Scene): Worded {
  const { t, figures } = scene
  const [amount, plan] = [figures.amount(payload.amount, payload.currency), payload.planName]
  const isCovered = payload.amount === '0' // By credit.
  return {
    subject: t(isCovered ? 'payments.renewed.coveredSubject' : 'payments.renewed.subject', { organization: payload.organizationName, amount, plan }),
    heading: t('payments.renewed.heading', { plan }),
    paragraphs: [t(isCovered ? 'payments.renewed.coveredBody' : 'payments.renewed.body', { amount })],
    facts: [
      { term: t('shared.terms.document'), value: payload.documentNumber },
      { term: t('shared.terms.paid'), value: amount },
      ...periodFact(scene, payload.periodStart, payload.periodEnd),
    ],
    ...receiptTables(scene, payload.receipt, payload.currency),
    action: invoiceLink(scene, payload, payload.documentId),
  }
}

export function wordReceipt(payload: MessagePayload<'receipt'>, scene: Scene): Worded {
  const { t, figures } = scene
  const [amount, document] = [figures.amount(payload.amount, payload.currency), payload.documentNumber]
  return {
    subject: t('payments.receipt.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.receipt.heading', { amount }),
    paragraphs: [wordWhatIsPaid(payload, scene)],
    facts: [{ term: t('shared.terms.document'), value: document }],
    ...receiptTables(scene, payload.receipt, payload.currency),
    action: invoiceLink(scene, payload, payload.documentId),
  }
}

function wordWhatIsPaid({ pays, planName, documentNumber }: MessagePayload<'receipt'>, { t }: Scene): string {
  if (pays === 'plan' && planName !== null) return t('payments.receipt.plan', { plan: planName })
  return pays === 'purchase' ? t('payments.receipt.purchase') : t('payments.receipt.other', { document: documentNumber })
}

export function wordRefund(payload: MessagePayload<'refund_issued'>, scene: Scene): Worded {
  const { t, figures } = scene
  const amount = figures.amount(payload.amount, payload.currency)
  const credit = payload.credit === '0' ? null : figures.amount(payload.credit, payload.currency)
  return {
    subject: t('payments.refunded.subject', { organization: payload.organizationName, amount }),
    heading: t('payments.refunded.heading', { amount }),
    paragraphs: [
      t('payments.refunded.body'),
      ...(credit === null ? [] : [t('payments.refunded.credit', { credit })]),
      ...(payload.endedPlan === null ? [] : [t('payments.refunded.movedToFree', { plan: payload.endedPlan })]),
    ],
    facts: [
      { term: t('payments.refunded.ofTerm'), value: payload.documentNumber },
      { term: t('payments.refunded.term'), value: amount },
      ...(credit === null ? [] : [{ term: t('payments.refunded.creditTerm'), value: credit }]),
    ],
    action: invoiceLink(scene, payload, payload.documentId),
  }
}

export function wordProForma(payload: MessagePayload<'pro_forma_issued'>, scene: Scene): Worded {
  const { t, figures } = scene
  const [amount, document, plan] = [figures.amount(payload.amount, payload.currency), payload.documentNumber, payload.planName]
  const { lines } = receiptTables(scene, payload.receipt, payload.currency)
  return {
    subject: t('payments.proForma.subject', { organization: payload.organizationName, amount, plan }),
    heading: t('payments.proForma.heading', { amount, document }),
    paragraphs: [t('payments.proForma.body', { plan }), t(payload.bank.length > 0 ? 'payments.proForma.byCard' : 'payments.proForma.onlyCard')],
    facts: payload.bank.length > 0 ? bankFacts(scene, payload.bank, document) : [{ term: t('shared.terms.document'), value: document }],
    lines,
    totals: [{ term: t('shared.terms.total'), value: amount }],
    action: { label: t('payments.proForma.pay', { amount }), url: pageOf(payload, `/invoices/${payload.documentId}`) },
  }
}

function bankFacts({ t }: Scene, bank: readonly string[], document: string): MailFact[] {
  return [
    { term: t('payments.proForma.bank'), value: bank.join('\n') },
    { term: t('payments.proForma.reference'), value: document },
  ]
}

function documentFacts({ t, figures }: Scene, { documentNumber, amount, currency }: { documentNumber: string; amount: string; currency: string }): MailFact[] {
  return [
    { term: t('shared.terms.document'), value: documentNumber },
    { term: t('shared.terms.amount'), value: figures.amount(amount, currency) },
  ]
}

function periodFact({ t, figures }: Scene, start: string | null, end: string | null): MailFact[] {
  if (start === null || end === null) return []
  return [{ term: t('shared.terms.period'), value: t('shared.values.range', { from: figures.moment(start), until: figures.moment(end) }) }]
}
