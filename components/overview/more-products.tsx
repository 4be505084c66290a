import { useTranslations } from 'next-intl'
import { planPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { TextLink } from '@/components/ui/text-link'
import type { AvailableProduct } from '@/lib/billing/views/products'
import { Beginnings } from './first-step'

/** What else may be subscribed to, for who may do so. */
export function MoreProducts({ org, available }: { org: string; available: readonly AvailableProduct[] }) {
  const t = useTranslations('overview')
  return (
    <Card flush title={t('more')}>
      <ul className="divide-y divide-line">
        {available.map((product) => (
          <li className="flex flex-wrap items-baseline justify-between gap-x-6 gap-y-1 px-5 py-3 text-sm sm:px-6" key={product.id}>
            <span className="font-medium">{product.name}</span>
            <span className="figures flex min-w-0 flex-wrap gap-x-3 text-muted max-sm:order-last max-sm:basis-full sm:flex-1">
              <Beginnings inline product={product} />
            </span>
            <TextLink href={planPath(org, product.id)}>
              {t('startWith')}
              <span className="sr-only">{t('productFor', { product: product.name })}</span>
            </TextLink>
          </li>
        ))}
      </ul>
    </Card>
  )
}
