'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useId } from 'react'
import { changePlanAction, quoteChangeAction } from '@/app/actions/plan'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { Skeleton, SkeletonGroup } from '@/components/ui/skeleton'
import { showToast } from '@/components/ui/toast'
import type { QuoteView } from '@/lib/billing/views/quote'
import type { SubscriptionId } from '@/lib/ids'
import { formatMoney } from '@/lib/money'
import { ActionOutcomeNotice } from './action-outcome'
import { ChargeLines } from './charge-lines'
import { wordRefusal, wordRejection } from './refusals'

type Props = {
  org: string
  subscriptionId: SubscriptionId
  from: string
  to: { id: string; name: string }
  periodEnd: string
  onClose: () => void
}

/**
 * From one plan to another: what it costs, line by line, and one button that carries the amount. What is shown here is what
 * is charged (C10). Mounted only while open, so that its quote and its one payment live for one attempt.
 */
export function ChangePlanDialog({ org, subscriptionId, from, to, periodEnd, onClose }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const attempt = useId()

  const quote = useQuery({
    queryKey: ['quote', org, subscriptionId, to.id, attempt],
    queryFn: () => quoteChangeAction(org, { subscriptionId, plan: to.id }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  const shown = quote.data?.ok ? quote.data.value : null
  const change = useMutation({
    mutationFn: (quoteId: string) => changePlanAction(org, { subscriptionId, quoteId: quoteId as `quote_${string}` }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok || result.value.type !== 'done') return
      void showToast(
        shown?.effective === 'period_end'
          ? t('dialog.doneLater', { plan: to.name, at: formatDate(shown.effectiveAt, locale) })
          : t('dialog.done', { plan: to.name }),
      )
      onClose()
    },
  })

  const refusal = change.data?.ok === false ? change.data.error.code : null
  const outcome = change.data?.ok && change.data.value.type !== 'done' ? change.data.value : null
  const isStale = refusal !== null

  function requote() {
    change.reset()
    void quote.refetch()
  }

  return (
    <Dialog locked={change.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{t('dialog.title', { from, to: to.name })}</DialogTitle>
        </DialogHeader>
        <DialogBody>
          {quote.isPending && <QuoteSkeleton />}
          {quote.isError && <Notice tone="warning">{t('refusal.other')}</Notice>}
          {quote.data?.ok === false && <Notice tone="warning">{wordRefusal(t, quote.data.error.code)}</Notice>}
          {shown &&
            (shown.rejection ? (
              <Notice tone="warning">{wordRejection(t, shown.rejection, { plan: to.name, unit: shown.to.included[0]?.unit ?? '', locale })}</Notice>
            ) : (
              <Quote periodEnd={periodEnd} quote={shown} />
            ))}
          {refusal && (
            <Notice action={<Button onClick={requote}>{t('dialog.requote')}</Button>} live="alert" tone="warning">
              {wordRefusal(t, refusal)}
            </Notice>
          )}
          {outcome && <ActionOutcomeNotice org={org} outcome={outcome} />}
          {change.isError && (
            <Notice live="alert" tone="warning">
              {t('dialog.fault')}
            </Notice>
          )}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {outcome ? t('dialog.backToPlans') : t('dialog.keep', { plan: from })}
          </Button>
          {shown && !shown.rejection && !outcome && !isStale && (
            <Button onClick={() => change.mutate(shown.id)} pending={change.isPending || quote.isFetching} variant="primary">
              {shown.charge.amountDue > 0n
                ? t('dialog.pay', { amount: formatMoney(shown.charge.amountDue, shown.currency, locale), kind: shown.kind })
                : t('dialog.confirm', { kind: shown.kind, plan: to.name })}
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

function Quote({ quote, periodEnd }: { quote: QuoteView; periodEnd: string }) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const number = (value: bigint) => new Intl.NumberFormat(locale).format(value)
  const when =
    quote.effective === 'period_end'
      ? t('dialog.atPeriodEnd', { at: formatInstant(quote.effectiveAt, locale) })
      : quote.startsNewPeriod
        ? t('dialog.newPeriod')
        : t('dialog.now', { end: formatInstant(periodEnd, locale) })
  return (
    <>
      <p className="text-sm">{when}</p>
      {quote.dropsPendingChange && <p className="text-sm">{t('dialog.dropsPending')}</p>}
      {quote.charge.lines.length > 0 && <ChargeLines charge={quote.charge} currency={quote.currency} />}
      <ul className="flex flex-col gap-1 text-muted text-sm">
        {quote.effective === 'now' &&
          !quote.startsNewPeriod &&
          quote.to.included.map((meter) => (
            <li key={meter.meter}>
              {meter.limit === null
                ? t('dialog.usageUnlimited', { used: number(meter.used), unit: meter.unit })
                : t('dialog.usageKept', { used: number(meter.used), limit: number(meter.limit), unit: meter.unit })}
            </li>
          ))}
        <li>
          {t('dialog.nextRenewal', { date: formatDate(quote.nextRenewal.at, locale), amount: formatMoney(quote.nextRenewal.amount, quote.currency, locale) })}
        </li>
      </ul>
    </>
  )
}

export function QuoteSkeleton() {
  return (
    <SkeletonGroup className="flex flex-col gap-3">
      <Skeleton className="h-5 w-3/4" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-11 w-full" />
      <Skeleton className="h-24 w-full" />
    </SkeletonGroup>
  )
}
