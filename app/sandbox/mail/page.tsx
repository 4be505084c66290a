import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { mailboxPath } from '@/components/layout/routes'
import { MailList } from '@/components/mail/mail-list'
import { MailboxShell } from '@/components/mail/mailbox-shell'
import { Pagination } from '@/components/ui/pagination'
import { inWeb } from '@/db/client'
import { isId } from '@/lib/ids'
import { isSandbox, listSandboxMails } from '@/lib/notify/sandbox-mails'

type Props = { searchParams: Promise<{ before?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('mailbox')
  return { title: t('title'), robots: { index: false } }
}

/** Every mail that was sent, for whoever tries the product out; there is no such page where payments are real. */
export default async function MailboxPage({ searchParams }: Props) {
  const { before = null } = await searchParams
  if (before !== null && (typeof before !== 'string' || !isId('mail', before))) notFound()
  const page = await inWeb({}, async (tx) => ((await isSandbox(tx)) ? listSandboxMails(tx, before) : null))
  if (!page) notFound()
  const t = await getTranslations('mailbox')
  return (
    <MailboxShell>
      <PageShell description={t('description')} title={t('title')}>
        <MailList mails={page.items} />
        <Pagination newer={before ? mailboxPath() : null} older={page.next ? mailboxPath(page.next) : null} />
      </PageShell>
    </MailboxShell>
  )
}
