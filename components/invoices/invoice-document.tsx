import type { Route } from 'next'
import { useLocale, useTranslations } from 'next-intl'
import { Card, CardPart } from '@/components/ui/card'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure, Formula } from '@/components/ui/disclosure'
import { formatDate, formatDateRange, formatInstant } from '@/components/ui/format-date'
import { Money } from '@/components/ui/money'
import { TextLink } from '@/components/ui/text-link'
import type { DocumentDetail } from '@/lib/billing/views/documents'
import { brandName } from '@/lib/brand-name'
import { countryName } from '@/lib/country'
import type { DocumentId } from '@/lib/ids'
import { languageOf } from '@/lib/locale'
import { formatExactMoney, formatMoney, type MinorUnits } from '@/lib/money'
import { figuresIn, type Reader, type UnitWord, wordSentence } from '@/lib/sentences/word-sentence'
import { State } from './invoice-table'

/** Inputs are kept as the engine wrote them; moments among them in ISO 8601. */
const INSTANT = /^\d{4}-\d{2}-\d{2}T[\d:.]+Z$/

type Props = {
  document: DocumentDetail
  /** Where another document is shown to this reader. */
  pathTo: (document: DocumentId) => Route
  /** How the catalog calls its units in the reader's language. */
  unitWord?: UnitWord
}

/** A document, whose number the page is headed with, as it was issued: who, for what, line by line with rule and formula, and what it came to (C9, T11). */
export function InvoiceDocument({ document, pathTo, unitWord }: Props) {
  const t = useTranslations('invoices')
  const locale = useLocale()
  const reader: Reader = { language: languageOf(locale), currency: document.currency, ...(unitWord && { unitWord }) }
  const { period } = document
  return (
    <Card
      actions={<State document={document} />}
      description={period && t('period', { period: formatDateRange(period.start.toString(), period.end.toString(), locale) })}
      title={t('issued', { date: formatDate(document.issuedAt.toString(), locale) })}
    >
      <div className="grid gap-5 sm:grid-cols-2">
        <PartyBlock label={t('from')} party={document.seller} />
        <PartyBlock label={t('to')} party={document.buyer} />
      </div>
      <HowPaid document={document} />
      <CardPart>
        <h3 className="font-semibold text-sm">{t('lines')}</h3>
        <p className="text-muted text-sm print:hidden">{t('linesHint')}</p>
        <div className="mt-2 divide-y divide-line border-line border-y">
          {document.lines.map((line, position) => (
            // biome-ignore lint/suspicious/noArrayIndexKey: the lines of an issued document never move.
            <Line currency={document.currency} key={position} line={line} reader={reader} />
          ))}
        </div>
        <div className="ms-auto mt-3 max-w-sm">
          <DescriptionList items={totals(t, document)} layout="ledger" />
        </div>
      </CardPart>
      {document.differsBecause.length > 0 && (
        <CardPart>
          <h3 className="font-semibold text-sm">{t('differs')}</h3>
          <ul className="mt-1.5 flex list-disc flex-col gap-1 ps-5 text-sm">
            {document.differsBecause.map((reason) => (
              <li key={reason.text}>{wordSentence(reason.text, reader)}</li>
            ))}
          </ul>
        </CardPart>
      )}
      {document.related.length > 0 && (
        <CardPart>
          <h3 className="font-semibold text-sm">{t(document.kind === 'credit_note' ? 'givesBack' : 'creditNotes')}</h3>
          <ul className="mt-1.5 flex flex-col divide-y divide-line text-sm">
            {document.related.map((other) => (
              <li className="flex flex-wrap justify-between gap-x-4 py-1.5" key={other.id}>
                <span>
                  <TextLink href={pathTo(other.id)}>{other.number}</TextLink> · <DateTime at={other.issuedAt.toString()} />
                </span>
                <Money amount={other.total} currency={document.currency} />
              </li>
            ))}
          </ul>
        </CardPart>
      )}
    </Card>
  )
}

