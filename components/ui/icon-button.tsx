'use client'

import clsx from 'clsx'
import type { ComponentProps, ReactNode } from 'react'

type Props = Omit<ComponentProps<'button'>, 'children' | 'disabled' | 'aria-label' | 'title'> & { label: string; icon: ReactNode }

/** A press whose meaning is an icon; its name is spoken and shown on hover. For actions everyone knows: close, copy, menu. */
export function IconButton({ label, icon, className, ...rest }: Props) {
  return (
    <button
      type="button"
      {...rest}
      aria-label={label}
      className={clsx(
        'inline-flex size-8 shrink-0 items-center justify-center rounded-md text-muted transition-colors duration-100 hover:bg-sunken hover:text-ink data-popup-open:bg-sunken [&_svg]:size-4',
        className,
      )}
      title={label}
    >
      {icon}
    </button>
  )
}
