'use client'

import { useMutation, useQuery } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useId } from 'react'
import { quoteSubscriptionAction, subscribeAction } from '@/app/actions/plan'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import { formatMoney } from '@/lib/money'
import { ActionOutcomeNotice } from './action-outcome'
import { QuoteSkeleton } from './change-plan-dialog'
import { ChargeLines } from './charge-lines'
import { wordRefusal } from './refusals'

type Props = { org: string; product: string; plan: { id: string; name: string }; onClose: () => void }

/** The first subscription of a product: its first period's price, and one button that carries it (G81). */
export function StartPlanDialog({ org, product, plan, onClose }: Props) {
  const t = useTranslations('plan')
  const locale = useLocale()
  const router = useRouter()
  const attempt = useId()

  const quote = useQuery({
    queryKey: ['first-quote', org, product, plan.id, attempt],
    queryFn: () => quoteSubscriptionAction(org, { product, plan: plan.id }),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    refetchOnWindowFocus: false,
  })
  const shown = quote.data?.ok ? quote.data.value : null
  const start = useMutation({
    mutationFn: (expectedAmountDue: bigint) => subscribeAction(org, { product, plan: plan.id, expectedAmountDue }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok || result.value.type !== 'done') return
      void showToast(t('dialog.done', { plan: plan.name }))
      onClose()
    },
  })
  const refusal = start.data?.ok === false ? start.data.error.code : null
  const outcome = start.data?.ok && start.data.value.type !== 'done' ? start.data.value : null

  return (
    <Dialog locked={start.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{t('dialog.firstTitle', { plan: plan.name })}</DialogTitle>
        </DialogHeader>
        <DialogBody>
          {quote.isPending && <QuoteSkeleton />}
          {quote.isError && <Notice tone="warning">{t('refusal.other')}</Notice>}
          {quote.data?.ok === false && <Notice tone="warning">{wordRefusal(t, quote.data.error.code)}</Notice>}
          {shown && (
            <>
              {shown.charge.lines.length > 0 && <ChargeLines charge={shown.charge} currency={shown.currency} />}
              <p className="text-muted text-sm">
                {t('dialog.nextRenewal', {
                  date: formatDate(shown.nextRenewal.at, locale),
                  amount: formatMoney(shown.nextRenewal.amount, shown.currency, locale),
                })}
              </p>
            </>
          )}
          {refusal && (
            <Notice
              action={
                refusal === 'quote_expired' && (
                  <Button
                    onClick={() => {
                      start.reset()
                      void quote.refetch()
                    }}
                  >
                    {t('dialog.requote')}
                  </Button>
                )
              }
              live="alert"
              tone="warning"
            >
              {wordRefusal(t, refusal)}
            </Notice>
          )}
          {outcome && <ActionOutcomeNotice org={org} outcome={outcome} />}
          {start.isError && (
            <Notice live="alert" tone="warning">
              {t('dialog.fault')}
            </Notice>
          )}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {outcome ? t('dialog.backToPlans') : t('dialog.notNow')}
          </Button>
          {shown && !outcome && !refusal && (
            <Button onClick={() => start.mutate(shown.charge.amountDue)} pending={start.isPending || quote.isFetching} variant="primary">
              {shown.charge.amountDue > 0n
                ? t('dialog.payAndStart', { amount: formatMoney(shown.charge.amountDue, shown.currency, locale) })
                : t('dialog.start', { plan: plan.name })}
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}
