import type { useTranslations } from 'next-intl'
import type { PlanOffer } from '@/lib/billing/views/plan'

/** What a plan includes of one meter: "30,000 calls a period". */
export function wordIncluded(t: ReturnType<typeof useTranslations<'plan'>>, { unit, limit }: PlanOffer['included'][number], locale: string): string {
  return limit === null ? t('unlimited', { unit }) : t('limit', { limit: new Intl.NumberFormat(locale).format(limit), unit })
}
