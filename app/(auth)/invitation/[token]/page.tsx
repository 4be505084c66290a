import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { acceptInvitationAction } from '@/app/actions/account'
import { Entrance } from '@/components/auth/entrance'
import { InvitationForm, type NewAccount } from '@/components/auth/invitation-form'
import { InvitationProblem, type InvitationRefusal } from '@/components/auth/invitation-problem'
import { ClientMessages } from '@/components/messages/client-messages'
import { inWeb } from '@/db/client'
import { hashInvitationToken } from '@/lib/auth/invitation-token'
import { PASSWORD_MIN } from '@/lib/auth/password'
import { getOwnAccount } from '@/lib/auth/session'
import type { Account } from '@/lib/auth/sign-in'
import { findInvitation, type InvitationView } from '@/lib/billing/views/invitation'
import { systemClock } from '@/lib/time'

type Props = { params: Promise<{ token: string }> }

/** The address is the secret, so no other site is told it. */
export const metadata: Metadata = { referrer: 'no-referrer', robots: { index: false } }

export default async function InvitationPage({ params }: Props) {
  const { token } = await params
  const invitation = await inWeb({}, (tx) => findInvitation(tx, hashInvitationToken(token), systemClock.now()))
  const t = await getTranslations('auth.invitation')
  const roles = await getTranslations('auth.roles')
  if (!invitation) {
    return (
      <Entrance title={t('unknownTitle')}>
        <InvitationProblem refusal={{ code: 'invitation_unknown' }} />
      </Entrance>
    )
  }

  async function accept(account: NewAccount | null) {
    'use server'
    return acceptInvitationAction({ token, account })
  }

  const account = await getOwnAccount()
  const problem = problemOf(invitation, account)
  return (
    <ClientMessages namespaces={['auth']}>
      <Entrance
        lead={t('lead', { inviter: invitation.invitedBy, role: roles(invitation.role) })}
        title={t('title', { organization: invitation.organizationName })}
      >
        {problem ? (
          <InvitationProblem next={`/invitation/${token}`} refusal={problem} />
        ) : (
          <InvitationForm
            accept={accept}
            email={invitation.email}
            expiresAt={invitation.expiresAt.toString()}
            name={invitation.name}
            needsAccount={!account}
            organization={invitation.organizationName}
            passwordMinimum={PASSWORD_MIN}
          />
        )}
      </Entrance>
    </ClientMessages>
  )
}

/** What the command would refuse, told before anything is filled in. */
function problemOf(invitation: InvitationView, account: Account | null): InvitationRefusal | null {
  if (invitation.state === 'used') return { code: 'invitation_used' }
  if (invitation.state === 'expired') return { code: 'invitation_expired', expiredAt: invitation.expiresAt.toString() }
  if (account && account.id !== invitation.userId) return { code: 'wrong_account', email: invitation.email }
  if (!account && invitation.canSignIn) return { code: 'sign_in_required', email: invitation.email }
  return null
}
