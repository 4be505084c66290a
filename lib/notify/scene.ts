import { publicUrl } from '../auth/public-url'
import type { ReceiptPayload } from '../billing/message-payloads'
import type { Locale } from '../locale'
import type { Brand } from '../platform/brand'
import { wordSentence } from '../sentences/word-sentence'
import { en } from './catalog/en'
import type { Figures } from './figures'
import type { MailWords } from './language'
import type { MailFact, MailLink } from './mail'

/** What a message is worded with: its language, how it writes figures, and who sends it. */
export type Scene = { language: Locale; t: MailWords; figures: Figures; brand: Brand }

export type AboutOrganization = { organizationName: string; organizationSlug: string }

export function pageOf({ organizationSlug }: AboutOrganization, path: string): string {
  return `${publicUrl()}/${organizationSlug}${path}`
}

export function planPageOf(about: AboutOrganization & { productId: string }): string {
  return pageOf(about, `/${about.productId}/plan`)
}

type Decline = keyof typeof en.declines

/** A bank's reason in words; one that we do not know says no more than that there was one. */
export function wordDecline({ t }: Scene, reason: string): string {
  return t(`declines.${Object.hasOwn(en.declines, reason) ? (reason as Decline) : 'unknown'}`)
}

export function invoiceLink({ t }: Scene, about: AboutOrganization, documentId: string): MailLink {
  return { label: t('shared.actions.viewInvoice'), url: pageOf(about, `/invoices/${documentId}`) }
}

/** An invoice's lines and what they add up to, as they stand on it. */
export function receiptTables(
  { t, figures, language }: Scene,
  receipt: ReceiptPayload | undefined,
  currency: string,
): { lines: MailFact[]; totals: MailFact[] } {
  if (!receipt) return { lines: [], totals: [] } // Queued before receipts had lines.
  const lines = receipt.lines.map(({ description, amount }) => ({
    term: wordSentence(description, { language, currency }),
    value: figures.amount(amount, currency),
  }))
  if (receipt.moreLines > 0) lines.push({ term: t('shared.values.moreLines', { count: receipt.moreLines }), value: '' })
  const totals = [{ term: t('shared.terms.total'), value: figures.amount(receipt.total, currency) }]
  if (receipt.creditApplied !== '0') totals.push({ term: t('shared.terms.creditApplied'), value: figures.amount(negated(receipt.creditApplied), currency) })
  return { lines, totals: [...totals, { term: t('shared.terms.paid'), value: figures.amount(receipt.amountPaid, currency) }] }
}

export function negated(amount: string): string {
  return (-BigInt(amount)).toString()
}
