'use client'

import { useMutation } from '@tanstack/react-query'
import dynamic from 'next/dynamic'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { payInvoiceAction, refundInvoiceAction } from '@/app/actions/payment'
import { ActionOutcomeNotice } from '@/components/plan/action-outcome'
import { Button } from '@/components/ui/button'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { DocumentId } from '@/lib/ids'
import { formatMoney, type MinorUnits } from '@/lib/money'

// Comes when somebody asks: a page that is only read does not carry it.
const AlertDialog = dynamic(() => import('@/components/ui/alert-dialog').then((module) => module.AlertDialog))

const WORDED = [
  'quote_expired',
  'not_payable',
  'no_payment_method',
  'already_subscribed',
  'refund_window_closed',
  'refund_not_eligible',
  'refund_in_progress',
  'change_in_progress',
  'refund_failed',
  'forbidden',
] as const

function useWordRefusal() {
  const t = useTranslations('invoices')
  return (code: string) => t(`refusal.${WORDED.find((known) => known === code) ?? 'other'}`)
}

type PayProps = { org: string; invoice: DocumentId; amountDue: MinorUnits; currency: string; reason: string | null }

/** Collects an open invoice now, once however often it is pressed. */
export function PayInvoice({ org, invoice, amountDue, currency, reason }: PayProps) {
  const t = useTranslations('invoices')
  const locale = useLocale()
  const router = useRouter()
  const word = useWordRefusal()
  const pay = useMutation({
    mutationFn: () => payInvoiceAction(org, { documentId: invoice, expectedAmountDue: amountDue }),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok && result.value.type === 'done') void showToast(t('paid'))
    },
  })
  const outcome = pay.data?.ok && pay.data.value.type !== 'done' ? pay.data.value : null
  const code = pay.data?.ok === false ? pay.data.error.code : null
  return (
    <div className="flex flex-col gap-3 print:hidden">
      {outcome && <ActionOutcomeNotice org={org} outcome={outcome} />}
      {pay.isError && <Unanswered />}
      {code && (
        <Notice live="alert" tone="warning">
          {word(code)}
        </Notice>
      )}
      <div>
        <Button onClick={() => pay.mutate()} pending={pay.isPending} reason={reason} variant="primary">
          {t('pay', { amount: formatMoney(amountDue, currency, locale) })}
        </Button>
      </div>
    </div>
  )
}

type RefundProps = { org: string; invoice: DocumentId; amount: MinorUnits; currency: string; windowClosesAt: string; reason: string | null }

/** Asks for the money back while the window is open (A13). */
export function RefundInvoice({ org, invoice, amount, currency, windowClosesAt, reason }: RefundProps) {
  const t = useTranslations('invoices')
  const locale = useLocale()
  const router = useRouter()
  const word = useWordRefusal()
  const [asking, setAsking] = useState(false)
  const sum = formatMoney(amount, currency, locale)
  const refund = useMutation({
    mutationFn: () => refundInvoiceAction(org, { documentId: invoice }),
    onSuccess: (result) => {
      router.refresh()
      if (!result.ok) return
      void showToast(t('refundDone', { amount: sum }))
      setAsking(false)
    },
  })
  const code = refund.data?.ok === false ? refund.data.error.code : null
  return (
    <div className="flex flex-col gap-2 print:hidden">
      <p className="text-muted text-sm">{t('refundHint', { date: formatDate(windowClosesAt, locale) })}</p>
      <div>
        <Button onClick={() => setAsking(true)} reason={reason}>
          {t('refund', { amount: sum })}
        </Button>
      </div>
      {asking && (
        <AlertDialog
          confirm={t('refund', { amount: sum })}
          description={t('refundBody')}
          keep={t('refundKeep')}
          onClose={() => setAsking(false)}
          onConfirm={() => refund.mutate()}
          pending={refund.isPending}
          title={t('refundTitle', { amount: sum })}
        >
          {refund.isError && <Unanswered />}
          {code && (
            <Notice live="alert" tone="warning">
              {word(code)}
            </Notice>
          )}
        </AlertDialog>
      )}
    </div>
  )
}
