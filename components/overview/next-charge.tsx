import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { type DescriptionItem, DescriptionList } from '@/components/ui/description-list'
import { Disclosure } from '@/components/ui/disclosure'
import { Figure } from '@/components/ui/figure'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { Money } from '@/components/ui/money'
import type { NextChargeView } from '@/lib/billing/views/overview'
import { formatMoney, minor } from '@/lib/money'

type Words = ReturnType<typeof useTranslations<'overview'>>

/** What the renewal would charge with the usage as it is now: fee, usage so far, credit, total and date. */
export function NextCharge({ charge }: { charge: NextChargeView }) {
  const t = useTranslations('overview')
  const locale = useLocale()
  const { title, currency, at } = charge
  if (title === 'none') {
    return (
      <Card title={t('titles.none')}>
        <Figure detail={wordNothing(charge, t, locale)} label={t('total')} value={t('nothing')} />
      </Card>
    )
  }
  return (
    <Card title={t(`titles.${title}`)}>
      <Figure detail={t('on', { at: formatInstant(at, locale) })} label={t('total')} size="lg" value={<Money amount={charge.total} currency={currency} />} />
      <DescriptionList items={linesOf(charge, t)} layout="ledger" />
      <p className="mt-auto text-muted text-sm">{wordWhatFollows(charge, t)}</p>
    </Card>
  )
}

/** The same for several subscriptions: a line each, that opens to its parts. */
export function NextCharges({ charges }: { charges: readonly NextChargeView[] }) {
  const t = useTranslations('overview')
  return (
    <Card title={t('nextSeveral')}>
      <ul className="divide-y divide-line border-line border-y">
        {charges.map((charge) => (
          <li key={charge.product.id}>
            <ChargeLine charge={charge} />
          </li>
        ))}
      </ul>
    </Card>
  )
}

function ChargeLine({ charge }: { charge: NextChargeView }) {
  const t = useTranslations('overview')
  const locale = useLocale()
  const { title, product, currency, total, at } = charge
  return (
    <Disclosure
      aside={title === 'none' ? undefined : formatMoney(total, currency, locale)}
      summary={
        <span className="flex flex-wrap gap-x-3">
          <span className="min-w-0 font-medium">{product.name}</span>
          <span className="figures text-muted">{title === 'none' ? t('nothing') : t(`when.${title}`, { at: formatDate(at, locale) })}</span>
        </span>
      }
    >
      {title !== 'none' && <DescriptionList items={linesOf(charge, t)} layout="ledger" />}
      <p className="mt-2 text-muted text-sm">{title === 'none' ? wordNothing(charge, t, locale) : wordWhatFollows(charge, t)}</p>
    </Disclosure>
  )
}

function wordNothing({ isCanceled, isFree, plan, at }: NextChargeView, t: Words, locale: string): string {
  if (isCanceled) return t('nothingCanceled', { plan, at: formatInstant(at, locale) })
  return t(isFree ? 'nothingFree' : 'nothingDue', { plan })
}

/** What will add to it until then, or what comes after. */
function wordWhatFollows({ isCanceled, nextPlan, grows, plan }: NextChargeView, t: Words): string {
  if (isCanceled) return t('afterCancel', { plan })
  return nextPlan ? t('thenPlan', { plan: nextPlan }) : t(`grows.${grows ?? 'nothing'}`)
}

function linesOf({ base, usage, seats, credit, carriedForward, total, currency, plan, nextPlan, grows }: NextChargeView, t: Words): DescriptionItem[] {
  const line = (term: string, amount: NextChargeView['total']) => ({ term, value: <Money amount={amount} currency={currency} /> })
  return [
    ...(base === 0n ? [] : [line(t('base', { plan: nextPlan ?? plan }), base)]),
    ...(usage === 0n && (grows === null || grows === 'members') ? [] : [line(t(`soFar.${grows === 'every_unit' ? grows : 'above_limit'}`), usage)]),
    ...(seats === 0n ? [] : [line(t('soFar.members'), seats)]),
    credit < 0n ? line(t('earlier'), minor(-credit)) : line(t('credit'), minor(-credit)),
    ...(carriedForward === 0n ? [] : [line(t('carried'), minor(-carriedForward))]),
    { ...line(t('total'), total), strong: true },
  ]
}
