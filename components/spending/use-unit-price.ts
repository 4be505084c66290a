'use client'

import { useLocale, useTranslations } from 'next-intl'
import { readablePrice } from '@/components/usage/unit-price'
import type { Currency } from '@/lib/money'

/** "$95.00 for a million credits". */
export function useUnitPrice(unitPrice: string, unit: string, currency: Currency): string {
  const t = useTranslations('spending')
  const { price, per } = readablePrice(unitPrice, currency, useLocale())
  return t(per === 'million' ? 'pricePerMillion' : 'pricePerUnit', { price, unit })
}
