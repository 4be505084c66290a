'use client'

import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatCount } from '@/components/ui/format-count'
import { formatDate } from '@/components/ui/format-date'
import type { ActionOffer, PlanView } from '@/lib/billing/views/plan'
import { formatMoney } from '@/lib/money'
import { Standing } from './end-subscription'
import { wordRejection } from './refusals'

const PlanDialog = dynamic(() => import('./plan-dialog').then((module) => module.PlanDialog))

type Props = { org: string; view: PlanView; subscription: NonNullable<PlanView['subscription']>; canChange: boolean }

/** What is to be had of the held plan once what it includes is used, or before, for those who may (B4, B7). */
export function UsedUp({ org, view, subscription, canChange }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const [open, setOpen] = useState<ActionOffer['action'] | null>(null)
  const { plan, interval } = subscription
  return (
    <>
      {view.actions.map(({ action, price, effectiveAt, lost, rejection }) => {
        const words = { plan: plan.name, price: formatMoney(price, view.currency, locale), at: formatDate(effectiveAt, locale) }
        const unit = subscription.included[0]?.unit ?? ''
        const reason = !canChange ? t('noRight') : rejection ? wordRejection(t, rejection, { plan: plan.name, unit, locale }) : null
        return (
          <Standing
            action={
              <Button onClick={() => setOpen(action)} reason={reason} variant={action === 'resubscribe' ? 'primary' : 'secondary'}>
                {t(`usedUp.${action}.button`, words)}
              </Button>
            }
            hint={`${t(`usedUp.${action}.hint`, words)}${lost ? ` ${t('usedUp.lost', { units: formatCount(lost.units, locale), unit: lost.unit })}` : ''}`}
            key={action}
            title={t(`usedUp.${action}.heading`)}
          />
        )
      })}
      {open && (
        <PlanDialog
          action={open}
          isTrial={false}
          onClose={() => setOpen(null)}
          org={org}
          product={view.product.id}
          subscription={subscription}
          to={{ id: plan.id, name: plan.name, interval, trialDays: null }}
        />
      )}
    </>
  )
}
