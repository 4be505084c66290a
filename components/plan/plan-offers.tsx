'use client'

import clsx from 'clsx'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { paymentPath } from '@/components/layout/routes'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { formatDate } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { type Currency, exact, formatExactMoney, formatMoney, minor } from '@/lib/money'
import { wordIncluded } from './included'
import { wordRejection } from './refusals'

// The dialog comes when it is opened: a page that is only read does not carry it.
const PlanDialog = dynamic(() => import('./plan-dialog').then((module) => module.PlanDialog))

type Props = { org: string; view: PlanView; canChange: boolean /** A plan whose dialog is open at first: back from the card page. */; chosen: string | null }

/** All plans side by side, each with what choosing it means now, or why it cannot be chosen, before anybody presses. */
export function PlanOffers({ org, view, canChange, chosen }: Props) {
  const [open, setOpen] = useState(() => view.offers.find((offer) => offer.id === chosen && canChoose(offer, view, canChange)) ?? null)
  // One step up is what most people come for, and a beginner can begin without a card; the others are there without shouting.
  const suggested = view.offers.find((offer) => (view.subscription ? offer.change === 'upgrade' : offer.isFree))?.id
  return (
    <>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        {view.offers.map((offer) => (
          <Offer
            canChange={canChange}
            isSuggested={offer.id === suggested}
            key={offer.id}
            offer={offer}
            onChoose={() => setOpen(offer)}
            org={org}
            view={view}
          />
        ))}
      </ul>
      {open && <PlanDialog onClose={() => setOpen(null)} org={org} product={view.product.id} subscription={view.subscription} to={open} />}
    </>
  )
}

function canChoose(offer: PlanOffer, view: PlanView, canChange: boolean): boolean {
  return canChange && offer.change !== 'current' && !offer.rejection && !view.subscription?.waiting
}

type OfferProps = { offer: PlanOffer; view: PlanView; org: string; canChange: boolean; isSuggested: boolean; onChoose: () => void }

/** Its parts stand on the rows of the list, so that prices and buttons of all plans are each on one line. */
function Offer(props: OfferProps) {
  const { offer, view } = props
  const t = useTranslations('plan')
  const locale = useLocale()
  const { subscription } = view
  const isCurrent = offer.change === 'current'
  const price = offer.prices[subscription?.interval ?? 'month'] ?? offer.prices.month ?? offer.prices.year ?? minor(0n)
  return (
    <li className={clsx('row-span-4 grid min-w-0 grid-rows-subgrid gap-y-0 rounded-xl border bg-surface p-5', isCurrent ? 'border-accent' : 'border-line')}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold text-base">{offer.name}</h3>
        {subscription && <Badge tone={isCurrent ? 'accent' : 'neutral'}>{t(offer.change)}</Badge>}
      </div>
      <p className="figures mt-3">
        <span className="font-semibold text-figure">{formatMoney(price, view.currency, locale)}</span>{' '}
        <span className="text-muted text-sm">{subscription ? `/ ${t('perDaysShort', { days: subscription.period.totalDays })}` : t('perPeriod')}</span>
      </p>
      <ul className="mt-3 flex flex-col gap-1 text-sm">
        {offer.included.map((meter) => (
          <li className="figures" key={meter.meter}>
            {wordIncluded(t, meter, locale)}
            <span className="block text-muted">
              {offer.overagePrice === null
                ? t('blockNote')
                : t('overageNote', { price: formatExactMoney(exact(offer.overagePrice), view.currency, locale), unit: meter.unit })}
            </span>
          </li>
        ))}
      </ul>
      <div className="mt-5 flex flex-col gap-2 text-muted text-sm">
        {isCurrent && subscription ? (
          <p className="figures flex min-h-9 items-center">
            {t(subscription.cancelAt ? 'endsOn' : 'renewsOn', { at: formatDate(subscription.cancelAt ?? subscription.period.end, locale) })}
          </p>
        ) : (
          <Choice {...props} />
        )}
      </div>
    </li>
  )
}

function Choice({ offer, view, org, canChange, isSuggested, onChoose }: OfferProps) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { subscription } = view
  const label = !subscription
    ? t('choose', { plan: offer.name })
    : t(offer.change === 'downgrade' ? 'downgradeTo' : offer.change === 'switch' ? 'switchTo' : 'upgradeTo', { plan: offer.name })
  const unit = offer.included[0]?.unit ?? ''
  const reason = !canChange
    ? t('noRight')
    : subscription?.waiting
      ? t('refusal.change_in_progress')
      : offer.rejection
        ? wordRejection(t, offer.rejection, { plan: offer.name, unit, locale })
        : null
  const costs = subscription ? (offer.preview?.amountDue ?? 0n) > 0n : !offer.isFree
  if (!reason && costs && !view.hasPaymentMethod) {
    const back = `/${view.product.id}/plan?choose=${offer.id}`
    return (
      <LinkButton className="w-full" href={`${paymentPath(org)}?next=${encodeURIComponent(back)}` as ReturnType<typeof paymentPath>}>
        {t('addCardFirst', { plan: offer.name })}
      </LinkButton>
    )
  }
  return (
    <>
      <Button className="w-full" onClick={onChoose} reason={reason} variant={isSuggested ? 'primary' : 'secondary'}>
        {label}
      </Button>
      {!reason && offer.preview && <Preview currency={view.currency} preview={offer.preview} subscription={subscription} />}
    </>
  )
}

type PreviewProps = { preview: NonNullable<PlanOffer['preview']>; currency: Currency; subscription: PlanView['subscription'] }

/** What a press would lead to, before it is pressed. */
function Preview({ preview, currency, subscription }: PreviewProps) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const { amountDue, creditIssued, effective } = preview
  const words =
    effective === 'period_end'
      ? t('preview.later', { at: formatDate(subscription?.period.end ?? '', locale) })
      : amountDue > 0n
        ? t('preview.now', { amount: formatMoney(amountDue, currency, locale) })
        : creditIssued > 0n
          ? t('preview.credit', { amount: formatMoney(creditIssued, currency, locale) })
          : t('preview.nothing')
  return <p className="figures">{words}</p>
}
