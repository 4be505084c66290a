import type { ReactNode } from 'react'
import { LanguageMenu } from '@/components/layout/language-choice'
import { SkipLink } from '@/components/layout/skip-link'
import { SupportLine } from '@/components/layout/support-line'
import { Wordmark } from '@/components/layout/wordmark'

type Props = { title: ReactNode; lead?: ReactNode; children?: ReactNode; footer?: ReactNode }

/** The frame of pages for those who are not in yet: signing in, an invitation. One column, nothing beside it. */
export function Entrance({ title, lead, children, footer }: Props) {
  return (
    <div className="page-root flex min-h-dvh flex-col px-4 py-6 sm:px-8">
      <SkipLink />
      <header className="flex items-center justify-between gap-4">
        <Wordmark />
        <LanguageMenu />
      </header>
      <main className="mx-auto flex w-full max-w-sm flex-1 flex-col justify-center py-10 outline-none sm:max-w-md" id="content" tabIndex={-1}>
        {/* On a desk a sheet of its own; on a phone the page is the sheet. What is filled in is as tall as what is pressed. */}
        <div className="flex flex-col gap-7 sm:rounded-xl sm:border sm:border-line sm:bg-surface sm:p-8 sm:shadow-control [&_input]:min-h-11">
          <div className="flex flex-col gap-1.5">
            <h1 className="break-words font-semibold text-title">{title}</h1>
            {lead && <p className="break-words text-muted">{lead}</p>}
          </div>
          {children}
          {footer && <div className="border-line border-t pt-5 text-muted text-sm">{footer}</div>}
        </div>
      </main>
      <footer className="mx-auto w-full max-w-sm text-muted text-sm empty:hidden sm:max-w-md sm:text-center">
        <SupportLine stuck />
      </footer>
    </div>
  )
}
