'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useId } from 'react'
import { changePlanAction, quoteChangeAction, quoteSubscriptionAction, subscribeAction } from '@/app/actions/plan'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'
import { showToast } from '@/components/ui/toast'
import { usePress } from '@/components/ui/use-press'
import type { ActionOffer, PlanOffer, PlanView } from '@/lib/billing/views/plan'
import { formatMoney } from '@/lib/money'
import type { Result } from '@/lib/result'
import { ActionOutcomeNotice, type Outcome } from './action-outcome'
import { asChange, type Quoted, QuoteTerms } from './quote-terms'
import { wordRefusal, wordRejection } from './refusals'
import type { PlanWords } from './words'

type Answer<Value> = Result<Value, { code: string }>

type Props = {
  org: string
  product: string
  /** What is held now; null before the first subscription (G81). */
  subscription: PlanView['subscription']
  to: Pick<PlanOffer, 'id' | 'name' | 'interval' | 'trialDays'>
  /** With a trial first, where one is to be had (T9). */
  isTrial: boolean
  /** Of the held plan: its term begun anew, or a new period at once (B4, B7). */
  action?: ActionOffer['action'] | undefined
  onClose: () => void
}

/**
 * To a plan, from another or from none: what it costs, line by line, and one button that carries the amount. What is shown
 * here is what is charged (C10). Mounted only while open, so that its quote and its one payment live for one attempt.
 */
export function PlanDialog({ org, product, subscription, to, isTrial, action, onClose }: Props) {
  const t = useTranslations('plan')
  const ui = useTranslations('ui')
  const locale = useLocale()
  const router = useRouter()
  const attempt = useId()
  const press = usePress()

  const quote = useQuery({
    queryKey: ['quote', org, product, to.id, to.interval, action, attempt],
    queryFn: async (): Promise<Answer<Quoted>> =>
      subscription
        ? quoteChangeAction(org, { subscriptionId: subscription.id, plan: to.id, interval: to.interval, ...(action && { action }) })
        : quoteSubscriptionAction(org, { product, plan: to.id, interval: to.interval, trial: isTrial }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  const quoted: Quoted | null = quote.data?.ok ? quote.data.value : null
  const change = quoted && asChange(quoted)
  const rejection = change?.rejection ?? null

  const pay = useMutation({
    mutationFn: async (agreed: Quoted): Promise<Answer<Outcome>> => {
      const changed = asChange(agreed)
      const due = agreed.charge.amountDue
      return subscription && changed
        ? changePlanAction(org, { subscriptionId: subscription.id, quoteId: changed.id as `quote_${string}`, press: press.keyFor(changed.id) })
        : subscribeAction(org, { product, plan: to.id, interval: to.interval, trial: isTrial, expectedAmountDue: due, press: press.keyFor(String(due)) })
    },
    onSuccess: (result) => {
      press.answered()
      router.refresh()
      if (!result.ok || result.value.type !== 'done') return
      void showToast(
        change?.effective === 'period_end'
          ? t(action === 'resubscribe' ? 'usedUp.resubscribe.done' : 'dialog.doneLater', { plan: to.name, at: formatDate(change.effectiveAt, locale) })
          : t(isTrial ? 'dialog.doneTrial' : 'dialog.done', { plan: to.name }),
      )
      onClose()
    },
  })
  const refusal = pay.data?.ok === false ? pay.data.error.code : null
  const outcome = pay.data?.ok && pay.data.value.type !== 'done' ? pay.data.value : null

  function requote() {
    pay.reset()
    void quote.refetch()
  }

  return (
    <Dialog locked={pay.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{wordTitle(t, { subscription, to, isTrial, action })}</DialogTitle>
        </DialogHeader>
        <DialogBody>
          {quote.isPending && <QuoteSkeleton />}
          {quote.isError && (
            <Notice action={<Button onClick={requote}>{ui('retry')}</Button>} live="alert" tone="warning">
              {t('refusal.other')}
            </Notice>
          )}
          {quote.data?.ok === false && <Notice tone="warning">{wordRefusal(t, quote.data.error.code)}</Notice>}
          {rejection && <Notice tone="warning">{wordRejection(t, rejection, { plan: to.name, unit: change?.to.included[0]?.unit ?? '', locale })}</Notice>}
          {quoted && !rejection && <QuoteTerms periodEnd={subscription?.period.end ?? null} quote={quoted} />}
          {refusal && (
            <Notice action={<Button onClick={requote}>{t('dialog.requote')}</Button>} live="alert" tone="warning">
              {wordRefusal(t, refusal)}
            </Notice>
          )}
          {outcome && <ActionOutcomeNotice org={org} outcome={outcome} />}
          {pay.isError && (
            <Notice live="alert" tone="warning">
              {t('dialog.fault')}
            </Notice>
          )}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {outcome ? t('dialog.backToPlans') : subscription ? t('dialog.keep', { plan: subscription.plan.name }) : t('dialog.notNow')}
          </Button>
          {quoted && !rejection && !outcome && !refusal && (
            <Button onClick={() => pay.mutate(quoted)} pending={pay.isPending || quote.isFetching} variant="primary">
              <Confirm isTrial={isTrial} plan={to.name} quote={quoted} />
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

function wordTitle(t: PlanWords, { subscription, to, isTrial, action }: Pick<Props, 'subscription' | 'to' | 'isTrial' | 'action'>): string {
  if (action) return t(`usedUp.${action}.title`, { plan: to.name })
  if (isTrial && to.trialDays !== null) return t('dialog.trialTitle', { plan: to.name, days: to.trialDays })
  if (!subscription) return t('dialog.firstTitle', { plan: to.name })
  if (subscription.plan.id === to.id) return t('dialog.intervalTitle', { plan: to.name, interval: to.interval })
  return t('dialog.title', { from: subscription.plan.name, to: to.name })
}

/** What the press does, with the amount where there is one: "Pay $13.33 and upgrade". */
function Confirm({ quote, plan, isTrial }: { quote: Quoted; plan: string; isTrial: boolean }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  if (isTrial) return t('dialog.confirmTrial')
  const change = asChange(quote)
  if (change?.kind === 'resubscribe') return t('usedUp.resubscribe.confirm', { at: formatDate(change.effectiveAt, locale) })
  if (change?.effective === 'period_end') return t('dialog.confirmLater', { plan })
  const kind = change?.kind ?? 'start'
  const { amountDue } = quote.charge
  return amountDue > 0n ? t('dialog.pay', { amount: formatMoney(amountDue, quote.currency, locale), kind }) : t('dialog.confirm', { kind, plan })
}

function QuoteSkeleton() {
  return (
    <SkeletonGroup className="flex flex-col gap-3">
      <Skeleton className="h-5 w-3/4" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-24 w-full" />
    </SkeletonGroup>
  )
}