/** When and with what it was paid, and what has come of that since. */
function HowPaid({ document }: { document: DocumentDetail }) {
  const t = useTranslations('invoices')
  const locale = useLocale()
  const { payment, paidAt, amountPaid, amountRefunded, currency, kind } = document
  if (document.status !== 'paid' || !paidAt || kind === 'credit_note') return null
  const date = formatDate(paidAt.toString(), locale)
  const how =
    amountPaid === 0n
      ? t('settledOn', { date })
      : payment.card
        ? t('paidByCard', { date, brand: brandName(payment.card.brand), last4: payment.card.last4 })
        : payment.reference !== null
          ? t('paidByTransfer', { date, reference: payment.reference })
          : t('paidOn', { date })
  return (
    <p className="text-sm">
      {how}
      {amountRefunded > 0n && ` ${t('refundedSince', { amount: formatMoney(amountRefunded, currency, locale) })}`}
      {payment.state === 'disputed' && ` ${t('disputedSince')}`}
    </p>
  )
}

function PartyBlock({ label, party }: { label: string; party: DocumentDetail['seller'] }) {
  const t = useTranslations('invoices')
  const locale = useLocale()
  return (
    <div className="min-w-0 text-sm">
      <p className="text-muted">{label}</p>
      <p className="break-words font-medium">
        <bdi>{party.name}</bdi>
      </p>
      {party.address && (
        <p className="whitespace-pre-line break-words">
          <bdi>{party.address}</bdi>
        </p>
      )}
      {party.country && <p>{countryName(party.country, locale)}</p>}
      {party.taxId && <p className="break-words">{t('taxId', { id: party.taxId })}</p>}
      {party.support && <p className="break-words">{t('questions', { support: party.support })}</p>}
    </div>
  )
}

type InputWords = ReturnType<typeof useTranslations<'lineInputs'>>

/** Of an older version's a name may be one that has no words any more. */
function wordInput(words: InputWords, name: string): string {
  return words.has(`name.${name}` as 'name.plan') ? words(`name.${name}` as 'name.plan') : name.replaceAll('_', ' ')
}

function wordValue(words: InputWords, name: string, value: string, locale: string): string {
  if (name === 'interval' && (value === 'month' || value === 'year')) return words(`interval.${value}`)
  return INSTANT.test(value) ? formatInstant(value, locale) : value
}

function Line({ line, currency, reader }: { line: DocumentDetail['lines'][number]; currency: string; reader: Reader }) {
  const t = useTranslations('invoices')
  const words = useTranslations('lineInputs')
  const locale = useLocale()
  return (
    <Disclosure aside={formatMoney(line.amount, currency, locale)} summary={wordSentence(line.description, reader)}>
      <div className="flex flex-col gap-3">
        <Formula>{figuresIn(line.formula, reader.language)}</Formula>
        <DescriptionList
          items={[
            {
              term: t('quantityTerm'),
              value: t('quantity', { quantity: line.quantity, price: formatExactMoney(line.unitPrice, currency, locale) }),
            },
            {
              term: t('inputs'),
              value: (
                <ul className="figures">
                  {Object.entries(line.inputs).map(([name, value]) => (
                    <li key={name}>
                      {wordInput(words, name)}: {wordValue(words, name, String(value), locale)}
                    </li>
                  ))}
                </ul>
              ),
            },
            { term: t('formula'), value: t('rule', { rule: line.rule }) },
          ]}
        />
      </div>
    </Disclosure>
  )
}

type Words = ReturnType<typeof useTranslations<'invoices'>>

function totals(t: Words, document: DocumentDetail) {
  const { currency } = document
  const money = (amount: bigint) => <Money amount={amount as MinorUnits} currency={currency} />
  const fromBalance = document.creditApplied - document.carriedForward
  const optional = (shown: boolean, term: string, amount: bigint) => (shown ? [{ term, value: money(amount) }] : [])
  return [
    { term: t('totals.tax'), value: t('totals.taxNote') },
    { term: t('totals.total'), value: money(document.total) },
    ...optional(fromBalance > 0n, t('totals.creditApplied'), -fromBalance),
    ...optional(fromBalance < 0n, t('totals.owed'), -fromBalance),
    ...optional(document.carriedForward > 0n, t('totals.carried'), -document.carriedForward),
    document.kind === 'credit_note'
      ? { term: t('totals.creditIssued'), value: money(document.creditIssued), strong: true }
      : { term: t('totals.due'), value: money(document.amountDue), strong: true },
    ...optional(document.amountPaid > 0n, t('totals.paid'), document.amountPaid),
    ...optional(document.amountRefunded > 0n, t('totals.refunded'), document.amountRefunded),
  ]
}
