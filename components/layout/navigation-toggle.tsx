'use client'

import { Menu } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import type { OrganizationLink, ProductLink } from './navigation'
import { NavigationLinks } from './navigation-links'
import { OrganizationSwitcher } from './organization-switcher'
import { ProductSwitcher } from './product-switcher'

const NavigationDrawer = dynamic(() => import('./navigation-drawer').then((module) => module.NavigationDrawer))

type Props = { organization: OrganizationLink; organizations: readonly OrganizationLink[]; products: readonly ProductLink[] }

/** Opens the navigation where there is no room for the sidebar. */
export function NavigationToggle({ organization, organizations, products }: Props) {
  const t = useTranslations('shell')
  const [open, setOpen] = useState(false)
  return (
    <>
      <IconButton
        aria-expanded={open}
        aria-haspopup="dialog"
        className="size-9!"
        icon={<Menu aria-hidden />}
        label={t('openNavigation')}
        onClick={() => setOpen(true)}
      />
      {open && (
        <NavigationDrawer onClose={() => setOpen(false)}>
          <OrganizationSwitcher current={organization} organizations={organizations} />
          <ProductSwitcher org={organization.slug} products={products} />
          <NavigationLinks onNavigate={() => setOpen(false)} org={organization.slug} products={products} />
        </NavigationDrawer>
      )}
    </>
  )
}
