import { useLocale, useTranslations } from 'next-intl'
import { formatCount } from '@/components/ui/format-count'
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

/** When it takes effect, what it costs now, what becomes of the usage and of one's settings, and what comes next. */
export function QuoteTerms({ quote, periodEnd }: { quote: Quoted; periodEnd: string | null }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const change = asChange(quote)
  const isTrial = 'trialEnd' in quote && quote.trialEnd !== null
  return (
    <>
      <p>
        <When periodEnd={periodEnd} quote={quote} /> {change?.dropsPendingChange && t('dialog.dropsPending')}
      </p>
      {quote.charge.lines.length > 0 && <ChargeLines charge={quote.charge} currency={quote.currency} />}
      <ul className="flex flex-col gap-1 text-muted text-sm">
        {change?.effective === 'now' && !change.startsNewPeriod && <KeptUsage included={change.to.included} />}
        {change?.switchesOff.map((setting) => (
          <li key={setting}>{t(`dialog.switchesOff.${setting}`, { plan: change.to.name })}</li>
        ))}
        {!isTrial && quote.nextRenewal.amount > 0n && (
          <li>
            {t('dialog.nextRenewal', {
              date: formatDate(quote.nextRenewal.at, locale),
              amount: formatMoney(quote.nextRenewal.amount, quote.currency, locale),
            })}
          </li>
        )}
      </ul>
    </>
  )
}

function When({ quote, periodEnd }: { quote: Quoted; periodEnd: string | null }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  if (!('kind' in quote)) return <FirstWhen quote={quote} />
  if (quote.effective === 'period_end') return t('dialog.atPeriodEnd', { at: formatInstant(quote.effectiveAt, locale) })
  if (quote.startsNewPeriod || periodEnd === null) return t('dialog.newPeriod')
  return t('dialog.now', { end: formatInstant(periodEnd, locale) })
}

function FirstWhen({ quote }: { quote: FirstQuoteView }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const end = formatInstant(quote.trialEnd ?? quote.periodEnd, locale)
  if (quote.trialEnd === null) return t('dialog.first', { end })
  const plan = quote.plan.name
  const amount = formatMoney(quote.nextRenewal.amount, quote.currency, locale)
  return `${t('dialog.trial', { plan, end })} ${t('dialog.trialEnds', { plan, end, amount })}`
}

function KeptUsage({ included }: { included: QuoteView['to']['included'] }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  return included.map(({ meter, used, limit, unit }) => (
    <li key={meter}>
      {limit === null ? t('dialog.usageUnlimited', { used: number(used), unit }) : t('dialog.usageKept', { used: number(used), limit: number(limit), unit })}
    </li>
  ))
}
