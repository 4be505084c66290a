'use client'

import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { SegmentedControl } from '@/components/ui/segmented-control'
import type { PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { Offer } from './offer'

// The dialog comes when it is opened: a page that is only read does not carry it.
const PlanDialog = dynamic(() => import('./plan-dialog').then((module) => module.PlanDialog))

type Props = {
  org: string
  view: PlanView
  canChange: boolean
  /** A plan whose dialog is open at first: back from the card page. */
  chosen: { plan: string; interval: string | null; isTrial: boolean } | null
}

type Interval = PlanOffer['interval']
type Chosen = { offer: PlanOffer; isTrial: boolean }

/** All plans side by side, each with what choosing it means now, or why it cannot be chosen, before anybody presses. */
export function PlanOffers({ org, view, canChange, chosen }: Props) {
  const t = useTranslations('plan')
  const intervals = Object.keys(view.offers) as Interval[]
  const [interval, setInterval] = useState<Interval>(() => firstInterval(intervals, chosen?.interval, view))
  const offers = view.offers[interval] ?? []
  const [open, setOpen] = useState<Chosen | null>(() => {
    const offer = chosen && offers.find((one) => one.id === chosen.plan && canChoose(one, view, canChange))
    return offer ? { offer, isTrial: chosen.isTrial && offer.trialDays !== null } : null
  })
  const suggested = suggestedOf(offers, view)?.id
  return (
    <>
      {intervals.length > 1 && (
        <SegmentedControl
          label={t('paidBy')}
          onChange={setInterval}
          segments={intervals.map((value) => ({ value, label: value === 'year' ? <Yearly percent={savedByYear(view)} /> : t('monthly') }))}
          value={interval}
        />
      )}
      <ul className={COLUMNS[offers.length] ?? 'grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-4'}>
        {offers.map((offer) => (
          <Offer
            canChange={canChange}
            isSuggested={offer.id === suggested}
            key={`${offer.id} ${offer.interval}`}
            offer={offer}
            onChoose={(isTrial) => setOpen({ offer, isTrial })}
            org={org}
            view={view}
          />
        ))}
      </ul>
      {open && (
        <PlanDialog isTrial={open.isTrial} onClose={() => setOpen(null)} org={org} product={view.product.id} subscription={view.subscription} to={open.offer} />
      )}
    </>
  )
}

/** As many beside each other as there are, where they are few. */
const COLUMNS: Readonly<Record<number, string>> = {
  1: 'grid grid-cols-1 gap-4 sm:max-w-md',
  2: 'grid grid-cols-1 gap-4 sm:grid-cols-2 xl:max-w-4xl',
  3: 'grid grid-cols-1 gap-4 sm:grid-cols-2 lg:grid-cols-3',
  6: 'grid grid-cols-1 gap-4 sm:grid-cols-2 xl:grid-cols-3',
}

function firstInterval(intervals: readonly Interval[], asked: string | null | undefined, { subscription }: PlanView): Interval {
  const wanted = asked ?? (subscription && !subscription.plan.isFree ? subscription.interval : 'month')
  return intervals.find((one) => one === wanted) ?? intervals[0] ?? 'month'
}

/** One step up is what most people come for, and a beginner can begin without a card; the others are there without shouting. */
function suggestedOf(offers: readonly PlanOffer[], { subscription }: PlanView): PlanOffer | undefined {
  if (subscription) return offers.find(({ change, rejection }) => change === 'upgrade' && !rejection)
  return offers.find(({ isFree }) => isFree) ?? offers[0]
}

function canChoose(offer: PlanOffer, view: PlanView, canChange: boolean): boolean {
  return canChange && offer.change !== 'current' && !offer.rejection && !view.subscription?.waiting
}

function Yearly({ percent }: { percent: number }) {
  const t = useTranslations('plan')
  return (
    <>
      {t('yearly')}
      {percent > 0 && <span className="figures font-normal text-ok-ink">{t('saves', { percent })}</span>}
    </>
  )
}

const MONTHS_A_YEAR = 12n

/** The largest share of twelve monthly prices that paying by the year saves, in whole per cent. */
function savedByYear({ offers }: PlanView): number {
  const monthly = new Map(offers.month?.map((offer) => [offer.id, offer]))
  const shares = (offers.year ?? []).map(({ id, price, interval }) => {
    const twelve = (monthly.get(id)?.price ?? 0n) * MONTHS_A_YEAR
    return interval === 'year' && twelve > price ? Number(((twelve - price) * 100n) / twelve) : 0
  })
  return Math.max(0, ...shares)
}
