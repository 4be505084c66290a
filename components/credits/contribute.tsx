'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { contributeCreditAction } from '@/app/actions/credits'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Notice } from '@/components/ui/notice'
import { readAmount } from '@/components/ui/read-amount'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { CreditsPageView } from '@/lib/billing/views/credits-page'
import { formatMoney, type MinorUnits } from '@/lib/money'
import { wordCreditRefusal } from './refusals'

/** A member gives credit of their own to the team (T10). */
export function Contribute({ org, view }: { org: string; view: CreditsPageView }) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const router = useRouter()
  const { currency, personalCredit } = view
  const [text, setText] = useState('')
  const [asked, setAsked] = useState(false)
  const amount = readAmount(text, currency, locale)
  const isGivable = amount !== null && amount > 0n && amount <= personalCredit
  const give = useMutation({
    mutationFn: (given: MinorUnits) => contributeCreditAction(org, { amount: given }),
    onSuccess: (result, given) => {
      router.refresh()
      if (!result.ok) return
      void showToast(t('contribute.done', { amount: formatMoney(given, currency, locale) }))
      setText('')
      setAsked(false)
    },
  })
  const refusal = give.data?.ok === false ? give.data.error : null
  const limit = formatMoney(personalCredit, currency, locale)

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (isGivable) give.mutate(amount)
  }

  return (
    <Card description={t('contribute.hint', { amount: limit })} title={t('contribute.title')}>
      {refusal && (
        <Notice live="alert" tone="warning">
          {wordCreditRefusal(t, refusal, currency, locale)}
        </Notice>
      )}
      {give.isError && <Unanswered />}
      <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
        <TextField
          autoComplete="off"
          className="max-w-xs"
          error={asked && !isGivable ? t('refusal.insufficient_credit', { limit }) : undefined}
          inputMode="decimal"
          label={t('contribute.amount')}
          name="amount"
          onChange={(event) => setText(event.target.value)}
          suffix={<span className="pe-2.5 text-sm uppercase">{currency}</span>}
          value={text}
        />
        <div>
          <Button pending={give.isPending} type="submit">
            {t('contribute.give')}
          </Button>
        </div>
      </form>
    </Card>
  )
}
