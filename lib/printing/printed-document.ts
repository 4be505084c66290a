import type { Party, Seller } from '../../db/schema'
import type { DocumentDetail } from '../billing/views/documents'
import { brandName } from '../brand-name'
import { countryName } from '../country'
import { formatExactMoney, formatMoney, type MinorUnits, minor } from '../money'
import { figuresIn, type Reader, type UnitWord, wordSentence } from '../sentences/word-sentence'
import type { Instant } from '../time'
import { de } from './words/de'
import { type DocumentWords, en } from './words/en'

const WORDS = { en, de } as const

type Row = { label: string; value: string }
type Block = { name: string; lines: string[] }

/** A document as it is printed: every word and figure, in order. The template lays it out and decides nothing. */
export type PrintedDocument = {
  language: DocumentDetail['language']
  title: string
  number: string
  facts: Row[]
  parties: { from: string; to: string; seller: Block; buyer: Block }
  state: { text: string; tone: 'settled' | 'open' | 'off' }
  /** Across the page, where nothing is to be paid for it any more. */
  stamp: string | null
  columns: { description: string; quantity: string; unitPrice: string; amount: string }
  lines: { description: string; small: string; quantity: string; unitPrice: string; amount: string }[]
  totals: (Row & { strong: boolean })[]
  sections: { heading: string; items: string[] }[]
  footer: string[]
  /** `Page {page} of {pages}`, cut at its figures, which only the typesetter knows. */
  page: string[]
}

/** What stands on the paper for a document as it is now. */
export function printedDocument(document: DocumentDetail, unitWord?: UnitWord): PrintedDocument {
  const words = WORDS[document.language]
  const print = printer(document, words)
  const reader: Reader = { language: document.language, currency: document.currency, ...(unitWord && { unitWord }) }
  const reword = (text: string) => wordSentence(text, reader)
  return {
    language: document.language,
    title: titleOf(document, words),
    number: document.number,
    facts: factsOf(document, words, print),
    parties: { from: words.from, to: words.to, seller: block(document.seller, words), buyer: block(document.buyer, words) },
    state: stateOf(document, words, print),
    stamp: document.status === 'void' ? words.void : null,
    columns: { description: words.description, quantity: words.quantity, unitPrice: words.unitPrice, amount: words.amount },
    lines: document.lines.map((line) => ({
      description: breakable(reword(line.description)),
      small: breakable(words.calculation(figuresIn(line.formula, document.language), line.rule)),
      quantity: print.count(line.quantity),
      unitPrice: formatExactMoney(line.unitPrice, document.currency, words.locale),
      amount: print.money(line.amount),
    })),
    totals: totalsOf(document, words, print),
    sections: sectionsOf(document, words, print, reword),
    footer: footerOf(document.seller, words),
    page: words.page('\u0000', '\u0000').split('\u0000'),
  }
}

type Printer = { money(amount: bigint): string; date(at: Instant): string; count(units: bigint): string }

function printer({ currency }: DocumentDetail, { locale }: DocumentWords): Printer {
  const dates = new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeZone: 'UTC' })
  const counts = new Intl.NumberFormat(locale)
  return {
    money: (amount) => formatMoney(minor(amount), currency, locale),
    date: (at) => dates.format(at.epochMilliseconds),
    count: (units) => counts.format(units),
  }
}

/** What was paid is an invoice for its books, whatever it was when it asked for payment. */
function titleOf({ kind, status }: DocumentDetail, words: DocumentWords): string {
  if (kind === 'credit_note') return words.creditNote
  return kind === 'pro_forma' && status !== 'paid' ? words.proForma : words.invoice
}

function factsOf({ number, issuedAt, period, currency }: DocumentDetail, words: DocumentWords, print: Printer): Row[] {
  const name = new Intl.DisplayNames(words.locale, { type: 'currency' }).of(currency.toUpperCase())
  return [
    { label: words.number, value: number },
    { label: words.issued, value: print.date(issuedAt) },
    period ? { label: words.period, value: `${print.date(period.start)} – ${print.date(period.end)}` } : { label: words.supplied, value: print.date(issuedAt) },
    { label: words.currency, value: `${currency.toUpperCase()} (${name})` },
  ]
}

function block(party: Party | Seller, words: DocumentWords): Block {
  const country = party.country ? [countryName(party.country, words.locale)] : []
  const lines = [...linesOf(party.address), ...country, ...(party.taxId ? [words.taxId(party.taxId)] : [])]
  return { name: breakable(party.name), lines: lines.map(breakable) }
}

