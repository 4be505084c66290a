'use client'

import { useMutation } from '@tanstack/react-query'
import { LogOut, MailPlus, UserMinus } from 'lucide-react'
import { useRouter } from 'next/navigation'
import { useLocale, useTranslations } from 'next-intl'
import { type ReactNode, useState } from 'react'
import { changeMemberRoleAction, endMemberSessionsAction, inviteAgainAction, removeMemberAction } from '@/app/actions/team'
import { homePath } from '@/components/layout/routes'
import { AlertDialog } from '@/components/ui/alert-dialog'
import { Button } from '@/components/ui/button'
import { Dialog, DialogBody, DialogContent, DialogDescription, DialogFooter, DialogHeader, DialogTitle } from '@/components/ui/dialog'
import { EmailAddress } from '@/components/ui/email-address'
import { formatDate, formatInstant } from '@/components/ui/format-date'
import { Notice } from '@/components/ui/notice'
import { showToast } from '@/components/ui/toast'
import { can, type Role } from '@/lib/auth/permissions'
import type { SeatPriceView } from '@/lib/billing/views/seats'
import type { TeamMemberView } from '@/lib/billing/views/team'
import { wordTeamRefusal } from './refusals'
import { RoleChoice } from './role-choice'
import { SeatPrice } from './seat-price'

type Props = {
  org: string
  organizationName: string
  viewerRole: Role
  member: TeamMemberView
  isSelf: boolean
  seatPrices: readonly SeatPriceView[]
  onClose: () => void
}

