import { notFound } from 'next/navigation'
import { Entrance } from '@/components/auth/entrance'
import { InvitationForm } from '@/components/auth/invitation-form'
import { InvitationProblem } from '@/components/auth/invitation-problem'
import { PortalForm } from '@/components/auth/portal-form'
import { ProviderButtons } from '@/components/auth/provider-buttons'
import { SignInForm } from '@/components/auth/sign-in-form'
import { SignInLinkForm } from '@/components/auth/sign-in-link-form'
import { ClientMessages } from '@/components/messages/client-messages'
import { messages } from '@/components/messages/en'
import { Notice } from '@/components/ui/notice'
import { requireOpenGallery } from '../../open'

async function refuseSignIn() {
  'use server'
  return { ok: false as const, error: { code: 'invalid_credentials' } }
}

async function refuseInvitation() {
  'use server'
  return { ok: false as const, error: { code: 'invitation_expired' as const, expiredAt: '2026-05-19T14:30:00Z' } }
}

const PROVIDERS = [
  { id: 'google', name: 'Google' },
  { id: 'github', name: 'GitHub' },
  { id: 'entra', name: 'Microsoft' },
  { id: 'oidc', name: 'Example ID' },
]

const VIEWS = {
  'sign-in': (
    <Entrance footer={messages.auth.signIn.noAccount} lead={messages.auth.signIn.lead} title={messages.auth.signIn.title}>
      <SignInForm
        codePath="/gallery"
        linkMinutes={15}
        next="/gallery"
        notice={<Notice>{messages.auth.signIn.sessionEnded}</Notice>}
        requestLink={refuseSignIn}
        signIn={refuseSignIn}
      >
        <ProviderButtons next="/gallery" providers={PROVIDERS} />
      </SignInForm>
    </Entrance>
  ),
  invitation: (
    <Entrance lead="Ada Lovelace invites you to join as admin." title="Join Analytical Engines Ltd.">
      <InvitationForm
        accept={refuseInvitation}
        email="grace@example.com"
        expiresAt="2026-05-19T14:30:00Z"
        name={null}
        needsAccount
        organization="Analytical Engines Ltd."
        passwordMinimum={12}
      />
    </Entrance>
  ),
  link: (
    <Entrance lead="You are about to sign in as grace@example.com." title={messages.entrance.link.title}>
      <SignInLinkForm next="/gallery" token="unknown" />
    </Entrance>
  ),
  portal: (
    <Entrance
      lead="You are signed in here as ada@example.com. This link signs you in as grace@example.com, who takes their place in this browser."
      title={messages.entrance.portal.confirmTitle}
    >
      <PortalForm other="grace@example.com" token="unknown" />
    </Entrance>
  ),
  problem: (
    <Entrance title="Join Analytical Engines Ltd.">
      <InvitationProblem refusal={{ code: 'sign_in_required', email: 'grace@example.com' }} />
    </Entrance>
  ),
}

/** The pages before one is in, without what they would change. */
export default async function GalleryEntrancePage({ params }: { params: Promise<{ view: string }> }) {
  const { view } = await params
  await requireOpenGallery()
  if (!(view in VIEWS)) notFound()
  return <ClientMessages namespaces={['auth', 'entrance']}>{VIEWS[view as keyof typeof VIEWS]}</ClientMessages>
}
