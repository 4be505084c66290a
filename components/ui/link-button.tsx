import clsx from 'clsx'
import type { Route } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'
import { Button } from './button'
import { type ButtonSize, type ButtonVariant, buttonStyle } from './button-style'

type Look = {
  variant?: ButtonVariant | undefined
  size?: ButtonSize | undefined
  icon?: ReactNode
  className?: string | undefined
  children: ReactNode
  reason?: ReactNode
}

/** `document` is an address that the router must not handle: a PDF, a CSV, the payment provider's page. */
type Target = { href: Route; document?: never; download?: never } | { document: string; href?: never; download?: boolean | undefined }

/** Goes somewhere, looking like a button. With a `reason` it is a button that cannot be pressed, and says why. */
export function LinkButton({ variant, size, icon, className, children, reason, ...target }: Look & Target) {
  if (reason) {
    return (
      <Button className={className} icon={icon} reason={reason} size={size} variant={variant}>
        {children}
      </Button>
    )
  }
  const style = clsx(buttonStyle({ variant, size }), className)
  if (target.document !== undefined) {
    return (
      <a className={style} download={target.download} href={target.document}>
        {icon}
        {children}
      </a>
    )
  }
  return (
    <Link className={style} href={target.href}>
      {icon}
      {children}
    </Link>
  )
}
