import { useLocale, useTranslations } from 'next-intl'
import { usagePath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { formatDateRange } from '@/components/ui/format-date'
import { TextLink } from '@/components/ui/text-link'
import { TopKeys } from '@/components/usage/top-keys'
import type { MeterKeysView } from '@/lib/billing/views/usage-by-key'

type Props = { org: string; meters: readonly MeterKeysView[] }

/** Which keys use what, meter by meter, with the way to the whole page of each product. */
export function UsageByKey({ org, meters }: Props) {
  const t = useTranslations('developers.usage')
  const locale = useLocale()
  if (meters.length === 0) {
    return (
      <Card title={t('title')}>
        <p className="max-w-prose text-muted text-sm">{t('none')}</p>
      </Card>
    )
  }
  return (
    <Card description={t('description')} flush title={t('title')}>
      {meters.map(({ product, meter, unit, period, keys }) => {
        const isOnly = meters.filter((one) => one.product.id === product.id).length === 1
        const heading = isOnly ? t('headingOfOne', { product: product.name }) : t('heading', { product: product.name, unit })
        return (
          <section aria-label={heading} className="border-line not-first:border-t" key={`${product.id} ${meter}`}>
            <div className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 bg-sunken px-5 py-2.5 text-sm sm:px-6">
              <h3 className="font-semibold">{heading}</h3>
              <span className="flex flex-wrap gap-x-4 text-muted">
                <span>{formatDateRange(period.start, period.end, locale)}</span>
                <TextLink href={usagePath(org, product.id)}>{t('more', { product: product.name })}</TextLink>
              </span>
            </div>
            <TopKeys keys={keys} unit={unit} />
          </section>
        )
      })}
    </Card>
  )
}
