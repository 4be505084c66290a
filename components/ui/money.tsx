import clsx from 'clsx'
import { useLocale, useTranslations } from 'next-intl'
import { type Currency, formatMoney, type MinorUnits } from '@/lib/money'

type Props = { amount: MinorUnits | null; currency: Currency; className?: string | undefined }

/** An amount in minor units, its digits in columns, never broken over a line. `null` is not known, which is not zero. */
export function Money({ amount, currency, className }: Props) {
  const locale = useLocale()
  const t = useTranslations('ui')
  if (amount === null) return <span className={clsx('text-muted', className)}>{t('notAvailable')}</span>
  return <span className={clsx('figures whitespace-nowrap', className)}>{formatMoney(amount, currency, locale)}</span>
}