function linesOf(text: string | undefined): string[] {
  return (text ?? '')
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean)
}

const UNBROKEN_LETTERS = 30

/** A word longer than its column may be cut anywhere. */
function breakable(text: string): string {
  const parts = new RegExp(`\\S{${UNBROKEN_LETTERS},}`, 'gu')
  return text.replace(parts, (word) => [...word].join('\u200b'))
}

function stateOf(document: DocumentDetail, words: DocumentWords, print: Printer): PrintedDocument['state'] {
  const { states } = words
  switch (document.status) {
    case 'open':
      return { text: states.open(print.money(document.amountDue)), tone: 'open' }
    case 'void':
      return { text: states.void, tone: 'off' }
    case 'uncollectible':
      return { text: states.uncollectible, tone: 'off' }
    case 'paid':
      return { text: [paidState(document, words, print), ...afterwards(document, words, print)].join('. '), tone: 'settled' }
  }
}

function paidState({ kind, payment, paidAt, issuedAt, amountPaid }: DocumentDetail, { states }: DocumentWords, print: Printer): string {
  if (kind === 'credit_note') return states.credited
  const date = print.date(paidAt ?? issuedAt)
  if (amountPaid === 0n) return states.settled(date)
  if (payment.reference !== null) return states.paidByTransfer(date, payment.reference)
  return payment.card ? states.paidByCard(date, brandName(payment.card.brand), payment.card.last4) : states.paid(date)
}

function afterwards({ payment, amountPaid, amountRefunded }: DocumentDetail, { states }: DocumentWords, print: Printer): string[] {
  const refunded = amountRefunded === 0n ? [] : [amountRefunded === amountPaid ? states.allRefunded : states.refunded(print.money(amountRefunded))]
  return [...refunded, ...(payment.state === 'disputed' ? [states.disputed] : [])]
}

function totalsOf(document: DocumentDetail, words: DocumentWords, print: Printer): PrintedDocument['totals'] {
  const { total, amountDue, amountPaid, amountRefunded, prepaidApplied, carriedForward, creditIssued } = document
  const fromBalance = document.creditApplied - carriedForward - prepaidApplied
  const row = (label: string, amount: bigint, strong = false) => ({ label, value: print.money(amount), strong })
  const where = (shown: boolean, label: string, amount: bigint) => (shown ? [row(label, amount)] : [])
  return [
    row(words.subtotal, total),
    { label: words.tax, value: words.taxNote, strong: false },
    row(words.total, total, true),
    ...where(prepaidApplied > 0n, words.boughtCredit, -prepaidApplied),
    ...where(fromBalance > 0n, words.creditApplied, -fromBalance),
    ...where(fromBalance < 0n, words.owed, -fromBalance),
    ...where(carriedForward > 0n, words.carried, -carriedForward),
    ...(document.kind === 'credit_note' ? [row(words.creditIssued, creditIssued, true)] : [row(words.due, amountDue, true)]),
    ...where(amountPaid > 0n, words.paid, -amountPaid),
    ...where(amountRefunded > 0n, words.refunded, amountRefunded),
    ...(document.kind === 'credit_note' ? [] : [row(words.open, stillToPay(document), true)]),
  ]
}

function stillToPay({ status, amountDue, amountPaid }: DocumentDetail): MinorUnits {
  return status === 'open' ? minor(amountDue - amountPaid) : minor(0)
}

function sectionsOf(document: DocumentDetail, words: DocumentWords, print: Printer, reword: (text: string) => string): PrintedDocument['sections'] {
  const { differsBecause, related, kind, status, seller, number } = document
  const sections = [
    { heading: words.differs, items: differsBecause.map(({ text }) => reword(text)) },
    {
      heading: kind === 'credit_note' ? words.references.creditNote : words.references.invoice,
      items: related.map((other) => words.reference(other.number, print.date(other.issuedAt))),
    },
    ...(kind === 'pro_forma' && status === 'open' && seller.bankDetails
      ? [{ heading: words.transfer, items: [...linesOf(seller.bankDetails), words.transferReference(number), words.payOnline] }]
      : []),
    ...(kind === 'pro_forma' && status === 'paid' ? [{ heading: words.proForma, items: [words.wasProForma] }] : []),
  ]
  return sections.filter(({ items }) => items.length > 0).map(({ heading, items }) => ({ heading, items: items.map(breakable) }))
}

function footerOf(seller: Seller, words: DocumentWords): string[] {
  return [seller.name, ...(seller.taxId ? [words.taxId(seller.taxId)] : []), ...(seller.support ? [words.questions(seller.support)] : [])].map(breakable)
}
