import { useLocale, useTranslations } from 'next-intl'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { DescriptionList } from '@/components/ui/description-list'
import { EmailAddress } from '@/components/ui/email-address'
import { formatCount } from '@/components/ui/format-count'
import { TextLink } from '@/components/ui/text-link'
import type { Tone } from '@/components/ui/tone'
import { instant } from '@/lib/time'
import type { WorkerHealth } from '@/lib/worker/worker-health'
import { deskOrganizationPath, deskPath } from './desk-routes'

type Props = {
  health: WorkerHealth
  /** ISO 8601. */
  now: string
  /** Null: none is set up, and mail waits. */
  mail: 'server' | 'mailbox' | null
  payments: 'sandbox' | 'test' | 'live'
}

/** A sweep that looks every minute and has not for so long is not running. */
const LATE_MINUTES = 5
/** Whatever is due longer than this waits for somebody. */
const BACKLOG_MINUTES = 10

const minutesSince = (now: string, then: string | null) => (then === null ? null : instant(now).since(instant(then)).total('minutes'))

export function Health({ health, now, mail, payments }: Props) {
  const t = useTranslations('desk.health')
  const lastSeen =
    health.sweeps
      .filter(({ isFrequent }) => isFrequent)
      .flatMap(({ lastDoneAt }) => lastDoneAt ?? [])
      .sort()
      .at(-1) ?? null
  const idle = minutesSince(now, lastSeen)
  const runs = idle !== null && idle < LATE_MINUTES
  const { due, webhooks } = health
  return (
    <>
      <Card actions={<Status tone={runs ? 'ok' : 'danger'}>{t(runs ? 'runs' : 'stands')}</Status>} description={t('workerHint')} flush title={t('worker')}>
        <DataTable
          caption={t('worker')}
          columns={[
            { id: 'kind', header: t('work'), rowHeader: true, cell: (row) => t(`kind.${row.kind}`) },
            { id: 'done', header: t('lastDone'), cell: (row) => <At at={row.lastDoneAt} none={t(row.isFrequent ? 'notThisHour' : 'nightly')} /> },
            { id: 'failed', header: t('lastFailed'), cell: (row) => <At at={row.lastFailedAt} none={t('never')} /> },
            { id: 'waiting', header: t('waitingSince'), cell: (row) => <At at={row.waitingSince} none={t('nothing')} /> },
          ]}
          inset
          rowKey={(row) => row.kind}
          rows={health.sweeps}
        />
      </Card>
      <div className="grid items-start gap-6 xl:grid-cols-2">
        <Card description={t('dueHint')} title={t('due')}>
          <DescriptionList
            items={[
              { term: t('renewals'), value: <Backlog now={now} {...due.renewals} /> },
              { term: t('payments'), value: <Backlog now={now} {...due.payments} /> },
              { term: t('messages'), value: <Backlog now={now} {...due.messages} /> },
              {
                term: t('setAside'),
                value:
                  health.setAside === 0 ? (
                    <Status tone="ok">{t('none')}</Status>
                  ) : (
                    <TextLink href={deskPath('requests')}>{t('setAsideCount', { count: health.setAside })}</TextLink>
                  ),
              },
            ]}
          />
        </Card>
        <Card title={t('provider')}>
          <DescriptionList
            items={[
              { term: t('mode'), value: t(`paymentsMode.${payments}`) },
              { term: t('lastHeard'), value: <At at={webhooks.lastReceivedAt} none={t('never')} /> },
              { term: t('pending'), value: <Backlog count={webhooks.pending} now={now} oldest={webhooks.oldestPendingAt} /> },
            ]}
          />
        </Card>
      </div>
      <Mail failed={health.failedMail} mail={mail} />
    </>
  )
}

function At({ at, none }: { at: string | null; none: string }) {
  return at ? <DateTime at={at} precision="minute" /> : <span className="text-muted">{none}</span>
}

function Backlog({ count, oldest, now }: { count: number; oldest: string | null; now: string }) {
  const t = useTranslations('desk.health')
  const locale = useLocale()
  if (count === 0 || oldest === null) return <Status tone="ok">{t('none')}</Status>
  const late = (minutesSince(now, oldest) ?? 0) > BACKLOG_MINUTES
  return (
    <span className="flex flex-wrap items-baseline gap-x-2">
      <Status tone={late ? 'warning' : 'info'}>{t('backlog', { count: formatCount(count, locale) })}</Status>
      <span className="text-muted">{t.rich('oldest', { at: () => <DateTime at={oldest} precision="minute" /> })}</span>
    </span>
  )
}

function Mail({ mail, failed }: Pick<Props, 'mail'> & { failed: WorkerHealth['failedMail'] }) {
  const t = useTranslations('desk.health')
  const tone: Tone = mail === null ? 'warning' : failed.length > 0 ? 'warning' : 'ok'
  return (
    <Card
      actions={<Status tone={tone}>{t(mail === null ? 'mailNone' : `mailBy.${mail}`)}</Status>}
      description={t(mail === null ? 'mailNoneHint' : 'mailHint')}
      flush
      title={t('mail')}
    >
      <DataTable
        caption={t('failedMail')}
        columns={[
          { id: 'kind', header: t('message'), rowHeader: true, cell: (row) => <span className="font-mono text-[0.8125rem]">{row.kind}</span> },
          {
            id: 'organization',
            header: t('organization'),
            cell: (row) => <TextLink href={deskOrganizationPath(row.organization.id, 'messages')}>{row.organization.name}</TextLink>,
          },
          { id: 'to', header: t('to'), cell: (row) => <EmailAddress value={row.recipient} /> },
          { id: 'error', header: t('error'), cell: (row) => <span className="wrap-anywhere">{row.error}</span> },
        ]}
        empty={<p className="px-5 py-4 text-muted text-sm sm:px-6">{t('noFailedMail')}</p>}
        inset
        rowKey={(row) => row.id}
        rows={failed}
      />
    </Card>
  )
}
