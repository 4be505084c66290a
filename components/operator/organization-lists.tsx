import { CreditCard, Mail, ReceiptText, Users } from 'lucide-react'
import { useTranslations } from 'next-intl'
import { State } from '@/components/invoices/invoice-table'
import { Status } from '@/components/ui/badge'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DataTable } from '@/components/ui/data-table'
import { DateTime } from '@/components/ui/date-time'
import { EmailAddress } from '@/components/ui/email-address'
import { EmptyState } from '@/components/ui/empty-state'
import { Money } from '@/components/ui/money'
import { TextLink } from '@/components/ui/text-link'
import type { Tone } from '@/components/ui/tone'
import type { DeskPayment } from '@/lib/billing/views/desk-organization'
import type { DocumentView } from '@/lib/billing/views/documents'
import type { MemberView } from '@/lib/billing/views/members'
import type { NotificationView } from '@/lib/billing/views/notifications'
import { deskInvoicePath } from './desk-routes'
import { Visit } from './visit'

type Rows<Row> = { organization: string; rows: readonly Row[] }

export function DeskInvoices({ organization, rows }: Rows<DocumentView>) {
  const t = useTranslations('desk.organization')
  const invoices = useTranslations('invoices')
  return (
    <Card flush title={t('section.invoices')}>
      <DataTable
        caption={t('section.invoices')}
        columns={[
          {
            id: 'number',
            header: invoices('column.number'),
            rowHeader: true,
            cell: (row) => <TextLink href={deskInvoicePath(organization, row.id)}>{row.number}</TextLink>,
          },
          { id: 'issued', header: invoices('column.issued'), cell: (row) => <DateTime at={row.issuedAt.toString()} /> },
          { id: 'kind', header: invoices('column.kind'), cell: (row) => invoices(`kind.${row.kind}`) },
          { id: 'status', header: invoices('column.status'), cell: (row) => <State document={row} /> },
          { id: 'paid', header: t('paid'), align: 'end', cell: (row) => <Money amount={row.amountPaid} currency={row.currency} /> },
          { id: 'refunded', header: t('refunded'), align: 'end', cell: (row) => <Money amount={row.amountRefunded} currency={row.currency} /> },
          { id: 'total', header: invoices('column.amount'), align: 'end', aside: true, cell: (row) => <Money amount={row.total} currency={row.currency} /> },
        ]}
        empty={<EmptyState icon={<ReceiptText />} title={t('noInvoices')} />}
        inset
        rowKey={(row) => row.id}
        rows={rows}
      />
    </Card>
  )
}

const PAYMENT_TONES: Record<DeskPayment['state'], Tone> = {
  created: 'info',
  open: 'info',
  in_flight: 'info',
  needs_customer: 'warning',
  refused: 'danger',
  collected: 'ok',
  abandoned: 'neutral',
  disputed: 'danger',
}

export function DeskPayments({ organization, rows }: Rows<DeskPayment>) {
  const t = useTranslations('desk.organization')
  return (
    <Card flush title={t('section.payments')}>
      <DataTable
        caption={t('section.payments')}
        columns={[
          {
            id: 'invoice',
            header: t('payment.invoice'),
            rowHeader: true,
            cell: (row) => <TextLink href={deskInvoicePath(organization, row.documentId)}>{row.number}</TextLink>,
          },
          { id: 'at', header: t('payment.at'), cell: (row) => <DateTime at={row.createdAt} /> },
          {
            id: 'state',
            header: t('payment.state'),
            cell: (row) => (
              <span className="flex flex-col items-end gap-0.5 @xl:items-start">
                <Status tone={PAYMENT_TONES[row.state]}>{t(row.isLost ? 'payment.lost' : `payment.states.${row.state}`)}</Status>
                {row.reason && <span className="text-muted text-xs">{row.reason}</span>}
              </span>
            ),
          },
          { id: 'attempts', header: t('payment.attempts'), align: 'end', cell: (row) => row.attempts },
          {
            id: 'reference',
            header: t('payment.reference'),
            cell: (row) =>
              row.bankReference ??
              (row.providerRef ? <ShortId label={t('payment.reference')} value={row.providerRef} /> : <span className="text-muted">{t('none')}</span>),
          },
          { id: 'amount', header: t('payment.amount'), align: 'end', aside: true, cell: (row) => <Money amount={row.amount} currency={row.currency} /> },
        ]}
        empty={<EmptyState icon={<CreditCard />} title={t('noPayments')} />}
        inset
        rowKey={(row) => row.id}
        rows={rows}
      />
    </Card>
  )
}

