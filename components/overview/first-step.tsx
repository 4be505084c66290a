import { ArrowRight, PackageOpen } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { planPath } from '@/components/layout/routes'
import { Card, Section } from '@/components/ui/card'
import { EmptyState } from '@/components/ui/empty-state'
import { LinkButton } from '@/components/ui/link-button'
import type { AvailableProduct } from '@/lib/billing/views/products'
import { formatMoney } from '@/lib/money'

type Props = { org: string; available: readonly AvailableProduct[]; canChange: boolean }

/** Where nothing is held yet: what may be subscribed to, and how one would begin. */
export function FirstStep({ org, available, canChange }: Props) {
  const t = useTranslations('overview')
  if (available.length === 0) {
    return (
      <Card title={t('usage')}>
        <EmptyState icon={<PackageOpen />} title={t('emptyTitle')}>
          {t('emptyBody')}
        </EmptyState>
      </Card>
    )
  }
  return (
    <Section description={canChange ? t('startBody') : t('startBodyReader')} title={t('startTitle')}>
      <ul className="grid gap-4 sm:grid-cols-2 xl:grid-cols-3">
        {available.map((product) => (
          <ProductCard key={product.id} org={org} product={product} />
        ))}
      </ul>
    </Section>
  )
}

type CardProps = { org: string; product: AvailableProduct }

/** One product, with what it takes to begin. */
function ProductCard({ org, product }: CardProps) {
  const t = useTranslations('overview')
  return (
    <li className="flex min-w-0 flex-col gap-3 rounded-xl border border-line bg-surface p-5">
      <h3 className="font-semibold text-base">{product.name}</h3>
      <Beginnings product={product} />
      <div className="mt-auto pt-2">
        <LinkButton href={planPath(org, product.id)} icon={<ArrowRight aria-hidden className="rtl:-scale-x-100" />}>
          {t('startWith')}
          <span className="sr-only">{t('productFor', { product: product.name })}</span>
        </LinkButton>
      </div>
    </li>
  )
}

/** How one would begin; `inline`: in one sentence. */
export function Beginnings({ product, inline = false }: { product: AvailableProduct; inline?: boolean }) {
  const t = useTranslations('overview')
  const locale = useLocale()
  const { hasFreePlan, trialDays, from, isPaidByUse, currency } = product
  const lines = [
    ...(hasFreePlan ? [t('fromFree')] : []),
    ...(isPaidByUse ? [t('fromUse')] : []),
    ...(from ? [t('fromPrice', { price: formatMoney(from.price, currency, locale), perSeat: String(from.perSeat) })] : []),
    ...(trialDays === null ? [] : [t('fromTrial', { days: trialDays })]),
  ]
  if (inline) return lines.join(' · ')
  return (
    <ul className="figures flex flex-col gap-1 text-muted text-sm">
      {lines.map((line) => (
        <li key={line}>{line}</li>
      ))}
    </ul>
  )
}
