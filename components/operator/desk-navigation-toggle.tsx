'use client'

import { Menu } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useTranslations } from 'next-intl'
import { useState } from 'react'
import { IconButton } from '@/components/ui/icon-button'
import { DeskNavigation } from './desk-navigation'
import type { Section } from './desk-routes'

const NavigationDrawer = dynamic(() => import('@/components/layout/navigation-drawer').then((module) => module.NavigationDrawer))

/** Opens the navigation where there is no room for the sidebar. */
export function DeskNavigationToggle({ sections, waiting }: { sections: readonly Section[]; waiting: number }) {
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
          <DeskNavigation onNavigate={() => setOpen(false)} sections={sections} waiting={waiting} />
        </NavigationDrawer>
      )}
    </>
  )
}
