import { useLocale, useTranslations } from 'next-intl'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import type { FirstQuoteView, QuoteView } from '@/lib/billing/views/quote'
import { formatMoney } from '@/lib/money'
import { ChargeLines } from './charge-lines'

/** What a dialog puts a price on: a change of plan, or a first subscription. */
export type Quoted = QuoteView | FirstQuoteView

/** The quote of a change; null for that of a first subscription. */
export function asChange(quote: Quoted): QuoteView | null {
  return 'kind' in quote ? quote : null
}

/** When it takes effect, what it costs now, what becomes of the usage, and what comes next. */
export function QuoteTerms({ quote, periodEnd }: { quote: Quoted; periodEnd: string | null }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const change = asChange(quote)
  return (
    <>
      <p>
        <When periodEnd={periodEnd} quote={quote} /> {change?.dropsPendingChange && t('dialog.dropsPending')}
      </p>
      {quote.charge.lines.length > 0 && <ChargeLines charge={quote.charge} currency={quote.currency} />}
      <ul className="flex flex-col gap-1 text-muted text-sm">
        {change?.effective === 'now' && !change.startsNewPeriod && <KeptUsage included={change.to.included} />}
        <li>
          {t('dialog.nextRenewal', { date: formatDate(quote.nextRenewal.at, locale), amount: formatMoney(quote.nextRenewal.amount, quote.currency, locale) })}
        </li>
      </ul>
    </>
  )
}

function When({ quote, periodEnd }: { quote: Quoted; periodEnd: string | null }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  if (!('kind' in quote)) return t('dialog.first', { end: formatInstant(quote.periodEnd, locale) })
  if (quote.effective === 'period_end') return t('dialog.atPeriodEnd', { at: formatInstant(quote.effectiveAt, locale) })
  if (quote.startsNewPeriod || periodEnd === null) return t('dialog.newPeriod')
  return t('dialog.now', { end: formatInstant(periodEnd, locale) })
}

function KeptUsage({ included }: { included: QuoteView['to']['included'] }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const number = (value: bigint) => new Intl.NumberFormat(locale).format(value)
  return included.map(({ meter, used, limit, unit }) => (
    <li key={meter}>
      {limit === null ? t('dialog.usageUnlimited', { used: number(used), unit }) : t('dialog.usageKept', { used: number(used), limit: number(limit), unit })}
    </li>
  ))
}
