import clsx from 'clsx'
import type { ReactNode } from 'react'

type Props = { label: ReactNode; value: ReactNode; detail?: ReactNode; size?: 'md' | 'lg'; className?: string | undefined }

/** The number that a card is about, with its name above and what it means below. */
export function Figure({ label, value, detail, size = 'md', className }: Props) {
  return (
    <div className={clsx('flex min-w-0 flex-col gap-0.5', className)}>
      <span className="text-muted text-sm">{label}</span>
      <span className={clsx('figures break-words font-semibold', size === 'lg' ? 'text-figure sm:text-figure-lg' : 'text-title sm:text-figure')}>{value}</span>
      {detail && <span className="text-muted text-sm">{detail}</span>}
    </div>
  )
}
