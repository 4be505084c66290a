import type { Metadata } from 'next'
import { notFound } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { PageShell } from '@/components/layout/page-shell'
import { notificationsPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { ChannelList } from '@/components/notifications/channel-list'
import { DeliveryLog } from '@/components/notifications/delivery-log'
import { MailRoutes } from '@/components/notifications/mail-routes'
import { OwnMail } from '@/components/notifications/own-mail'
import { Card } from '@/components/ui/card'
import { Pagination } from '@/components/ui/pagination'
import { readAs, requireViewer } from '@/lib/auth/session'
import { getNotificationSettings, listDeliveries } from '@/lib/billing/views/notifications-page'
import { isId } from '@/lib/ids'
import { serviceUrl } from '@/lib/notify/chat-target'

type Props = { params: Promise<{ org: string }>; searchParams: Promise<{ before?: string | string[]; show?: string | string[] }> }

const PAGE_LENGTH = 25

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('notifications')
  return { title: t('title') }
}

/** Where messages go, and what became of each. Everybody sees where; owners and admins change it and see the log. */
export default async function NotificationsPage({ params, searchParams }: Props) {
  const { org } = await params
  const { before = null, show } = await searchParams
  const viewer = await requireViewer(org)
  if (before !== null && (typeof before !== 'string' || !isId('msg', before))) notFound()
  const { member, user } = viewer
  const [mayChange, maySeeLog, failed] = [viewer.can('notifications:write'), viewer.can('activity:read'), show === 'failed']
  const { settings, log } = await readAs(viewer, async (tx, id) => ({
    settings: await getNotificationSettings(tx, id, member.id),
    log: maySeeLog ? await listDeliveries(tx, id, { limit: PAGE_LENGTH, before, failed }) : null,
  }))
  const { channels, maximum, topics, extraRecipients } = settings
  const t = await getTranslations('notifications')
  const expected = { slack: serviceUrl('slack').href, discord: serviceUrl('discord').href, telegram: serviceUrl('telegram').href }
  return (
    <PageShell description={t('description')} title={t('title')}>
      <ClientMessages namespaces={['notifications']}>
        <ChannelList
          channels={channels}
          expected={expected}
          maximum={maximum}
          mayChange={mayChange}
          org={org}
          topics={topics.map(({ topic, posted }) => ({ topic, kinds: posted }))}
        />
        <MailRoutes hasExtra={extraRecipients.length > 0} mayChange={mayChange} org={org} topics={topics} />
        {member.role === 'member' ? (
          <Card title={t('own')}>
            <p className="max-w-prose text-muted">{t('ownMember')}</p>
          </Card>
        ) : (
          <OwnMail email={user.email} org={org} role={member.role} topics={topics} />
        )}
        {log ? (
          <DeliveryLog deliveries={log.items} failedOnly={failed} mayChange={mayChange} org={org} />
        ) : (
          <Card title={t('log')}>
            <p className="max-w-prose text-muted">{t('logClosed')}</p>
          </Card>
        )}
      </ClientMessages>
      {log && (
        <Pagination newer={before ? notificationsPath(org, { failed }) : null} older={log.next ? notificationsPath(org, { failed, before: log.next }) : null} />
      )}
    </PageShell>
  )
}
