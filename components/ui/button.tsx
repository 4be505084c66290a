'use client'

import clsx from 'clsx'
import { LoaderCircle } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { type ComponentProps, type MouseEvent, type ReactNode, useId } from 'react'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'

export type ButtonProps = Omit<ComponentProps<'button'>, 'disabled'> & {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
  icon?: ReactNode
  /** The press is on its way: the button keeps its place and its words, and presses do nothing. */
  pending?: boolean | undefined
  /**
   * Why this cannot be pressed; being given makes it so. There is no `disabled`: a control that is switched off says why, beside itself, and
   * stays reachable by keyboard so that the reason can be heard.
   */
  reason?: ReactNode
}

/** A press. It is a `type="button"` unless it says `submit`. */
export function Button({ variant, size, icon, pending = false, reason, className, onClick, children, 'aria-describedby': describedBy, ...rest }: ButtonProps) {
  const t = useTranslations('ui')
  const reasonId = useId()
  const blocked = reason !== undefined && reason !== null && reason !== false && reason !== ''
  const inert = blocked || pending

  function press(event: MouseEvent<HTMLButtonElement>) {
    // `preventDefault` also stops the form that Enter in one of its fields would submit through this button.
    if (inert) event.preventDefault()
    else onClick?.(event)
  }

  const button = (
    <button
      type="button"
      {...rest}
      aria-busy={pending || undefined}
      aria-describedby={blocked ? clsx(describedBy, reasonId) : describedBy}
      aria-disabled={inert || undefined}
      className={clsx(buttonStyle({ variant, size, blocked }), className)}
      onClick={press}
    >
      {pending ? <LoaderCircle aria-hidden className="animate-spin" /> : icon}
      {children}
      {pending && <span className="sr-only">{t('loading')}</span>}
    </button>
  )
  if (!blocked) return button

  return (
    <span className="inline-flex max-w-full flex-wrap items-center gap-x-3 gap-y-1.5">
      {button}
      <span className="min-w-40 flex-1 text-muted text-sm" id={reasonId}>
        {reason}
      </span>
    </span>
  )
}
