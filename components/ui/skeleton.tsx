import clsx from 'clsx'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'

/** Keeps the place of something that is on its way; give it that thing's size: `className="h-5 w-32"`. */
export function Skeleton({ className }: { className?: string | undefined }) {
  return <span aria-hidden className={clsx('block animate-breathe rounded-sm bg-pressed', className)} />
}

/** Says once, for those who hear the page, that its skeletons are loading. */
export function SkeletonGroup({ children, className }: { children: ReactNode; className?: string | undefined }) {
  const t = useTranslations('ui')
  return (
    <div aria-busy className={className} role="status">
      <span className="sr-only">{t('loading')}</span>
      {children}
    </div>
  )
}
