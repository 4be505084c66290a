'use client'

import { Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { paymentPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { LinkButton } from '@/components/ui/link-button'
import type { CreditsPageView } from '@/lib/billing/views/credits-page'
import { exactFromMinor, formatExactMoney, formatMoney } from '@/lib/money'
import { roundedDown } from './rounded-down'

// The dialog comes when it is opened: a page that is only read does not carry it.
const AddCredit = dynamic(() => import('./add-credit').then((module) => module.AddCredit))

type Bought = NonNullable<CreditsPageView['bought']>
type Props = { org: string; view: CreditsPageView; bought: Bought; mayBuy: boolean }

/** What is left of the credit that was bought, and the way to more. */
export function Balance({ org, view, bought, mayBuy }: Props) {
  const t = useTranslations('credits')
  const locale = useLocale()
  const [isAdding, setAdding] = useState(false)
  const { currency } = view
  const { balance, isDrawnDown, lots } = bought
  const rounded = roundedDown(balance, currency)
  const exactly = exactFromMinor(rounded, currency) === balance ? null : t('exactly', { amount: formatExactMoney(balance, currency, locale) })
  const meaning =
    balance < 0n ? t('owed') : balance === 0n ? (isDrawnDown ? t('usedUp') : lots.length === 0 ? t('nothingYet') : null) : isDrawnDown ? null : t('notDrawn')
  return (
    <Card
      actions={
        mayBuy && !view.hasPaymentMethod ? (
          <LinkButton href={`${paymentPath(org)}?next=${encodeURIComponent('/credits')}` as ReturnType<typeof paymentPath>}>{t('addCard')}</LinkButton>
        ) : (
          <Button icon={<Plus aria-hidden />} onClick={() => setAdding(true)} reason={mayBuy ? null : t('addNoRight')} variant="primary">
            {t('add')}
          </Button>
        )
      }
      description={t('balanceHint')}
      title={t('balance')}
    >
      <Figure detail={[exactly, meaning].filter(Boolean).join('. ')} label={t('balance')} size="lg" value={formatMoney(rounded, currency, locale)} />
      {isAdding && <AddCredit bought={bought} onClose={() => setAdding(false)} org={org} view={view} />}
    </Card>
  )
}
