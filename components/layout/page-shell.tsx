import clsx from 'clsx'
import type { ReactNode } from 'react'

type HeaderProps = { title: ReactNode; description?: ReactNode; actions?: ReactNode }

export function PageHeader({ title, description, actions }: HeaderProps) {
  return (
    <header className="flex flex-wrap items-start justify-between gap-x-6 gap-y-4">
      <div className="flex min-w-0 flex-col gap-1">
        <h1 className="break-words font-semibold text-title">{title}</h1>
        {description && <div className="max-w-prose text-muted text-sm">{description}</div>}
      </div>
      {actions && <div className="flex flex-wrap items-center gap-2 print:hidden">{actions}</div>}
    </header>
  )
}

type ShellProps = HeaderProps & { children: ReactNode; width?: 'full' | 'reading' }

/** A page's heading and its parts, one under the other. `reading` for pages of forms and text. */
export function PageShell({ children, width = 'full', ...header }: ShellProps) {
  return (
    <div className={clsx('flex flex-col gap-8', width === 'reading' && 'max-w-3xl')}>
      <PageHeader {...header} />
      {children}
    </div>
  )
}
