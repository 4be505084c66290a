'use client'

import clsx from 'clsx'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { paymentPath } from '@/components/layout/routes'
import { Badge } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { LinkButton } from '@/components/ui/link-button'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { exact, formatExactMoney, formatMoney } from '@/lib/money'
import { wordRejection } from './refusals'

// The dialogs come when one is opened: a page that is only read does not carry them.
const ChangePlanDialog = dynamic(() => import('./change-plan-dialog').then((module) => module.ChangePlanDialog))
const StartPlanDialog = dynamic(() => import('./start-plan-dialog').then((module) => module.StartPlanDialog))

type Props = { org: string; view: PlanView; canChange: boolean /** A plan whose dialog is open at first: back from the card page. */; chosen: string | null }

/** All plans side by side, each with what choosing it means now, or why it cannot be chosen, before anybody presses. */
export function PlanOffers({ org, view, canChange, chosen }: Props) {
  const [open, setOpen] = useState(() => view.offers.find((offer) => offer.id === chosen && canChoose(offer, view, canChange)) ?? null)
  const { subscription } = view
  return (
    <>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-4">
        {view.offers.map((offer) => (
          <Offer canChange={canChange} key={offer.id} offer={offer} onChoose={() => setOpen(offer)} org={org} view={view} />
        ))}
      </ul>
      {open &&
        (subscription ? (
          <ChangePlanDialog
            from={subscription.plan.name}
            onClose={() => setOpen(null)}
            org={org}
            periodEnd={subscription.period.end}
            subscriptionId={subscription.id}
            to={open}
          />
        ) : (
          <StartPlanDialog onClose={() => setOpen(null)} org={org} plan={open} product={view.product.id} />
        ))}
    </>
  )
}

function canChoose(offer: PlanOffer, view: PlanView, canChange: boolean): boolean {
  return canChange && offer.change !== 'current' && !offer.rejection && !view.subscription?.waiting
}

function Offer({ offer, view, org, canChange, onChoose }: { offer: PlanOffer; view: PlanView; org: string; canChange: boolean; onChoose: () => void }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const isCurrent = offer.change === 'current'
  const price = offer.prices[view.subscription?.interval ?? 'month'] ?? offer.prices.month ?? offer.prices.year
  return (
    <li className={clsx('flex min-w-0 flex-col gap-4 rounded-xl border bg-surface p-5', isCurrent ? 'border-accent' : 'border-line')}>
      <div className="flex flex-wrap items-center justify-between gap-2">
        <h3 className="font-semibold text-base">{offer.name}</h3>
        {isCurrent ? (
          <Badge tone="accent">{t('current')}</Badge>
        ) : (
          view.subscription && <Badge>{t(offer.change === 'current' ? 'current' : offer.change)}</Badge>
        )}
      </div>
      <p className="figures font-semibold text-figure">
        {offer.isFree || price === undefined ? t('free') : formatMoney(price, view.currency, locale)}
        {!offer.isFree && view.subscription && (
          <span className="ms-1.5 font-normal text-muted text-sm">/ {t('perDaysShort', { days: view.subscription.period.totalDays })}</span>
        )}
      </p>
      <ul className="flex flex-1 flex-col gap-1 text-sm">
        {offer.included.map((meter) => (
          <li key={meter.meter}>
            {meter.limit === null
              ? t('unlimited', { unit: meter.unit })
              : t('limit', { limit: new Intl.NumberFormat(locale).format(meter.limit), unit: meter.unit })}
            <span className="block text-muted">
              {offer.overagePrice === null
                ? t('blockNote')
                : t('overageNote', { price: formatExactMoney(exact(offer.overagePrice), view.currency, locale), unit: meter.unit })}
            </span>
          </li>
        ))}
      </ul>
      {!isCurrent && <Choice canChange={canChange} offer={offer} onChoose={onChoose} org={org} view={view} />}
    </li>
  )
}

function Choice({ offer, view, org, canChange, onChoose }: { offer: PlanOffer; view: PlanView; org: string; canChange: boolean; onChoose: () => void }) {
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
      <div className="flex flex-col gap-2">
        <LinkButton href={`${paymentPath(org)}?next=${encodeURIComponent(back)}` as ReturnType<typeof paymentPath>}>{t('addCardFirst')}</LinkButton>
        <p className="text-muted text-sm">{t('noCard')}</p>
      </div>
    )
  }
  return (
    <Button onClick={onChoose} reason={reason} variant={offer.change === 'upgrade' ? 'primary' : 'secondary'}>
      {label}
    </Button>
  )
}
