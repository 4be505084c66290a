import type { ReactNode } from 'react'
import { SupportLine } from './support-line'
import { Wordmark } from './wordmark'

/** A page that ends here: not found, or a fault. What it means, and one way on. */
export function Stop({ title, children, action }: { title: ReactNode; children: ReactNode; action: ReactNode }) {
  return (
    <main className="page-root flex min-h-dvh flex-col px-4 py-6 sm:px-8" id="content">
      <Wordmark />
      <div className="mx-auto flex w-full max-w-md flex-1 flex-col items-start justify-center gap-6 py-12">
        <div className="flex flex-col gap-2">
          <h1 className="font-semibold text-title">{title}</h1>
          <div className="text-muted">{children}</div>
        </div>
        <div className="flex flex-wrap gap-2">{action}</div>
        <p className="text-muted text-sm empty:hidden">
          <SupportLine stuck />
        </p>
      </div>
    </main>
  )
}
