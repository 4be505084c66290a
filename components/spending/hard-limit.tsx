'use client'

import { useLocale, useTranslations } from 'next-intl'
import { type FormEvent, useState } from 'react'
import { Button } from '@/components/ui/button'
import { formatCount } from '@/components/ui/format-count'
import { formatDate } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { readCount } from '@/components/ui/read-amount'
import { TextField } from '@/components/ui/text-field'
import type { HardLimitView, SpendingView } from '@/lib/billing/views/spending'
import { formatMoney } from '@/lib/money'
import { LimitRequest } from './limit-request'
import { SettingCard, useReason } from './setting-card'
import { useSetting } from './use-setting'
import { blocksFor } from './worst-case'

type Props = { org: string; view: SpendingView; hardLimit: HardLimitView; isOwner: boolean }

/** Units above the plan's that the owner lets be charged, with the most that they can cost while they are being typed (S1, S7). */
export function HardLimit({ org, view, hardLimit, isOwner }: Props) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { unit, planLimit, maximum, units } = hardLimit
  const [text, setText] = useState(() => number(units ?? planLimit))
  const wanted = readCount(text, locale)
  const reason = useReason({ availability: hardLimit, plan: view.plan.name, isAllowed: isOwner, who: 'onlyOwner' })
  const { save, isPending, refusal, clear } = useSetting(org, (saved) => {
    const set = 'hardLimit' in saved && saved.hardLimit !== null && saved.hardLimit > planLimit ? saved.hardLimit : null
    if (set === null) setText(number(planLimit))
    return set === null ? t('hardLimit.doneOff') : t('hardLimit.done', { units: number(set), unit })
  })

  function submit(event: FormEvent) {
    event.preventDefault()
    if (wanted !== null) save({ subscriptionId: view.subscriptionId, hardLimit: wanted })
  }

  return (
    <SettingCard hint={t('hardLimit.hint', { unit, limit: number(planLimit) })} isOn={units !== null} refusal={refusal} title={t('hardLimit.title')}>
      {reason ? (
        <p className="text-muted text-sm">{reason}</p>
      ) : (
        <form className="flex flex-col gap-4" noValidate onSubmit={submit}>
          <TextField
            className="max-w-xs"
            error={wanted === null ? t('hardLimit.invalid', { unit }) : undefined}
            hint={t('hardLimit.range', { limit: number(planLimit), maximum: number(maximum) })}
            inputMode="numeric"
            label={t('hardLimit.label', { unit })}
            name="hard_limit"
            onChange={(event) => {
              clear()
              setText(event.target.value)
            }}
            value={text}
          />
          {wanted !== null && <Meaning hardLimit={hardLimit} view={view} wanted={wanted} />}
          <div className="flex flex-wrap gap-3">
            <Button pending={isPending} type="submit" variant="primary">
              {t('hardLimit.set')}
            </Button>
            {units !== null && (
              <Button onClick={() => save({ subscriptionId: view.subscriptionId, hardLimit: null })} pending={isPending}>
                {t('hardLimit.remove')}
              </Button>
            )}
          </div>
        </form>
      )}
      {!reason && <LimitRequest hardLimit={hardLimit} org={org} view={view} />}
    </SettingCard>
  )
}

/** What will happen with that number, and the worst case in money. */
function Meaning({ view, hardLimit, wanted }: { view: SpendingView; hardLimit: HardLimitView; wanted: bigint }) {
  const t = useTranslations('spending')
  const locale = useLocale()
  const number = (value: bigint) => formatCount(value, locale)
  const { unit, planLimit, used, unitPrice, block, spent } = hardLimit
  const end = formatDate(view.period.end, locale)
  const extra = wanted - planLimit
  const { blocks, most } = blocksFor(extra, { unitPrice, block, currency: view.currency })
  const words = { units: number(wanted), limit: number(planLimit), extra: number(extra), block: number(block), unit, end }
  return (
    <div className="figures flex flex-col gap-2 text-sm" role="status">
      <p>
        {extra > 0n ? t('hardLimit.on', { ...words, most: formatMoney(most, view.currency, locale) }) : t('hardLimit.off', words)}{' '}
        {extra > 0n && extra % block !== 0n && t('hardLimit.blockEdge', { blocks: Number(blocks) })}
      </p>
      {spent > 0n && <p>{t('hardLimit.spent', { amount: formatMoney(spent, view.currency, locale) })}</p>}
      {used > planLimit && wanted < used && <Notice tone="warning">{t('hardLimit.stopsNow', { used: number(used), unit })}</Notice>}
      {extra > 0n && <p className="text-muted">{t('hardLimit.resets')}</p>}
    </div>
  )
}
