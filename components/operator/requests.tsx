import { CircleCheck } from 'lucide-react'
import { useLocale, useTranslations } from 'next-intl'
import type { ReactNode } from 'react'
import { markPaidAction } from '@/app/actions/operator/money'
import { decideLimitRequestAction, resolveNoticeAction, tryRenewalAgainAction } from '@/app/actions/operator/requests'
import { Card } from '@/components/ui/card'
import { Copyable } from '@/components/ui/copyable'
import { DateTime } from '@/components/ui/date-time'
import { EmptyState } from '@/components/ui/empty-state'
import { formatCount } from '@/components/ui/format-count'
import { TextLink } from '@/components/ui/text-link'
import type { DeskNotice, DeskRequests, SetAside, WaitingLimit, WaitingTransfer } from '@/lib/billing/views/desk-requests'
import { formatMoney } from '@/lib/money'
import { ActionForm } from './action-form'
import { useAdminOnly } from './admin-only'
import { deskInvoicePath, deskOrganizationPath } from './desk-routes'

type Props = { requests: DeskRequests; isAdmin: boolean }

/** Everything that waits for somebody, the oldest first in each kind. */
export function Requests({ requests, isAdmin }: Props) {
  const t = useTranslations('desk.requests')
  const { limits, transfers, notices, setAside, resolved } = requests
  const isEmpty = limits.length + transfers.length + notices.length + setAside.length === 0
  return (
    <>
      {isEmpty && (
        <Card title={t('open')}>
          <EmptyState icon={<CircleCheck />} title={t('emptyTitle')}>
            {t('emptyBody')}
          </EmptyState>
        </Card>
      )}
      <Queue items={setAside} render={(one) => <SetAsideItem isAdmin={isAdmin} key={one.id} one={one} />} title={t('setAside')} />
      <Queue items={notices} render={(one) => <NoticeItem isAdmin={isAdmin} key={one.id} notice={one} />} title={t('notices')} />
      <Queue items={limits} render={(one) => <LimitItem isAdmin={isAdmin} key={one.id} request={one} />} title={t('limits')} />
      <Queue items={transfers} render={(one) => <TransferItem isAdmin={isAdmin} key={one.id} transfer={one} />} title={t('transfers')} />
      <Queue items={resolved} render={(one) => <ResolvedItem key={one.id} notice={one} />} title={t('resolved')} />
    </>
  )
}

function Queue<One>({ title, items, render }: { title: string; items: readonly One[]; render: (one: One) => ReactNode }) {
  if (items.length === 0) return null
  return (
    <Card flush title={title}>
      <ul className="divide-y divide-line">{items.map(render)}</ul>
    </Card>
  )
}

type ItemProps = { organization: DeskNotice['organization']; at: string; title: ReactNode; children?: ReactNode; form?: ReactNode }

/** What it is and whose at the start, what to do about it at the end; one under the other where there is no room. */
function Item({ organization, at, title, children, form }: ItemProps) {
  const t = useTranslations('desk.requests')
  return (
    <li className="@container px-5 py-5 sm:px-6">
      <div className="grid @3xl:grid-cols-[minmax(0,1fr)_minmax(0,22rem)] gap-x-10 gap-y-5">
        <div className="flex min-w-0 flex-col gap-1 text-sm">
          <h3 className="break-words font-semibold">{title}</h3>
          <p className="flex flex-wrap gap-x-3 text-muted">
            {organization ? <TextLink href={deskOrganizationPath(organization.id)}>{organization.name}</TextLink> : <span>{t('installation')}</span>}
            <DateTime at={at} precision="minute" />
          </p>
          {children && <div className="mt-1 flex flex-col gap-1">{children}</div>}
        </div>
        {form}
      </div>
    </li>
  )
}

function LimitItem({ request, isAdmin }: { request: WaitingLimit; isAdmin: boolean }) {
  const t = useTranslations('desk.requests')
  const form = useTranslations('deskForm')
  const locale = useLocale()
  const reason = useAdminOnly({ isAdmin })
  return (
    <Item
      at={request.askedAt}
      form={
        <ActionForm
          about={{ organizationId: request.organization.id, limitRequestId: request.id }}
          action={decideLimitRequestAction}
          done={t('decided')}
          fields={[
            {
              kind: 'choice',
              name: 'decision',
              label: t('decision'),
              options: [
                { value: 'approved', label: t('approve') },
                { value: 'declined', label: t('decline') },
              ],
            },
            { kind: 'area', name: 'reason', label: form('reason'), hint: form('reasonHint') },
          ]}
          reason={reason}
          submit={t('decide')}
        />
      }
      organization={request.organization}
      title={t('limitTitle', { limit: formatCount(request.hardLimit, locale), product: request.product })}
    >
      <blockquote className="whitespace-pre-line break-words border-line border-s-2 ps-3">{request.useCase}</blockquote>
    </Item>
  )
}

