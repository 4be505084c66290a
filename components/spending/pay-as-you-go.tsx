'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatCount } from '@/components/ui/format-count'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { RadioGroup } from '@/components/ui/radio-group'
import { amountText, readAmount } from '@/components/ui/read-amount'
import { TextField } from '@/components/ui/text-field'
import type { PayAsYouGoView, SpendingView } from '@/lib/billing/views/spending'
import { formatMoney, type MinorUnits } from '@/lib/money'
import { SettingCard, useReason } from './setting-card'
import { useSetting } from './use-setting'
import { useUnitPrice } from './use-unit-price'
import { unitsFor } from './worst-case'

type Choice = 'off' | 'capped' | 'uncapped'
type Props = { org: string; view: SpendingView; payAsYouGo: PayAsYouGoView; mayChange: boolean }

/** Going on above the limit at a price, up to a cap or without one; off until somebody chooses (B5, B6). */
export function PayAsYouGo({ org, view, payAsYouGo, mayChange }: Props) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const { currency } = view
  const [choice, setChoice] = useState<Choice>(() => choiceOf(payAsYouGo))
  const [text, setText] = useState(() => (payAsYouGo.cap === null ? '' : amountText(payAsYouGo.cap, currency, locale)))
  const [asked, setAsked] = useState(false)
  const cap = readAmount(text, currency, locale)
  const reason = useReason({ availability: payAsYouGo, plan: view.plan.name, isAllowed: mayChange, who: 'onlyManagers' })
  const { save, isPending, refusal } = useSetting(org, () => t(choice === 'off' ? 'payAsYouGo.doneOff' : 'payAsYouGo.done'))
  const price = useUnitPrice(payAsYouGo.unitPrice, payAsYouGo.unit, currency)

  function submit(event: FormEvent) {
    event.preventDefault()
    setAsked(true)
    if (choice === 'capped' && cap === null) return
    save({
      subscriptionId: view.subscriptionId,
      payAsYouGo: { enabled: choice !== 'off', cap: choice === 'capped' ? cap : choice === 'off' ? payAsYouGo.cap : null },
    })
  }

  return (
    <SettingCard
      hint={payAsYouGo.isAvailable ? t('payAsYouGo.hint', { price }) : t('payAsYouGo.offDetail')}
      isOn={payAsYouGo.enabled}
      refusal={refusal}
      title={t('payAsYouGo.title')}
    >
      {reason ? (
        <p className="text-muted text-sm">{reason}</p>
      ) : (
        <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
          <RadioGroup<Choice>
            label={t('payAsYouGo.choice')}
            onChange={setChoice}
            options={(['off', 'capped', 'uncapped'] as const).map((value) => ({
              value,
              label: t(`payAsYouGo.${value}`),
              detail: t(`payAsYouGo.${value}Detail`),
            }))}
            value={choice}
          />
          {choice === 'capped' && (
            <TextField
              className="max-w-xs"
              error={asked && cap === null ? t('payAsYouGo.invalid') : undefined}
              inputMode="decimal"
              label={t('payAsYouGo.cap')}
              name="cap"
              onChange={(event) => setText(event.target.value)}
              suffix={<span className="pe-2.5 text-sm uppercase">{currency}</span>}
              value={text}
            />
          )}
          <Meaning cap={cap} choice={choice} payAsYouGo={payAsYouGo} view={view} />
          <div>
            <Button pending={isPending} type="submit" variant="primary">
              {t('save')}
            </Button>
          </div>
        </form>
      )}
    </SettingCard>
  )
}

function choiceOf({ enabled, cap }: PayAsYouGoView): Choice {
  if (!enabled) return 'off'
  return cap === null ? 'uncapped' : 'capped'
}

type MeaningProps = { view: SpendingView; payAsYouGo: PayAsYouGoView; choice: Choice; cap: MinorUnits | null }

/** What will happen with that choice, and the worst case in money. */
function Meaning({ view, payAsYouGo, choice, cap }: MeaningProps) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const { spent, renewsAt, unit, unitPrice } = payAsYouGo
  const at = formatDate(renewsAt, locale)
  const money = (amount: MinorUnits) => formatMoney(amount, view.currency, locale)
  const stops = spent > 0n && (choice === 'off' || (choice === 'capped' && cap !== null && cap < spent))
  return (
    <div className="figures flex flex-col gap-2 text-sm" role="status">
      {choice === 'capped' && cap !== null && (
        <p>
          {t('payAsYouGo.capOn', {
            cap: money(cap),
            at,
            unit,
            units: formatCount(unitsFor(cap, { unitPrice, currency: view.currency }), locale),
          })}
        </p>
      )}
      {choice === 'uncapped' && <p>{t('payAsYouGo.uncappedWarning')}</p>}
      {spent > 0n && !stops && <p>{t('payAsYouGo.spent', { amount: money(spent) })}</p>}
      {stops && <Notice tone="warning">{t('payAsYouGo.stopsNow', { spent: money(spent), at })}</Notice>}
    </div>
  )
}
