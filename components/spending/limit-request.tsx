'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { requestLimitAction } from '@/app/actions/spending'
import { Button } from '@/components/ui/button'
import { Disclosure } from '@/components/ui/disclosure'
import { formatCount } from '@/components/ui/format-count'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { readCount } from '@/components/ui/read-amount'
import { TextArea, TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { HardLimitView, SpendingView } from '@/lib/billing/views/spending'

type Props = { org: string; view: SpendingView; hardLimit: HardLimitView }

/** A higher hard limit than may be set by oneself: how many, and what for; what became of the last request (S8). */
export function LimitRequest({ org, view, hardLimit }: Props) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const router = useRouter()
  const { maximum, unit, request } = hardLimit
  const number = (value: bigint) => formatCount(value, locale)
  const [units, setUnits] = useState('')
  const [useCase, setUseCase] = useState('')
  const [asked, setAsked] = useState(false)
  const wanted = readCount(units, locale)
  const isHigher = wanted !== null && wanted > maximum
  const send = useMutation({
    mutationFn: (input: Parameters<typeof requestLimitAction>[1]) => requestLimitAction(org, input),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('request.done'))
    },
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (isHigher && useCase.trim()) send.mutate({ subscriptionId: view.subscriptionId, hardLimit: wanted, useCase })
  }

  return (
    <div className="flex flex-col gap-3 text-sm">
      {request && (
        <p className="figures text-muted">{t(`request.${request.status}`, { units: number(request.hardLimit), at: formatDate(request.createdAt, locale) })}</p>
      )}
      {request?.status !== 'pending' && (
        <Disclosure className="-mb-2" summary={t('request.more', { maximum: number(maximum) })}>
          <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
            <p className="text-muted">{t('request.hint')}</p>
            {send.isError && <Unanswered />}
            {send.data?.ok === false && (
              <Notice live="alert" tone="warning">
                {t('refusal.other')}
              </Notice>
            )}
            <TextField
              autoComplete="off"
              className="max-w-xs"
              error={asked && !isHigher ? t('request.above', { maximum: number(maximum) }) : undefined}
              inputMode="numeric"
              label={t('request.units', { unit })}
              name="requested_limit"
              onChange={(event) => setUnits(event.target.value)}
              value={units}
            />
            <TextArea
              error={asked && !useCase.trim() ? t('request.useCaseMissing') : undefined}
              label={t('request.useCase')}
              maxLength={2_000}
              name="use_case"
              onChange={(event) => setUseCase(event.target.value)}
              value={useCase}
            />
            <div>
              <Button pending={send.isPending} type="submit">
                {t('request.send')}
              </Button>
            </div>
          </form>
        </Disclosure>
      )}
    </div>
  )
}
