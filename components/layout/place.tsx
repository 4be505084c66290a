'use client'

import { usePathname } from 'next/navigation'
import { useTranslations } from 'next-intl'
import { Breadcrumbs, type Crumb } from '@/components/ui/breadcrumbs'
import { navigationEntries, type OrganizationLink, type ProductLink, productOf, sameSectionFor } from './navigation'
import { overviewPath } from './routes'

/** Where one is: organization, product where there are several, section. On a page below a section, the section leads back to it. */
export function Place({ organization, products }: { organization: OrganizationLink; products: readonly ProductLink[] }) {
  const t = useTranslations('shell')
  const pathname = usePathname()
  const section = navigationEntries(organization.slug, products, pathname).find((entry) => entry.current)
  const crumbs: Crumb[] = [{ label: organization.name, href: overviewPath(organization.slug) }]
  const product = productOf(pathname, products)
  if (section && section.id !== 'overview') {
    if (product && products.length > 1 && pathname.startsWith(`/${organization.slug}/${product.id}/`))
      crumbs.push({ label: product.name, href: sameSectionFor(organization.slug, product, '') })
    crumbs.push({ label: t(section.id), ...(pathname.startsWith(`${section.href}/`) && { href: section.href }) })
  } else {
    crumbs.push({ label: t('overview') })
  }
  return <Breadcrumbs crumbs={crumbs} />
}
