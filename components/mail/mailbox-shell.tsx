import { ArrowLeft } from 'lucide-react'
import { useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { homePath } from '@/components/layout/routes'
import { SkipLink } from '@/components/layout/skip-link'
import { Wordmark } from '@/components/layout/wordmark'
import { Badge } from '@/components/ui/badge'
import { LinkButton } from '@/components/ui/link-button'

/** The frame of the mailbox, which belongs to the installation and to no organization. */
export function MailboxShell({ children }: { children: ReactNode }) {
  const t = useTranslations('mailbox')
  return (
    <div className="page-root flex min-h-dvh flex-col">
      <SkipLink />
      <header className="sticky top-0 z-20 flex h-14 shrink-0 items-center gap-3 border-line border-b bg-canvas px-4 sm:px-6 lg:px-8">
        <Wordmark />
        <Badge tone="info">{t('badge')}</Badge>
        <span className="ms-auto">
          <LinkButton href={homePath} icon={<ArrowLeft aria-hidden className="rtl:-scale-x-100" />} size="sm" variant="ghost">
            <span className="max-sm:sr-only">{t('back')}</span>
          </LinkButton>
        </span>
      </header>
      <main className="mx-auto w-full max-w-[64rem] flex-1 px-4 py-6 outline-none sm:px-6 sm:py-10 lg:px-8" id="content" tabIndex={-1}>
        {children}
      </main>
    </div>
  )
}