/** All that can be done about one person: their role, their invitation, their place here. What the viewer may not do says why. */
export function MemberDialog({ org, organizationName, viewerRole, member, isSelf, seatPrices, onClose }: Props) {
  const t = useTranslations('team')
  const locale = useLocale()
  const router = useRouter()
  const [role, setRole] = useState<Role>(member.role)
  const [asksToRemove, setAsksToRemove] = useState(false)
  const name = member.name ?? member.email
  const memberId = member.id

  const change = useMutation({
    mutationFn: () => changeMemberRoleAction(org, { memberId, role }),
    onSuccess: (result) => {
      if (!result.ok) return
      void showToast(t('edit.done', { name, role: t(`roles.${role}`) }))
      onClose()
    },
  })
  const again = useMutation({
    mutationFn: () => inviteAgainAction(org, { memberId }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('edit.againDone', { email: member.email }))
    },
  })
  const signOut = useMutation({
    mutationFn: () => endMemberSessionsAction(org, { memberId }),
    onSuccess: (result) => {
      if (result.ok) void showToast(t('edit.signedOut', { name }))
    },
  })
  const remove = useMutation({
    mutationFn: () => removeMemberAction(org, { memberId }),
    onSuccess: (result) => {
      setAsksToRemove(false)
      if (!result.ok) return
      void showToast(t('edit.removed', { name }))
      onClose()
      if (isSelf) router.push(homePath) // This organization is not found for them any more.
    },
    onError: () => setAsksToRemove(false),
  })

  const writes = [change, again, signOut, remove]
  const last = writes.filter((write) => write.submittedAt > 0).sort((a, b) => b.submittedAt - a.submittedAt)[0]
  const refusal = last?.data?.ok === false ? last.data.error : null
  const reason = reasonAgainst(viewerRole, member.role)
  const holdsSeat = seatPrices.some(({ roles }) => roles.includes(member.role))
  const held = reason ? t(`reason.${reason}`) : null
  const keeps = held ?? (member.isLastOwner ? t('reason.lastOwner') : null)

  if (asksToRemove) {
    const joined = member.state.kind === 'joined'
    return (
      <AlertDialog
        confirm={t(isSelf ? 'edit.leave' : 'edit.remove')}
        description={
          isSelf ? t('edit.leaveBody') : joined ? t('edit.removeBody', { name, organization: organizationName }) : t('edit.removeInvitedBody', { name })
        }
        keep={isSelf ? t('edit.stay') : t('edit.keep', { name })}
        onClose={() => setAsksToRemove(false)}
        onConfirm={() => remove.mutate()}
        pending={remove.isPending}
        title={isSelf ? t('edit.leaveTitle', { organization: organizationName }) : t('edit.removeTitle', { name })}
      >
        {holdsSeat && (
          <p className="text-muted text-sm">
            <SeatPrice change="fewer" prices={seatPrices} />
          </p>
        )}
      </AlertDialog>
    )
  }
  return (
    <Dialog locked={writes.some(({ isPending }) => isPending)} onOpenChange={(open) => !open && onClose()}>
      <DialogContent>
        <DialogHeader>
          <DialogTitle>{name}</DialogTitle>
          <DialogDescription>
            <EmailAddress value={member.email} />
          </DialogDescription>
        </DialogHeader>
        <DialogBody>
          {refusal && (
            <Notice live="alert" tone="warning">
              {wordTeamRefusal(t, refusal, { email: member.email, locale })}
            </Notice>
          )}
          {last?.isError && (
            <Notice live="alert" tone="danger">
              {t('fault')}
            </Notice>
          )}
          {member.state.kind !== 'joined' && (
            <Part
              action={
                <Button icon={<MailPlus aria-hidden />} onClick={() => again.mutate()} pending={again.isPending} reason={held} size="sm">
                  {t('edit.again')}
                </Button>
              }
              title={t('edit.invitation')}
            >
              <InvitationState locale={locale} state={member.state} />
            </Part>
          )}
          {keeps ? (
            <Part
              action={
                <Button reason={keeps} size="sm">
                  {t('edit.save')}
                </Button>
              }
              title={t(`roles.${member.role}`)}
            >
              {t(`explain.${member.role}`)}
            </Part>
          ) : (
            <RoleChoice onChange={setRole} value={role} viewerRole={viewerRole} />
          )}
          {member.state.kind === 'joined' && !isSelf && (
            <Part
              action={
                <Button icon={<LogOut aria-hidden />} onClick={() => signOut.mutate()} pending={signOut.isPending} reason={held} size="sm">
                  {t('edit.signOut')}
                </Button>
              }
            >
              {t('edit.signOutHint')}
            </Part>
          )}
          <Part
            action={
              <Button icon={<UserMinus aria-hidden />} onClick={() => setAsksToRemove(true)} reason={keeps} size="sm">
                {t(isSelf ? 'edit.leave' : 'edit.remove')}
              </Button>
            }
          >
            {t(isSelf ? 'edit.leaveHint' : 'edit.removeHint')} {holdsSeat && <SeatPrice change="fewer" prices={seatPrices} />}
          </Part>
        </DialogBody>
        <DialogFooter>
          <Button onClick={onClose} variant="ghost">
            {t('edit.close')}
          </Button>
          {!keeps && (
            <Button
              onClick={() => change.mutate()}
              pending={change.isPending}
              reason={role === member.role && t(isSelf ? 'edit.sameOwnRole' : 'edit.sameRole')}
              variant="primary"
            >
              {t('edit.save')}
            </Button>
          )}
        </DialogFooter>
      </DialogContent>
    </Dialog>
  )
}

/** Why somebody of a role may do nothing about a person of another; null where they may (G84). */
function reasonAgainst(viewerRole: Role, role: Role): 'manage' | 'owners' | null {
  if (!can(viewerRole, 'members:write')) return 'manage'
  return role === 'owner' && !can(viewerRole, 'owners:write') ? 'owners' : null
}

function InvitationState({ state, locale }: { state: TeamMemberView['state']; locale: string }) {
  const t = useTranslations('team')
  if (state.kind !== 'invited') return t('notInvited')
  const sent = { by: state.by, at: formatDate(state.since, locale) }
  return state.isExpired ? t('expiredBy', sent) : t('invitedBy', { ...sent, until: formatInstant(state.expiresAt, locale) })
}

function Part({ title, action, children }: { title?: string; action: ReactNode; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-center justify-between gap-x-6 gap-y-2 rounded-lg border border-line px-4 py-3 text-sm">
      <div className="min-w-48 flex-1">
        {title && <p className="font-medium">{title}</p>}
        <p className="text-muted">{children}</p>
      </div>
      {action}
    </div>
  )
}
