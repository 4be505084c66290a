import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { OfflineNotice } from '@/components/layout/offline-notice'
import { SkipLink } from '@/components/layout/skip-link'
import { Wordmark } from '@/components/layout/wordmark'
import { Badge } from '@/components/ui/badge'
import { DeskMenu } from './desk-menu'
import { DeskNavigation } from './desk-navigation'
import { DeskNavigationToggle } from './desk-navigation-toggle'
import type { Section } from './desk-routes'

type Props = {
  operator: { email: string; role: 'admin' | 'support' }
  sections: readonly Section[]
  /** Requests and notices that wait for somebody. */
  waiting: number
  /** A server action. */
  leave: () => Promise<void>
  children: ReactNode
}

/** The frame of the operator's desk. It looks like the customers' and says that it is not. */
export function DeskShell({ operator, sections, waiting, leave, children }: Props) {
  const t = useTranslations('deskShell')
  return (
    <div className="page-root lg:grid lg:grid-cols-[14rem_minmax(0,1fr)]">
      <SkipLink />
      <aside className="sticky top-0 hidden h-dvh flex-col gap-5 overflow-y-auto border-line border-e p-3 lg:flex">
        <div className="flex min-h-8 flex-wrap items-center gap-2 px-2">
          <Wordmark />
          <Badge tone="accent">{t('badge')}</Badge>
        </div>
        <DeskNavigation sections={sections} waiting={waiting} />
      </aside>
      <div className="flex min-h-dvh min-w-0 flex-col">
        <header className="sticky top-0 z-20 flex h-14 shrink-0 items-center gap-2 border-line border-b bg-canvas px-3 sm:px-6 lg:px-8">
          <div className="flex min-w-0 flex-1 items-center gap-2">
            <span className="lg:hidden">
              <DeskNavigationToggle sections={sections} waiting={waiting} />
            </span>
            <span className="lg:hidden">
              <Badge tone="accent">{t('badge')}</Badge>
            </span>
          </div>
          <DeskMenu leave={leave} operator={operator} />
        </header>
        <OfflineNotice />
        <main className="mx-auto w-full max-w-[76rem] flex-1 px-4 py-6 outline-none sm:px-6 sm:py-8 lg:px-8" id="content" tabIndex={-1}>
          {children}
        </main>
      </div>
    </div>
  )
}
