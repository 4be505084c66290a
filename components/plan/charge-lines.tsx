import { useLocale, useTranslations } from 'next-intl'
import { DescriptionList } from '@/components/ui/description-list'
import { Disclosure, Formula } from '@/components/ui/disclosure'
import { Money } from '@/components/ui/money'
import type { ChargeView, LineView } from '@/lib/billing/views/quote'
import { type Currency, formatMoney } from '@/lib/money'

/** A quote's lines, each opening to the rule and the formula behind it, and what they come to (C9). */
export function ChargeLines({ charge, currency }: { charge: ChargeView; currency: Currency }) {
  const t = useTranslations('plan')
  const isCredit = charge.total < 0n
  return (
    <div className="flex flex-col gap-3">
      <div className="divide-y divide-line border-line border-y">
        {charge.lines.map((line, position) => (
          // biome-ignore lint/suspicious/noArrayIndexKey: the lines of a quote never move, and seats of two days may read alike.
          <ChargeLine currency={currency} key={position} line={line} />
        ))}
      </div>
      <DescriptionList
        items={[
          // A total that is paid as it is needs no second line.
          ...(charge.total === charge.amountDue ? [] : [{ term: t('dialog.total'), value: <Money amount={charge.total} currency={currency} /> }]),
          ...(charge.creditApplied !== charge.carriedForward
            ? [
                {
                  term: t('dialog.creditApplied'),
                  value: <Money amount={(charge.carriedForward - charge.creditApplied) as ChargeView['total']} currency={currency} />,
                },
              ]
            : []),
          ...(charge.carriedForward > 0n
            ? [{ term: t('dialog.carriedForward'), value: <Money amount={-charge.carriedForward as ChargeView['total']} currency={currency} /> }]
            : []),
          isCredit
            ? { term: t('dialog.creditIssued'), value: <Money amount={charge.creditIssued} currency={currency} />, strong: true }
            : { term: t('dialog.dueToday'), value: <Money amount={charge.amountDue} currency={currency} />, strong: true },
        ]}
        layout="ledger"
      />
    </div>
  )
}

function ChargeLine({ line, currency }: { line: LineView; currency: Currency }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  return (
    <Disclosure aside={formatMoney(line.amount, currency, locale)} summary={line.description}>
      <div className="flex flex-col gap-2">
        <Formula>{line.formula}</Formula>
        <p className="text-muted text-sm">{t('dialog.rule', { rule: line.rule })}</p>
      </div>
    </Disclosure>
  )
}