function TransferItem({ transfer, isAdmin }: { transfer: WaitingTransfer; isAdmin: boolean }) {
  const t = useTranslations('desk.requests')
  const repair = useTranslations('desk.repair')
  const locale = useLocale()
  const reason = useAdminOnly({ isAdmin })
  const amount = formatMoney(transfer.amountDue, transfer.currency, locale)
  return (
    <Item
      at={transfer.issuedAt}
      form={
        <ActionForm
          about={{ organizationId: transfer.organization.id, documentId: transfer.id }}
          action={markPaidAction}
          done={repair('markPaidDone')}
          fields={[{ kind: 'text', name: 'reference', label: repair('reference'), hint: repair('referenceHint'), maxLength: 140 }]}
          reason={reason}
          submit={repair('markPaidSubmit', { amount })}
        />
      }
      organization={transfer.organization}
      title={t('transferTitle', { number: transfer.number, amount })}
    >
      <p>
        {t('transferBody')} <TextLink href={deskInvoicePath(transfer.organization.id, transfer.id)}>{t('openInvoice')}</TextLink>
      </p>
    </Item>
  )
}

function NoticeItem({ notice, isAdmin }: { notice: DeskNotice; isAdmin: boolean }) {
  const t = useTranslations('desk.requests')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Item
      at={notice.at}
      form={
        <ActionForm
          about={{ noticeId: notice.id }}
          action={resolveNoticeAction}
          done={t('noticeResolved')}
          fields={[{ kind: 'area', name: 'reason', label: t('resolution'), hint: t('resolutionHint') }]}
          reason={reason}
          submit={t('resolve')}
        />
      }
      organization={notice.organization}
      title={<NoticeTitle notice={notice} />}
    >
      <p>{t(`what.${notice.kind}`)}</p>
      <NoticeFacts notice={notice} />
    </Item>
  )
}

function NoticeTitle({ notice }: { notice: DeskNotice }) {
  const t = useTranslations('desk.requests')
  const locale = useLocale()
  const amount = notice.money ? formatMoney(notice.money.amount, notice.money.currency, locale) : ''
  return t(`kind.${notice.kind}`, { amount, target: notice.target ?? '' })
}

function NoticeFacts({ notice }: { notice: DeskNotice }) {
  const t = useTranslations('desk.requests')
  return (
    <span className="flex flex-wrap gap-x-4 gap-y-1">
      {notice.organization && notice.documentId && <TextLink href={deskInvoicePath(notice.organization.id, notice.documentId)}>{t('openInvoice')}</TextLink>}
      {notice.detail && <Copyable label={t('detail')} value={notice.detail} />}
    </span>
  )
}

function ResolvedItem({ notice }: { notice: DeskNotice }) {
  const t = useTranslations('desk.requests')
  return (
    <Item at={notice.resolved?.at ?? notice.at} organization={notice.organization} title={<NoticeTitle notice={notice} />}>
      <p className="break-words">{t('resolvedHow', { by: notice.resolved?.by ?? '', how: notice.resolved?.how ?? '' })}</p>
    </Item>
  )
}

function SetAsideItem({ one, isAdmin }: { one: SetAside; isAdmin: boolean }) {
  const t = useTranslations('desk.requests')
  const reason = useAdminOnly({ isAdmin })
  return (
    <Item
      at={one.since}
      form={
        <ActionForm
          about={{ organizationId: one.organization.id, subscriptionId: one.id }}
          action={tryRenewalAgainAction}
          done={t('tryAgainDone')}
          fields={[]}
          reason={reason}
          submit={t('tryAgain')}
        />
      }
      organization={one.organization}
      title={t('setAsideTitle', { product: one.product })}
    >
      <p>{t('setAsideBody')}</p>
      <code className="wrap-anywhere rounded-md bg-sunken px-2 py-1 font-mono text-[0.8125rem]">{one.error}</code>
      <Copyable label={t('subscription')} value={one.id} />
    </Item>
  )
}
