'use client'

import { useMutation } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { cancelSubscriptionAction, dropPendingChangeAction, reactivateSubscriptionAction } from '@/app/actions/plan'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import type { PlanView } from '@/lib/billing/views/plan'
import { wordRefusal } from './refusals'

// Comes when somebody asks: a page that is only read does not carry it.
const AlertDialog = dynamic(() => import('@/components/ui/alert-dialog').then((module) => module.AlertDialog))

type Subscription = NonNullable<PlanView['subscription']>
type Props = { org: string; subscription: Subscription; canChange: boolean }

/** The way out, as easy as the way in; and the way back while there is one (A8). */
export function EndSubscription(props: Props) {
  const { subscription } = props
  if (subscription.waiting) return <Waiting {...props} waiting={subscription.waiting} />
  if (subscription.cancelAt) return <Reactivate {...props} cancelAt={subscription.cancelAt} />
  if (subscription.plan.isFree) return null
  return (
    <>
      {subscription.pendingChange && <Pending {...props} pending={subscription.pendingChange} />}
      <Cancel {...props} />
    </>
  )
}

function Cancel({ org, subscription, canChange }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const [asking, setAsking] = useState(false)
  const end = formatDate(subscription.period.end, locale)
  const plan = subscription.plan.name
  const cancel = useMutation({
    mutationFn: () => cancelSubscriptionAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok) return
      void showToast(t('cancel.done', { plan, end }))
      setAsking(false)
    },
  })
  return (
    <Card description={t('cancel.hint', { plan, end })} title={t('cancel.heading')}>
      <div>
        <Button onClick={() => setAsking(true)} reason={canChange ? null : t('noRight')}>
          {t('cancel.button')}
        </Button>
      </div>
      {asking && (
        <AlertDialog
          confirm={t('cancel.confirm', { end })}
          description={t('cancel.body', { plan, end: formatInstant(subscription.period.end, locale) })}
          keep={t('cancel.keep', { plan })}
          onClose={() => setAsking(false)}
          onConfirm={() => cancel.mutate()}
          pending={cancel.isPending}
          title={t('cancel.title', { plan })}
        >
          <ul className="flex list-disc flex-col gap-1.5 ps-5 text-sm">
            <li>{subscription.freePlan ? t('cancel.afterwards', { free: subscription.freePlan }) : t('cancel.afterwardsEnds')}</li>
            <li>{t('cancel.owed', { end })}</li>
            <li>{t('cancel.noCredit', { end })}</li>
          </ul>
          <Refusal code={cancel.data?.ok === false ? cancel.data.error.code : null} failed={cancel.isError} />
        </AlertDialog>
      )}
    </Card>
  )
}

function Reactivate({ org, subscription, canChange, cancelAt }: Props & { cancelAt: string }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const end = formatDate(cancelAt, locale)
  const plan = subscription.plan.name
  const reactivate = useMutation({
    mutationFn: () => reactivateSubscriptionAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('reactivate.done', { plan, end }))
    },
  })
  return (
    <Card description={t('reactivate.hint', { plan })} title={t('reactivate.heading', { end })}>
      <div>
        <Button onClick={() => reactivate.mutate()} pending={reactivate.isPending} reason={canChange ? null : t('noRight')} variant="primary">
          {t('reactivate.button')}
        </Button>
      </div>
      <Refusal code={reactivate.data?.ok === false ? reactivate.data.error.code : null} failed={reactivate.isError} />
    </Card>
  )
}

function Pending({ org, subscription, canChange, pending }: Props & { pending: NonNullable<Subscription['pendingChange']> }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const drop = useMutation({
    mutationFn: () => dropPendingChangeAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('pending.done'))
    },
  })
  return (
    <Card description={t('pending.hint')} title={t('pending.heading', { plan: pending.plan, at: formatDate(pending.at, locale) })}>
      <div>
        <Button onClick={() => drop.mutate()} pending={drop.isPending} reason={canChange ? null : t('noRight')}>
          {t('pending.undo', { plan: subscription.plan.name })}
        </Button>
      </div>
      <Refusal code={drop.data?.ok === false ? drop.data.error.code : null} failed={drop.isError} />
    </Card>
  )
}

function Waiting({ waiting, canChange }: Props & { waiting: NonNullable<Subscription['waiting']> }) {
  const t = useTranslations('plan')
  return (
    <Card description={t('waiting.hint')} title={t('waiting.heading')}>
      {waiting.url && (
        <div>
          <LinkButton document={waiting.url} reason={canChange ? null : t('noRight')} variant="primary">
            {t('waiting.button')}
          </LinkButton>
        </div>
      )}
    </Card>
  )
}

function Refusal({ code, failed }: { code: string | null; failed: boolean }) {
  const t = useTranslations('plan')
  if (!code && !failed) return null
  return (
    <Notice live="alert" tone="warning">
      {wordRefusal(t, code ?? 'other')}
    </Notice>
  )
}
