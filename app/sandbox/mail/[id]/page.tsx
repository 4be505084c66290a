import { ArrowLeft } from 'lucide-react'
import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { mailboxPath } from '@/components/layout/routes'
import { MailReader } from '@/components/mail/mail-reader'
import { MailboxShell } from '@/components/mail/mailbox-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { LinkButton } from '@/components/ui/link-button'
import { inWeb } from '@/db/client'
import { isId } from '@/lib/ids'
import { findSandboxMail, isSandbox } from '@/lib/notify/sandbox-mails'

type Props = { params: Promise<{ id: string }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('mailbox')
  return { title: t('title'), robots: { index: false } }
}

/** One mail as it was sent. */
export default async function SandboxMailPage({ params }: Props) {
  const { id } = await params
  if (!isId('mail', id)) notFound()
  const mail = await inWeb({}, async (tx) => ((await isSandbox(tx)) ? findSandboxMail(tx, id) : null))
  if (!mail) notFound()
  const t = await getTranslations('mailbox')
  return (
    <MailboxShell>
      <PageShell
        actions={
          <LinkButton href={mailboxPath()} icon={<ArrowLeft aria-hidden className="rtl:-scale-x-100" />}>
            {t('backToList')}
          </LinkButton>
        }
        title={mail.subject || t('noSubject')}
      >
        <div className="@container">
          <DescriptionList
            items={[
              { term: t('to'), value: <span className="break-all">{mail.recipients.join(', ')}</span> },
              { term: t('from'), value: <span className="break-all">{mail.sender}</span> },
              { term: t('received'), value: <DateTime at={mail.receivedAt} precision="minute" /> },
            ]}
          />
        </div>
        <ClientMessages namespaces={['mailbox']}>
          <MailReader html={mail.html} text={mail.text} />
        </ClientMessages>
      </PageShell>
    </MailboxShell>
  )
}
