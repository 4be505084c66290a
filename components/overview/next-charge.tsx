import { useLocale, useTranslations } from 'next-intl'
import { Card } from '@/components/ui/card'
import { type DescriptionItem, DescriptionList } from '@/components/ui/description-list'
import { Figure } from '@/components/ui/figure'
import { formatInstant } from '@/components/ui/format-date'
import { Money } from '@/components/ui/money'
import type { NextChargeView } from '@/lib/billing/views/overview'
import { minor } from '@/lib/money'

type Props = { charge: NextChargeView /** Said where there are several. */; namesProduct: boolean }

/** What the renewal would charge with the usage as it is now: fee, usage so far, credit, total and date. */
export function NextCharge({ charge, namesProduct }: Props) {
  const t = useTranslations('overview')
  const locale = useLocale()
  const { title, product, plan, currency, at } = charge
  const words = { product: product.name }
  const heading = title === 'final' ? (namesProduct ? t('finalFor', words) : t('finalTitle')) : namesProduct ? t('nextFor', words) : t('nextTitle')
  if (title === 'none') {
    return (
      <Card title={heading}>
        <Figure
          detail={charge.isCanceled ? t('nothingCanceled', { plan, at: formatInstant(at, locale) }) : t('nothingFree', { plan })}
          label={t('total')}
          value={t('nothing')}
        />
      </Card>
    )
  }
  return (
    <Card title={heading}>
      <Figure detail={t('on', { at: formatInstant(at, locale) })} label={t('total')} size="lg" value={<Money amount={charge.total} currency={currency} />} />
      <DescriptionList items={linesOf(charge, t)} layout="ledger" />
      <p className="mt-auto text-muted text-sm">
        {charge.isCanceled ? t('afterCancel', { plan }) : charge.nextPlan ? t('thenPlan', { plan: charge.nextPlan }) : t(`grows.${charge.grows ?? 'nothing'}`)}
      </p>
    </Card>
  )
}

function linesOf(
  { base, usage, credit, carriedForward, total, currency, plan, nextPlan, grows }: NextChargeView,
  t: ReturnType<typeof useTranslations<'overview'>>,
): DescriptionItem[] {
  const line = (term: string, amount: NextChargeView['total']) => ({ term, value: <Money amount={amount} currency={currency} /> })
  return [
    ...(base === 0n ? [] : [line(t('base', { plan: nextPlan ?? plan }), base)]),
    ...(usage === 0n && (grows === null || grows === 'members') ? [] : [line(t(`soFar.${grows ?? 'above_limit'}`), usage)]),
    credit < 0n ? line(t('earlier'), minor(-credit)) : line(t('credit'), minor(-credit)),
    ...(carriedForward === 0n ? [] : [line(t('carried'), minor(-carriedForward))]),
    { ...line(t('total'), total), strong: true },
  ]
}
