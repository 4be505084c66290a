'use client'

import { CalendarRange, ChevronDown } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { usagePath, usagePeriodPath } from '@/components/layout/routes'
import { buttonStyle } from '@/components/ui/button-style'
import { Flyout, FlyoutHeading, FlyoutLink } from '@/components/ui/flyout'
import { formatDateRange } from '@/components/ui/format-date'

type Period = { start: string; end: string; plan: string }

type Props = {
  org: string
  product: string
  /** Null where the subscription has ended. */
  running: Period | null
  /** Closed ones, newest first. */
  past: readonly Period[]
  /** The start of the first one that is not listed any more. */
  older: string | null
  /** The start of the period that is shown. */
  selected: string
}

/** Goes to another period of the same page; each is an address of its own. */
export function PeriodPicker({ org, product, running, past, older, selected }: Props) {
  const t = useTranslations('usage')
  const locale = useLocale()
  const range = ({ start, end }: Period) => formatDateRange(start, end, locale)
  const shown = [...(running ? [running] : []), ...past].find(({ start }) => start === selected)
  const name = shown ? range(shown) : t('choosePeriod', { period: '' })
  return (
    <Flyout
      align="end"
      className="max-h-96 min-w-64"
      label={t('choosePeriod', { period: name })}
      trigger={
        <>
          <CalendarRange aria-hidden />
          <span className="figures">{name}</span>
          <ChevronDown aria-hidden />
        </>
      }
      triggerClassName={buttonStyle({ variant: 'secondary', size: 'md' })}
    >
      {running && (
        <FlyoutLink current={running.start === selected} href={usagePath(org, product)}>
          <span className="figures">{range(running)}</span>
          <span className="block text-muted text-xs">{t('currentPeriod')}</span>
        </FlyoutLink>
      )}
      {past.length > 0 && <FlyoutHeading>{t('olderPeriods')}</FlyoutHeading>}
      {past.map((period) => (
        <FlyoutLink current={period.start === selected} href={usagePeriodPath(org, product, period.start)} key={period.start}>
          <span className="figures">{range(period)}</span> <span className="text-muted">{period.plan}</span>
        </FlyoutLink>
      ))}
      {older && <FlyoutLink href={usagePeriodPath(org, product, older)}>{t('olderPeriods')}</FlyoutLink>}
    </Flyout>
  )
}
