import clsx from 'clsx'
import { ChevronRight } from 'lucide-react'
import type { Route } from 'next'
import Link from 'next/link'
import { useTranslations } from 'next-intl'

export type Crumb = { label: string; href?: Route | undefined }

/** Where this page stands. One without an address is the page itself. A phone has room for the last. */
export function Breadcrumbs({ crumbs }: { crumbs: readonly Crumb[] }) {
  const t = useTranslations('ui')
  return (
    <nav aria-label={t('breadcrumb')} className="min-w-0">
      <ol className="flex min-w-0 items-center gap-1 text-sm">
        {crumbs.map((crumb, index) => {
          return (
            <li className={clsx('flex min-w-0 items-center gap-1', index < crumbs.length - 1 && 'max-sm:hidden')} key={crumb.label}>
              {index > 0 && <ChevronRight aria-hidden className="size-3.5 shrink-0 text-muted max-sm:hidden rtl:-scale-x-100" />}
              {crumb.href ? (
                <Link className="flex min-h-6 items-center truncate rounded-sm px-1 text-muted hover:text-ink" href={crumb.href}>
                  {crumb.label}
                </Link>
              ) : (
                <span aria-current="page" className="truncate px-1">
                  {crumb.label}
                </span>
              )}
            </li>
          )
        })}
      </ol>
    </nav>
  )
}
