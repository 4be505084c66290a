import type { ReactNode } from 'react'

/** Between one way and the others. */
export function OrLine({ children }: { children: ReactNode }) {
  return (
    <div className="flex items-center gap-3 text-muted text-sm" role="presentation">
      <hr className="flex-1" />
      {children}
      <hr className="flex-1" />
    </div>
  )
}