export function DeskMembers({ organization, rows }: Rows<MemberView>) {
  const t = useTranslations('desk.organization')
  const team = useTranslations('team')
  return (
    <Card flush title={t('section.members')}>
      <DataTable
        caption={t('section.members')}
        columns={[
          {
            id: 'person',
            header: team('person'),
            rowHeader: true,
            cell: (row) => (
              <span className="flex flex-col">
                <span>{row.name ?? <EmailAddress value={row.email} />}</span>
                {row.name && (
                  <span className="font-normal text-muted">
                    <EmailAddress value={row.email} />
                  </span>
                )}
              </span>
            ),
          },
          { id: 'role', header: team('role'), cell: (row) => team(`roles.${row.role}`) },
          {
            id: 'state',
            header: team('state'),
            cell: (row) =>
              row.joinedAt
                ? t.rich('joined', { at: () => <DateTime at={row.joinedAt?.toString() ?? ''} /> })
                : t.rich(row.invitation ? 'invited' : 'added', { at: () => <DateTime at={(row.invitation?.sentAt ?? row.addedAt).toString()} /> }),
          },
          { id: 'id', header: t('memberId'), cell: (row) => <ShortId label={t('memberId')} value={row.id} /> },
          {
            id: 'visit',
            header: t('visit'),
            hideHeader: true,
            align: 'end',
            cell: (row) => <Visit member={row.id} name={row.name ?? row.email} organization={organization} />,
          },
        ]}
        empty={<EmptyState icon={<Users />} title={t('noMembers')} />}
        inset
        rowKey={(row) => row.id}
        rows={rows}
      />
    </Card>
  )
}

const MESSAGE_TONES: Record<NotificationView['state'], Tone> = { queued: 'info', sent: 'ok', failed: 'danger' }

export function DeskMessages({ rows }: { rows: readonly NotificationView[] }) {
  const t = useTranslations('desk.organization')
  return (
    <Card flush title={t('section.messages')}>
      <DataTable
        caption={t('section.messages')}
        columns={[
          { id: 'kind', header: t('message.kind'), rowHeader: true, cell: (row) => <span className="font-mono text-[0.8125rem]">{row.kind}</span> },
          { id: 'to', header: t('message.to'), cell: (row) => <EmailAddress value={row.recipient} /> },
          { id: 'at', header: t('message.at'), cell: (row) => <DateTime at={row.at.toString()} precision="minute" /> },
          {
            id: 'state',
            header: t('message.state'),
            cell: (row) => (
              <span className="flex flex-col items-end gap-0.5 @xl:items-start">
                <Status tone={MESSAGE_TONES[row.state]}>{t(`message.states.${row.state}`)}</Status>
                {row.error && <span className="wrap-anywhere text-muted text-xs">{row.error}</span>}
              </span>
            ),
          },
          { id: 'tries', header: t('message.tries'), align: 'end', cell: (row) => row.tries },
        ]}
        empty={<EmptyState icon={<Mail />} title={t('noMessages')} />}
        inset
        rowKey={(row) => row.id}
        rows={rows}
      />
    </Card>
  )
}

/** Its beginning tells rows apart; all of it is copied. Beside so many columns it has no room for more. */
function ShortId({ label, value }: { label: string; value: string }) {
  return (
    <span className="flex @xl:max-w-28 min-w-0 justify-end @xl:justify-start">
      <Copyable label={label} value={value} />
    </span>
  )
}
