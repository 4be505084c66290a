'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { setAutoRechargeAction } from '@/app/actions/credits'
import { Status } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Checkbox } from '@/components/ui/checkbox'
import { Notice } from '@/components/ui/notice'
import { amountText, readAmount } from '@/components/ui/read-amount'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import type { CreditsPageView } from '@/lib/billing/views/credits-page'
import { exactFromMinor, formatMoney, type MinorUnits, minor } from '@/lib/money'
import { wordCreditRefusal } from './refusals'

type Props = { org: string; view: CreditsPageView; bought: NonNullable<CreditsPageView['bought']>; isOwner: boolean }

const FAILURES_THAT_SWITCH_OFF = 3

/** How the balance is refilled by itself, with the most that it can cost; off until an owner turns it on (P4). */
export function AutoRecharge({ org, view, bought, isOwner }: Props) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const router = useRouter()
  const { currency } = view
  const { recharge, pays, balance } = bought
  const [enabled, setEnabled] = useState(recharge?.enabled ?? false)
  const [texts, setTexts] = useState(() => ({
    threshold: amountText(recharge?.threshold ?? minor(10_00n), currency, locale),
    amount: amountText(recharge?.amount ?? minor(20_00n), currency, locale),
    monthlyLimit: recharge
      ? recharge.monthlyLimit === null
        ? ''
        : amountText(recharge.monthlyLimit, currency, locale)
      : amountText(minor(100_00n), currency, locale),
  }))
  const [asked, setAsked] = useState(false)
  const threshold = readAmount(texts.threshold, currency, locale)
  const amount = readAmount(texts.amount, currency, locale)
  const monthlyLimit = texts.monthlyLimit.trim() === '' ? null : readAmount(texts.monthlyLimit, currency, locale)
  const isLimitRead = texts.monthlyLimit.trim() === '' || monthlyLimit !== null
  const isRead = threshold !== null && amount !== null && isLimitRead

  const save = useMutation({
    mutationFn: (input: Parameters<typeof setAutoRechargeAction>[1]) => setAutoRechargeAction(org, input),
    onSuccess: (result) => {
      router.refresh()
      if (result.ok) void showToast(t('recharge.saved'))
    },
  })
  const refusal = save.data?.ok === false ? save.data.error : null

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (isRead) save.mutate({ enabled, threshold, amount, monthlyLimit })
  }

  const fieldOf = (name: keyof typeof texts, isWrong: boolean, hint?: string) => ({
    autoComplete: 'off',
    error: asked && isWrong ? t('recharge.invalid') : undefined,
    hint,
    inputMode: 'decimal' as const,
    label: t(`recharge.${name}`),
    name,
    onChange: (event: { target: { value: string } }) => setTexts({ ...texts, [name]: event.target.value }),
    suffix: <span className="pe-2.5 text-sm uppercase">{currency}</span>,
    value: texts[name],
  })
  return (
    <Card
      actions={<Status tone={recharge?.enabled ? 'ok' : 'neutral'}>{t(recharge?.enabled ? 'recharge.on' : 'recharge.off')}</Status>}
      description={t('recharge.hint')}
      title={t('recharge.title')}
    >
      {recharge && !recharge.enabled && recharge.failuresInARow >= FAILURES_THAT_SWITCH_OFF && (
        <Notice tone="warning">{t('recharge.failed', { failures: recharge.failuresInARow })}</Notice>
      )}
      {refusal && (
        <Notice live="alert" tone="warning">
          {wordCreditRefusal(t, refusal, currency, locale)}
        </Notice>
      )}
      {save.isError && <Unanswered />}
      {isOwner ? (
        <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
          <Checkbox checked={enabled} label={t('recharge.enabled')} onChange={setEnabled} />
          {enabled && (
            <div className="grid gap-4 sm:grid-cols-3">
              <TextField {...fieldOf('threshold', threshold === null)} />
              <TextField {...fieldOf('amount', amount === null)} />
              <TextField {...fieldOf('monthlyLimit', !isLimitRead, t('recharge.monthlyLimitHint'))} />
            </div>
          )}
          <div className="figures flex flex-col gap-1 text-sm" role="status">
            {enabled && threshold !== null && amount !== null ? (
              <Meaning
                amount={amount}
                isBelow={pays === 'usage' && balance < exactFromMinor(threshold, currency)}
                limit={monthlyLimit}
                threshold={threshold}
                view={view}
              />
            ) : (
              !enabled && <p>{t('recharge.isOff')}</p>
            )}
            {enabled && pays !== 'usage' && <p className="text-muted">{t('recharge.sleeps')}</p>}
          </div>
          <div>
            <Button pending={save.isPending} type="submit" variant={enabled ? 'primary' : 'secondary'}>
              {t('recharge.save')}
            </Button>
          </div>
        </form>
      ) : (
        <p className="figures text-sm">
          {recharge?.enabled ? (
            <Meaning amount={recharge.amount} isBelow={false} limit={recharge.monthlyLimit} threshold={recharge.threshold} view={view} />
          ) : (
            t('recharge.isOff')
          )}{' '}
          <span className="text-muted">{t('recharge.onlyOwner')}</span>
        </p>
      )}
    </Card>
  )
}

type MeaningProps = { view: CreditsPageView; threshold: MinorUnits; amount: MinorUnits; limit: MinorUnits | null; isBelow: boolean }

/** What will happen, and the most that it can cost. */
function Meaning({ view: { currency }, threshold, amount, limit, isBelow }: MeaningProps) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const money = (of: MinorUnits) => formatMoney(of, currency, locale)
  return (
    <>
      <span>{t('recharge.means', { threshold: money(threshold), amount: money(amount) })}</span>{' '}
      <span>{limit === null ? t('recharge.unlimited') : t('recharge.most', { limit: money(limit) })}</span>{' '}
      {isBelow && <span>{t('recharge.buysNow', { amount: money(amount) })}</span>}
    </>
  )
}
