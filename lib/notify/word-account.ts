import { openInvitationToken } from '../auth/invitation-token'
import { publicUrl } from '../auth/public-url'
import type { MessagePayload } from '../billing/message-payloads'
import type { Worded } from './mail'
import { pageOf, type Scene } from './scene'

// To one person as themselves: most hold a link that is good once.

export function wordInvitation(payload: MessagePayload<'invitation'>, { t, figures }: Scene): Worded {
  const { organizationName: organization, invitedBy: inviter } = payload
  const isNamed = inviter !== organization // The operator's back end invites in the organization's own name.
  const role = t(`account.roles.${payload.role}`)
  return {
    subject: isNamed ? t('account.invitation.subject', { inviter, organization }) : t('account.invitation.subjectUnnamed', { organization }),
    heading: t('account.invitation.heading', { organization }),
    paragraphs: [
      isNamed ? t('account.invitation.body', { inviter, organization, role }) : t('account.invitation.bodyUnnamed', { organization, role }),
      t('account.invitation.once', { at: figures.moment(payload.expiresAt) }),
    ],
    facts: [],
    action: { label: t('account.invitation.action'), url: `${publicUrl()}/invitation/${openInvitationToken(payload.sealedToken)}` },
  }
}

export function wordPasswordReset(payload: MessagePayload<'password_reset'>, { t, figures }: Scene): Worded {
  return {
    subject: t('account.passwordReset.subject'),
    heading: t('account.passwordReset.heading'),
    paragraphs: [t('account.passwordReset.body', { email: payload.email }), t('account.passwordReset.once', { at: figures.moment(payload.expiresAt) })],
    facts: [],
    action: { label: t('account.passwordReset.action'), url: `${publicUrl()}/password/${openInvitationToken(payload.sealedToken)}` },
  }
}

export function wordMagicLink(payload: MessagePayload<'magic_link'>, { t, figures, brand }: Scene): Worded {
  const { email, sealedToken, nextPath } = payload
  const query = nextPath === '/' ? '' : `?${new URLSearchParams({ next: nextPath })}`
  return {
    subject: t('account.magicLink.subject', { brand: brand.name }),
    heading: t('account.magicLink.heading', { brand: brand.name }),
    paragraphs: [t('account.magicLink.body', { email }), t('account.magicLink.once', { at: figures.moment(payload.expiresAt) })],
    facts: [],
    action: { label: t('account.magicLink.action'), url: `${publicUrl()}/sign-in/link/${openInvitationToken(sealedToken)}${query}` },
  }
}

/** Nobody's second step goes away unnoticed: whoever did not do it themselves reads here what to do. */
export function wordSecondStepChanged({ email, change, ...about }: MessagePayload<'second_step_changed'>, { t }: Scene): Worded {
  return {
    subject: t(`account.secondStep.subject.${change}`),
    heading: t(`account.secondStep.subject.${change}`),
    paragraphs: [t(`account.secondStep.body.${change}`, { email }), t('account.secondStep.notYou')],
    facts: [],
    action: { label: t('account.secondStep.action'), url: pageOf(about, '/settings') },
  }
}
