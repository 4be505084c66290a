import type { ReactNode } from 'react'

type Props = { icon?: ReactNode; title: ReactNode; children?: ReactNode; action?: ReactNode }

/** Nothing here yet: what will be, and the next step. */
export function EmptyState({ icon, title, children, action }: Props) {
  return (
    <div className="flex flex-col items-center gap-1.5 px-5 py-12 text-center">
      {icon && (
        <span aria-hidden className="mb-2 text-muted [&_svg]:size-6 [&_svg]:stroke-[1.5]">
          {icon}
        </span>
      )}
      <p className="font-semibold text-sm">{title}</p>
      {children && <div className="max-w-sm text-balance text-muted text-sm">{children}</div>}
      {action && <div className="mt-3">{action}</div>}
    </div>
  )
}
