import { Inbox } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import { notificationsPath } from '@/components/layout/routes'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmailAddress } from '@/components/ui/email-address'
import { EmptyState } from '@/components/ui/empty-state'
import { formatInstant } from '@/components/ui/format-date'
import { LinkButton } from '@/components/ui/link-button'
import type { DeliveryView } from '@/lib/billing/views/notifications-page'
import { wordProblem } from './refusals'
import { ResendButton } from './resend-button'

type Props = { org: string; deliveries: readonly DeliveryView[]; failedOnly: boolean; mayChange: boolean }

/** Every message that was tried: what, to whom, and what became of it, in words. */
export function DeliveryLog({ org, deliveries, failedOnly, mayChange }: Props) {
  const t = useTranslations('notifications')
  const nameOf = ({ kind }: DeliveryView) => (kind === null ? t('kinds.other') : t(`kinds.${kind}`))
  const columns: Column<DeliveryView>[] = [
    { id: 'message', header: t('message'), rowHeader: true, cell: nameOf },
    { id: 'to', header: t('to'), cell: (one) => <Recipient delivery={one} /> },
    {
      id: 'at',
      header: t('at'),
      cell: (one) => (
        <span className="text-muted @xl:whitespace-nowrap">
          <DateTime at={one.at} precision="minute" />
        </span>
      ),
    },
    { id: 'state', header: t('state'), cell: (one) => <State delivery={one} /> },
    {
      id: 'actions',
      header: t('actions'),
      hideHeader: true,
      align: 'end',
      cell: (one) =>
        one.state === 'failed' && one.resend !== 'never' ? (
          <ResendButton
            label={t('resendName', { message: nameOf(one), recipient: one.recipient ?? t('formerChat') })}
            messageId={one.id}
            org={org}
            reason={!mayChange ? t('owners') : one.resend === 'silent' ? t('refusal.channel_silent') : null}
          />
        ) : null,
    },
  ]
  return (
    <Card
      actions={
        <LinkButton href={notificationsPath(org, { failed: !failedOnly })} size="sm" variant="secondary">
          {t(failedOnly ? 'everything' : 'failedOnly')}
        </LinkButton>
      }
      description={t('logHint')}
      flush
      title={t('log')}
    >
      <DataTable
        caption={t('log')}
        columns={columns}
        empty={
          <EmptyState icon={<Inbox />} title={t(failedOnly ? 'noFailed' : 'noLog')}>
            {t(failedOnly ? 'noFailedBody' : 'noLogBody')}
          </EmptyState>
        }
        inset
        rowKey={(one) => one.id}
        rows={deliveries}
      />
    </Card>
  )
}

function Recipient({ delivery: { channel, recipient } }: { delivery: DeliveryView }) {
  const t = useTranslations('notifications')
  return (
    <span className="flex min-w-0 flex-col">
      {channel === 'email' && recipient !== null ? <EmailAddress value={recipient} /> : <bdi className="wrap-anywhere">{recipient ?? t('formerChat')}</bdi>}
      <span className="text-muted">{t(`services.${channel}`)}</span>
    </span>
  )
}

function State({ delivery: { state, problem, nextTryAt, channel } }: { delivery: DeliveryView }) {
  const t = useTranslations('notifications')
  const locale = useLocale()
  if (state === 'sent') return <Status tone="ok">{t('sent')}</Status>
  return (
    <span className="flex max-w-[26rem] flex-col gap-0.5">
      <Status tone={state === 'failed' ? 'danger' : 'info'}>{t(state)}</Status>
      {problem && <span className="wrap-anywhere text-muted">{wordProblem(t, problem, channel)}</span>}
      {nextTryAt && <span className="text-muted">{t('retrying', { at: formatInstant(nextTryAt, locale) })}</span>}
    </span>
  )
}
