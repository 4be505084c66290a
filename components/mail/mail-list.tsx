import { Mail } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { mailPath } from '@/components/layout/routes'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { TextLink } from '@/components/ui/text-link'
import type { SandboxMailView } from '@/lib/notify/sandbox-mails'

export function MailList({ mails }: { mails: readonly SandboxMailView[] }) {
  const t = useTranslations('mailbox')
  const columns: Column<SandboxMailView>[] = [
    {
      id: 'subject',
      header: t('subject'),
      rowHeader: true,
      cell: (mail) => (
        <TextLink className="break-words" href={mailPath(mail.id)}>
          {mail.subject || t('noSubject')}
        </TextLink>
      ),
    },
    { id: 'to', header: t('to'), cell: (mail) => <span className="break-all">{mail.recipients.join(', ')}</span> },
    {
      id: 'received',
      header: t('received'),
      align: 'end',
      cell: (mail) => (
        <span className="text-muted @xl:whitespace-nowrap">
          <DateTime at={mail.receivedAt} precision="minute" />
        </span>
      ),
    },
  ]
  return (
    <Card flush title={t('caption')}>
      <DataTable
        caption={t('caption')}
        columns={columns}
        empty={
          <EmptyState icon={<Mail />} title={t('emptyTitle')}>
            {t('emptyBody')}
          </EmptyState>
        }
        inset
        rowKey={(mail) => mail.id}
        rows={mails}
      />
    </Card>
  )
}
