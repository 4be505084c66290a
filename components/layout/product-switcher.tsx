'use client'

import { ChevronsUpDown } from 'lucide-react'
import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Flyout, FlyoutHeading, FlyoutLink } from '@/components/ui/flyout'
import { type ProductLink, productOf, sameSectionFor } from './navigation'

/** Not shown for a single subscription. Switching stays on the same page. */
export function ProductSwitcher({ org, products }: { org: string; products: readonly ProductLink[] }) {
  const t = useTranslations('shell')
  const pathname = usePathname()
  if (products.length < 2) return null
  const current = productOf(pathname, products)
  return (
    <Flyout
      label={current ? t('switchProduct', { name: current.name }) : undefined}
      trigger={
        <>
          <span className="min-w-0 flex-1 truncate">{current?.name ?? t('products')}</span>
          <ChevronsUpDown aria-hidden className="size-4 shrink-0 text-muted" />
        </>
      }
      triggerClassName="flex min-h-9 w-full min-w-0 items-center gap-2 rounded-md border border-line bg-surface px-2.5 text-start text-sm hover:bg-sunken"
    >
      <FlyoutHeading>{t('products')}</FlyoutHeading>
      {products.map((product) => (
        <FlyoutLink current={product.id === current?.id} href={sameSectionFor(org, product, pathname)} key={product.id}>
          {product.name}
        </FlyoutLink>
      ))}
    </Flyout>
  )
}
