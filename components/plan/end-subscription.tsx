'use client'

import { useMutation } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { cancelSubscriptionAction, dropPendingChangeAction, reactivateSubscriptionAction } from '@/app/actions/plan'
import { Button } from '@/components/ui/button'
import { CardPart } from '@/components/ui/card'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { PlanView } from '@/lib/billing/views/plan'
import { wordRefusal } from './refusals'

// Comes when somebody asks: a page that is only read does not carry it.
const AlertDialog = dynamic(() => import('@/components/ui/alert-dialog').then((module) => module.AlertDialog))

type Subscription = NonNullable<PlanView['subscription']>
type Props = { org: string; subscription: Subscription; canChange: boolean }

/** The way out, as easy as the way in; in its place the way back while there is one (A8). */
export function EndSubscription(props: Props) {
  const { subscription } = props
  if (subscription.waiting) {
    const hasPlan = !subscription.plan.isFree && subscription.status !== 'awaiting_payment'
    return (
      <>
        <Waiting {...props} hasPlan={hasPlan} waiting={subscription.waiting} />
        {hasPlan && <Cancel {...props} />}
      </>
    )
  }
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
  const { isPrepaid } = subscription.plan // There is no paid period to wait for: it ends at once, and the balance stays (G68).
  const cancel = useMutation({
    mutationFn: () => cancelSubscriptionAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok) return
      void showToast(t(isPrepaid ? 'cancel.doneNow' : 'cancel.done', { plan, end }))
      setAsking(false)
    },
  })
  return (
    <Standing
      action={
        <Button onClick={() => setAsking(true)} reason={canChange ? null : t('noRight')}>
          {t('cancel.button')}
        </Button>
      }
      hint={t(isPrepaid ? 'cancel.hintNow' : 'cancel.hint', { plan, end })}
    >
      {asking && (
        <AlertDialog
          confirm={t(isPrepaid ? 'cancel.confirmNow' : 'cancel.confirm', { end })}
          description={t(isPrepaid ? 'cancel.bodyNow' : 'cancel.body', { plan, end: formatInstant(subscription.period.end, locale) })}
          keep={t('cancel.keep', { plan })}
          onClose={() => setAsking(false)}
          onConfirm={() => cancel.mutate()}
          pending={cancel.isPending}
          title={t('cancel.title', { plan })}
        >
          <ul className="flex list-disc flex-col gap-1.5 ps-5 text-sm">
            <li>{subscription.freePlan ? t('cancel.afterwards', { free: subscription.freePlan }) : t('cancel.afterwardsEnds')}</li>
            {isPrepaid ? (
              <li>{t('cancel.balanceStays')}</li>
            ) : (
              <>
                <li>{t('cancel.owed', { end })}</li>
                <li>{t('cancel.noCredit', { end })}</li>
              </>
            )}
          </ul>
          <Refusal code={cancel.data?.ok === false ? cancel.data.error.code : null} failed={cancel.isError} />
        </AlertDialog>
      )}
    </Standing>
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
    <Standing
      action={
        <Button onClick={() => reactivate.mutate()} pending={reactivate.isPending} reason={canChange ? null : t('noRight')} variant="primary">
          {t('reactivate.button')}
        </Button>
      }
      hint={t('reactivate.hint', { plan })}
      title={t('reactivate.heading', { end })}
    >
      <Refusal code={reactivate.data?.ok === false ? reactivate.data.error.code : null} failed={reactivate.isError} />
    </Standing>
  )
}

function Pending({ org, subscription, canChange, pending }: Props & { pending: NonNullable<Subscription['pendingChange']> }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const isNewTerm = pending.kind === 'resubscribe'
  const isOtherInterval = pending.interval !== subscription.interval
  const drop = useMutation({
    mutationFn: () => dropPendingChangeAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('pending.done'))
    },
  })
  return (
    <Standing
      action={
        <Button onClick={() => drop.mutate()} pending={drop.isPending} reason={canChange ? null : t('noRight')}>
          {isNewTerm ? t('pending.undoNewTerm') : t('pending.undo', { plan: subscription.plan.name })}
        </Button>
      }
      hint={t(isNewTerm ? 'pending.hintNewTerm' : 'pending.hint')}
      title={t(isNewTerm ? 'pending.headingNewTerm' : isOtherInterval ? 'pending.headingInterval' : 'pending.heading', {
        plan: pending.plan.name,
        interval: pending.interval,
        at: formatDate(pending.at, locale),
      })}
    >
      <Refusal code={drop.data?.ok === false ? drop.data.error.code : null} failed={drop.isError} />
    </Standing>
  )
}

/** Beside a paid plan, canceling gives up what waits and ends the plan; where there is none, giving up is all (G79). */
function Waiting({ org, subscription, canChange, waiting, hasPlan }: Props & { waiting: NonNullable<Subscription['waiting']>; hasPlan: boolean }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const reason = canChange ? null : t('noRight')
  const giveUp = useMutation({
    mutationFn: () => cancelSubscriptionAction(org, { subscriptionId: subscription.id }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok) return
      const { cancelAt } = result.value // The bank may have said yes meanwhile: then it was paid, and ends with its period.
      void showToast(cancelAt ? t('cancel.done', { plan: subscription.plan.name, end: formatDate(cancelAt, locale) }) : t('waiting.done'))
    },
  })
  return (
    <Standing
      action={
        <div className="flex flex-wrap gap-3">
          {!hasPlan && (
            <Button onClick={() => giveUp.mutate()} pending={giveUp.isPending} reason={reason}>
              {t('waiting.giveUp')}
            </Button>
          )}
          {waiting.url && (
            <LinkButton document={waiting.url} reason={reason} variant="primary">
              {t('waiting.button')}
            </LinkButton>
          )}
        </div>
      }
      hint={t(hasPlan ? 'waiting.hintWithPlan' : 'waiting.hint')}
      title={t('waiting.heading')}
    >
      <Refusal code={giveUp.data?.ok === false ? giveUp.data.error.code : null} failed={giveUp.isError} />
    </Standing>
  )
}

type StandingProps = { title?: string; hint: string; action: ReactNode; children?: ReactNode }

/** A line at the foot of the plan's card: how the subscription stands, and the one thing to do about that. */
export function Standing({ title, hint, action, children }: StandingProps) {
  return (
    <CardPart className="flex flex-col gap-4">
      <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-3 text-sm">
        <div className="min-w-0 flex-1 basis-64">
          {title && <h3 className="font-semibold">{title}</h3>}
          <p className="max-w-prose text-muted">{hint}</p>
        </div>
        {action}
      </div>
      {children}
    </CardPart>
  )
}

function Refusal({ code, failed }: { code: string | null; failed: boolean }) {
  const t = useTranslations('plan')
  if (!code) return failed ? <Unanswered /> : null
  return (
    <Notice live="alert" tone="warning">
      {wordRefusal(t, code)}
    </Notice>
  )
}
