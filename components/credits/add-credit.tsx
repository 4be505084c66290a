'use client'

import { useMutation } from '@tanstack/react-query'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useId, useRef, useState } from 'react'
import { buyCreditAction } from '@/app/actions/credits'
import { ActionOutcomeNotice } from '@/components/plan/action-outcome'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import { amountText, readAmount } from '@/components/ui/read-amount'
import { TextField } from '@/components/ui/text-field'
import { showToast } from '@/components/ui/toast'
import { Unanswered } from '@/components/ui/unanswered'
import { usePress } from '@/components/ui/use-press'
import type { CreditsPageView } from '@/lib/billing/views/credits-page'
import { type ExactAmount, exactFromMinor, formatMoney, type MinorUnits, minor } from '@/lib/money'
import { wordCreditRefusal } from './refusals'
import { roundedDown } from './rounded-down'

type Props = { org: string; view: CreditsPageView; bought: NonNullable<CreditsPageView['bought']>; onClose: () => void }

const PRESETS = [10_00n, 20_00n, 50_00n, 100_00n] as const

/** Buys credit: an amount within the bounds, and one button that carries what is paid. Mounted only while open. */
export function AddCredit({ org, view, bought, onClose }: Props) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const router = useRouter()
  const form = useId()
  const field = useRef<HTMLInputElement>(null)
  const { currency } = view
  const { minimum, maximum } = bought
  const money = (amount: MinorUnits) => formatMoney(amount, currency, locale)
  const [text, setText] = useState('')
  const [asked, setAsked] = useState(false)
  const press = usePress()
  const amount = readAmount(text, currency, locale)
  const isInRange = amount !== null && amount >= minimum && amount <= maximum

  const buy = useMutation({
    mutationFn: ({ amount: wanted, due }: { amount: MinorUnits; due: MinorUnits }) =>
      buyCreditAction(org, { amount: wanted, expectedAmountDue: due, lastPurchase: bought.lastPurchase, press: press.keyFor(`${wanted} for ${due}`) }),
    onSuccess: (result, { amount: added }) => {
      press.answered()
      router.refresh()
      if (!result.ok || result.value.type !== 'done') return
      void showToast(t('dialog.done', { amount: money(added) }))
      onClose()
    },
  })
  const refusal = buy.data?.ok === false ? buy.data.error : null
  const outcome = buy.data?.ok && buy.data.value.type !== 'done' ? buy.data.value : null
  const agreed = refusal && 'amountDue' in refusal ? refusal.amountDue : undefined
  const due = agreed ?? (amount === null ? minor(0n) : amountDueFor(amount, view.account.balance))

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (isInRange && !buy.isPending) buy.mutate({ amount, due })
  }

  const bounds = { minimum: money(minimum), maximum: money(maximum) }
  return (
    <Dialog locked={buy.isPending} onOpenChange={(open) => !open && onClose()}>
      <DialogContent initialFocus={field}>
        <DialogHeader>
          <DialogTitle>{t('dialog.title')}</DialogTitle>
          <DialogDescription>{t('dialog.body')}</DialogDescription>
        </DialogHeader>
        <DialogBody>
          {refusal && (
            <Notice live="alert" tone="warning">
              {wordCreditRefusal(t, refusal, currency, locale)}
            </Notice>
          )}
          {buy.isError && <Unanswered />}
          {outcome && <ActionOutcomeNotice about="credit" org={org} outcome={outcome} />}
          <form className="flex flex-col gap-4" id={form} noValidate onSubmit={submit}>
            <TextField
              autoComplete="off"
              error={asked && !isInRange ? t('dialog.invalid', bounds) : undefined}
              hint={t('dialog.range', bounds)}
              inputMode="decimal"
              label={t('dialog.amount')}
              name="amount"
              onChange={(event) => {
                buy.reset()
                setText(event.target.value)
              }}
              ref={field}
              suffix={<span className="pe-2.5 text-sm uppercase">{currency}</span>}
              value={text}
            />
            <div className="flex flex-wrap gap-2">
              {PRESETS.filter((preset) => preset >= minimum && preset <= maximum).map((preset) => (
                <Button
                  aria-label={t('dialog.preset', { amount: money(minor(preset)) })}
                  key={preset}
                  onClick={() => {
                    buy.reset()
                    setText(amountText(minor(preset), currency, locale))
                  }}
                  size="sm"
                >
                  {money(minor(preset))}
                </Button>
              ))}
            </div>
          </form>
          {isInRange && <Meaning amount={amount} balance={bought.balance} due={due} view={view} />}
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {t(outcome ? 'dialog.close' : 'dialog.cancel')}
          </Button>
          {!outcome && (
            <Button form={form} pending={buy.isPending} type="submit" variant="primary">
              {isInRange ? (due > 0n ? t('dialog.pay', { amount: money(due) }) : t('dialog.take', { amount: money(amount) })) : t('dialog.title')}
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

/** What is left to pay once account credit has paid its part; below zero it is what an earlier small amount adds (C6). */
function amountDueFor(amount: MinorUnits, credit: MinorUnits): MinorUnits {
  return credit >= amount ? minor(0n) : minor(amount - credit)
}

type MeaningProps = { view: CreditsPageView; amount: MinorUnits; due: MinorUnits; balance: ExactAmount }

/** Where the money comes from, and what the balance will be. */
function Meaning({ view: { currency, account }, amount, due, balance }: MeaningProps) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const money = (of: MinorUnits) => formatMoney(of, currency, locale)
  const after = money(roundedDown((balance + exactFromMinor(amount, currency)) as ExactAmount, currency))
  return (
    <div role="status">
      <ul className="figures flex flex-col gap-1 text-sm">
        {account.balance > 0n && <li>{t('dialog.pays', { due: money(due), credit: money(minor(amount - due)) })}</li>}
        {account.balance < 0n && <li>{t('dialog.collects', { due: money(due), owed: money(minor(-account.balance)) })}</li>}
        <li>{balance < 0n ? t('dialog.debt', { debt: money(minor(-roundedDown(balance, currency))), after }) : t('dialog.after', { after })}</li>
      </ul>
    </div>
  )
}
