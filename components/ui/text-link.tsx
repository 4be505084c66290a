import clsx from 'clsx'
import type { Route } from 'next'
import Link from 'next/link'
import type { ReactNode } from 'react'

type Props = { children: ReactNode; className?: string | undefined } & ({ href: Route; document?: never } | { document: string; href?: never })

const STYLE = 'rounded-sm font-medium text-accent-ink underline decoration-current/30 underline-offset-3 transition-colors hover:decoration-current'

/** A link inside text. `document` is an address outside the router (a PDF, a mail address). */
export function TextLink({ children, className, ...target }: Props) {
  if (target.document !== undefined) {
    return (
      <a className={clsx(STYLE, className)} href={target.document}>
        {children}
      </a>
    )
  }
  return (
    <Link className={clsx(STYLE, className)} href={target.href}>
      {children}
    </Link>
  )
}
