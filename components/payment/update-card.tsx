'use client'

import { useMutation } from '@tanstack/react-query'
import { useLocale, useTranslations } from 'next-intl'
import { beginCardSetupAction } from '@/app/actions/payment'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { formatMoney, type MinorUnits } from '@/lib/money'

type Props = { org: string; hasCard: boolean; amountDue: MinorUnits; currency: string; next: string | null; reason: string | null }

/** Goes to the provider's own card page; the button says what saving collects. */
export function UpdateCard({ org, hasCard, amountDue, currency, next, reason }: Props) {
  const t = useTranslations('payment')
  const locale = useLocale()
  const begin = useMutation({
    // Each press asks anew: the provider may remember that the one before failed, and a page that nobody sees costs nothing.
    mutationFn: () => beginCardSetupAction(org, { requestId: crypto.randomUUID(), expectedAmountDue: amountDue, ...(next && { next }) }),
    onSuccess: (result) => {
      if (result.ok) window.location.assign(result.value.url)
    },
  })
  const code = begin.data?.ok === false ? begin.data.error.code : null
  return (
    <div className="flex flex-col gap-3">
      {(code || begin.isError) && (
        <Notice live="alert" tone="warning">
          {code ? t(code === 'quote_expired' ? 'refusal.quote_expired' : 'refusal.other') : t('fault')}
        </Notice>
      )}
      <div>
        <Button onClick={() => begin.mutate()} pending={begin.isPending || begin.data?.ok === true} reason={reason} variant="primary">
          {amountDue > 0n ? t('saveAndPay', { amount: formatMoney(amountDue, currency, locale) }) : t(hasCard ? 'update' : 'add')}
        </Button>
      </div>
    </div>
  )
}
