'use client'

import { Plus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { paymentPath, planPath } from '@/components/layout/routes'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { Figure } from '@/components/ui/figure'
import { formatDate } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import { TextLink } from '@/components/ui/text-link'
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
  const { balance, pays, product, runsOutAt } = bought
  const rounded = roundedDown(balance, currency)
  const exactly = exactFromMinor(rounded, currency) === balance ? null : t('exactly', { amount: formatExactMoney(balance, currency, locale) })
  const meaning = balance < 0n ? t('owed') : balance === 0n ? pays === 'usage' && t('usedUp') : pays === 'invoice' && t('notDrawn')
  return (
    <Card
      actions={
        mayBuy && !view.hasPaymentMethod ? (
          <LinkButton href={`${paymentPath(org)}?next=${encodeURIComponent('/credits')}` as ReturnType<typeof paymentPath>}>{t('addCard')}</LinkButton>
        ) : (
          <Button
            icon={<Plus aria-hidden />}
            onClick={() => setAdding(true)}
            reason={mayBuy ? null : t('addNoRight')}
            variant={pays === 'nothing' ? 'secondary' : 'primary'}
          >
            {t('add')}
          </Button>
        )
      }
      description={t('balanceHint')}
      title={t('balance')}
    >
      <Figure detail={[exactly, meaning].filter(Boolean).join('. ')} label={t('balance')} size="lg" value={formatMoney(rounded, currency, locale)} />
      {pays === 'nothing' && (
        <p className="text-muted text-sm">
          {t.rich('paysNothing', { product: product.name, link: (words) => <TextLink href={planPath(org, product.id)}>{words}</TextLink> })}
        </p>
      )}
      {pays === 'usage' && balance > 0n && (
        <p className="text-sm">
          {runsOutAt ? t('runsOut', { at: formatDate(runsOutAt, locale) }) : t('lasts')}{' '}
          <span className="text-muted">{t(bought.recharge?.enabled ? 'refilled' : 'notRefilled')}</span>
        </p>
      )}
      {isAdding && <AddCredit bought={bought} onClose={() => setAdding(false)} org={org} view={view} />}
    </Card>
  )
}
