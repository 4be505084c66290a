'use client'

import clsx from 'clsx'
import { useTranslations } from 'next-intl'
import { useBrand } from './brand-context'

/** The mark is a vessel with room above what fills it. */
export function Mark({ className = 'size-5' }: { className?: string }) {
  return (
    <svg aria-hidden className={className} fill="none" viewBox="0 0 20 20">
      <rect height="16.5" rx="4.25" stroke="currentColor" strokeWidth="1.5" width="16.5" x="1.75" y="1.75" />
      <path d="M4.5 11h11v2.5a2 2 0 0 1-2 2h-7a2 2 0 0 1-2-2z" fill="var(--accent)" />
    </svg>
  )
}

/** Whose dashboard this is: the operator's logo, or its name. */
export function Wordmark() {
  const t = useTranslations('shell')
  const { name, logo } = useBrand()
  if (logo) return <Logo {...logo} name={name} />
  return (
    <span className="inline-flex min-w-0 items-center gap-2 font-semibold text-sm tracking-tight">
      {name === t('productName') && <Mark className="size-5 shrink-0" />}
      <span className="truncate">{name}</span>
    </span>
  )
}

/** One that is made for light pages stands on a light ground in the dark theme. */
function Logo({ light, dark, name }: { light: string; dark: string | null; name: string }) {
  if (!dark) return <Picture className="dark:h-8 dark:rounded-md dark:bg-white dark:p-1" name={name} source={light} />
  return (
    <>
      <Picture className="dark:hidden" name={name} source={light} />
      <Picture className="hidden dark:block" name={name} source={dark} />
    </>
  )
}

function Picture({ name, source, className }: { name: string; source: string; className: string }) {
  // biome-ignore lint/performance/noImgElement: a small file that is served as it is, of a size that nobody has told us; next/image asks for it, and brings a script.
  return <img alt={name} className={clsx('h-7 w-auto max-w-44 object-contain object-left rtl:object-right', className)} src={source} />
}
