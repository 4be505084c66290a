'use client'

import { Menu as BaseMenu } from '@base-ui/react/menu'
import clsx from 'clsx'
import { Check } from 'lucide-react'
import type { Route } from 'next'
import Link from 'next/link'
import type { ReactElement, ReactNode } from 'react'

const ITEM =
  'flex min-h-8 cursor-default select-none items-center gap-2.5 rounded-md px-2.5 py-1.5 text-sm outline-none data-highlighted:bg-sunken [&_svg]:size-4 [&_svg]:shrink-0 [&_svg]:text-muted'

type MenuProps = { trigger: ReactElement; children: ReactNode; align?: 'start' | 'center' | 'end'; className?: string | undefined }

/**
 * Actions on one thing, such as a row. Heavy (50 KB): load what uses it when it is needed; links and settings of the frame use `Flyout`.
 *
 * Opens at its trigger, which must render a `<button>` and pass on its props.
 */
export function Menu({ trigger, children, align = 'start', className }: MenuProps) {
  return (
    <BaseMenu.Root modal={false}>
      <BaseMenu.Trigger render={trigger} />
      <BaseMenu.Portal>
        <BaseMenu.Positioner align={align} className="outline-none" collisionPadding={8} sideOffset={6}>
          <BaseMenu.Popup
            className={clsx(
              'max-h-(--available-height) min-w-(--anchor-width) max-w-[min(20rem,calc(100vw-1rem))] overflow-y-auto rounded-lg border border-line bg-overlay p-1 shadow-popup outline-none',
              'origin-(--transform-origin) transition-opacity duration-100 data-ending-style:opacity-0 data-starting-style:opacity-0',
              className,
            )}
          >
            {children}
          </BaseMenu.Popup>
        </BaseMenu.Positioner>
      </BaseMenu.Portal>
    </BaseMenu.Root>
  )
}

export function MenuItem({ icon, children, tone, onSelect }: { icon?: ReactNode; children: ReactNode; tone?: 'danger' | undefined; onSelect: () => void }) {
  return (
    <BaseMenu.Item className={clsx(ITEM, tone === 'danger' && 'text-danger-ink')} onClick={onSelect}>
      {icon}
      {children}
    </BaseMenu.Item>
  )
}

/** `current` marks where one is already. */
export function MenuLink({ href, icon, children, current = false }: { href: Route; icon?: ReactNode; children: ReactNode; current?: boolean }) {
  return (
    <BaseMenu.LinkItem aria-current={current ? 'true' : undefined} className={ITEM} closeOnClick render={<Link href={href} />}>
      {icon}
      <span className="min-w-0 flex-1 truncate">{children}</span>
      {current && <Check aria-hidden className="text-accent-ink!" />}
    </BaseMenu.LinkItem>
  )
}

export function MenuSeparator() {
  return <BaseMenu.Separator className="-mx-1 my-1 h-px bg-line" />
}

export function MenuGroup({ label, children }: { label: ReactNode; children: ReactNode }) {
  return (
    <BaseMenu.Group>
      <BaseMenu.GroupLabel className="px-2.5 pt-2 pb-1 text-muted text-xs">{label}</BaseMenu.GroupLabel>
      {children}
    </BaseMenu.Group>
  )
}
