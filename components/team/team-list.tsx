'use client'

import { SearchX, UserPlus } from 'lucide-react'
import dynamic from 'next/dynamic'
import { useLocale, useTranslations } from 'next-intl'
import { useState } from 'react'
import { Badge, Status } from '@/components/ui/badge'
import { Button } from '@/components/ui/button'
import { Card } from '@/components/ui/card'
import { type Column, DataTable } from '@/components/ui/data-table'
import { EmailAddress } from '@/components/ui/email-address'
import { EmptyState } from '@/components/ui/empty-state'
import { formatDate } from '@/components/ui/format-date'
import { can, type Role } from '@/lib/auth/permissions'
import type { SeatPriceView } from '@/lib/billing/views/seats'
import type { TeamMemberView } from '@/lib/billing/views/team'
import { SeatPrice } from './seat-price'

// A dialog's library is heavier than the page that it stands on.
const InviteDialog = dynamic(() => import('./invite-dialog').then((module) => module.InviteDialog))
const MemberDialog = dynamic(() => import('./member-dialog').then((module) => module.MemberDialog))

type Props = {
  org: string
  organizationName: string
  viewer: { memberId: TeamMemberView['id']; role: Role }
  members: readonly TeamMemberView[]
  /** Of the whole team: there may be more pages. */
  size: number
  /** What was looked for; empty where nothing was. */
  query: string
  /** Where a plan is paid by the seat. */
  seatPrices: readonly SeatPriceView[]
}

/** Who belongs and who is invited; a person's button opens all that can be done about them. */
export function TeamList({ org, organizationName, viewer, members, size, query, seatPrices }: Props) {
  const t = useTranslations('team')
  const locale = useLocale()
  const [open, setOpen] = useState<'invite' | TeamMemberView['id'] | null>(null)
  const managed = members.find(({ id }) => id === open)
  const caption = query ? t('find.found', { query }) : t('caption', { count: size })
  const mayManage = can(viewer.role, 'members:write')

  const columns: Column<TeamMemberView>[] = [
    {
      id: 'person',
      header: t('person'),
      rowHeader: true,
      cell: (member) => (
        <span className="inline-flex min-w-0 flex-col">
          <span className="wrap-anywhere">
            {member.name === null ? <EmailAddress value={member.email} /> : <bdi>{member.name}</bdi>}{' '}
            {member.id === viewer.memberId && <Badge tone="accent">{t('you')}</Badge>}
          </span>
          {member.name && (
            <span className="font-normal text-muted">
              <EmailAddress value={member.email} />
            </span>
          )}
        </span>
      ),
    },
    { id: 'role', header: t('role'), cell: (member) => t(`roles.${member.role}`) },
    { id: 'state', header: t('state'), cell: (member) => <State locale={locale} state={member.state} /> },
    {
      id: 'actions',
      header: t('actions'),
      hideHeader: true,
      align: 'end',
      aside: true,
      cell: (member) => (
        <Button aria-label={t('manageName', { name: member.name ?? member.email })} onClick={() => setOpen(member.id)} size="sm">
          {t('manage')}
        </Button>
      ),
    },
  ]
  return (
    <Card
      actions={
        <Button icon={<UserPlus aria-hidden />} onClick={() => setOpen('invite')} reason={!mayManage && t('cannotInvite')} variant="primary">
          {t('invite')}
        </Button>
      }
      description={seatPrices.length > 0 && <SeatPrice change="more" prices={seatPrices} />}
      flush
      title={caption}
    >
      <DataTable
        caption={caption}
        columns={columns}
        empty={
          <EmptyState icon={<SearchX />} title={t('find.nobodyTitle')}>
            {t('find.nobodyBody')}
          </EmptyState>
        }
        inset
        rowKey={(member) => member.id}
        rows={members}
      />
      {open === 'invite' && <InviteDialog onClose={() => setOpen(null)} org={org} seatPrices={seatPrices} viewerRole={viewer.role} />}
      {managed && (
        <MemberDialog
          isSelf={managed.id === viewer.memberId}
          member={managed}
          onClose={() => setOpen(null)}
          org={org}
          organizationName={organizationName}
          seatPrices={seatPrices}
          viewerRole={viewer.role}
        />
      )}
    </Card>
  )
}

function State({ state, locale }: { state: TeamMemberView['state']; locale: string }) {
  const t = useTranslations('team')
  const at = formatDate(state.since, locale)
  switch (state.kind) {
    case 'joined':
      return <Status tone="ok">{t('joined', { at })}</Status>
    case 'added':
      return <Status tone="neutral">{t('added', { at })}</Status>
    case 'invited':
      return state.isExpired ? (
        <Status tone="warning">{t('expired', { at: formatDate(state.expiresAt, locale) })}</Status>
      ) : (
        <Status tone="info">{t('invited', { at })}</Status>
      )
  }
}
