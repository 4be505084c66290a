import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { signInOperatorAction } from '@/app/actions/operator/entrance'
import { askForOperatorPasskeySignInAction, signInOperatorWithPasskeyAction } from '@/app/actions/operator/passkeys'
import { Entrance } from '@/components/auth/entrance'
import { PasskeyButton } from '@/components/auth/passkey-button'
import { SignInForm } from '@/components/auth/sign-in-form'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskSecondStepPath } from '@/components/operator/desk-routes'
import { Notice } from '@/components/ui/notice'
import { relyingParty } from '@/lib/auth/relying-party'
import { deskReturnPath } from '@/lib/auth/return-path'

type Props = { searchParams: Promise<{ next?: string | string[]; reason?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.signIn')
  return { title: t('title'), robots: { index: false } }
}

/** A sign-in of its own: customers' accounts open nothing here (G85). */
export default async function OperatorSignInPage({ searchParams }: Props) {
  const { next, reason } = await searchParams
  const [t, s] = await Promise.all([getTranslations('desk.signIn'), getTranslations('auth.signIn')])
  const notice = reason === 'ended' ? s('sessionEnded') : reason === 'signed_out' ? s('signedOut') : null
  const path = deskReturnPath(next)
  return (
    <ClientMessages namespaces={['auth', 'entrance', 'passkeys']}>
      <Entrance footer={<p>{t('noAccount')}</p>} lead={t('lead')} title={t('title')}>
        <SignInForm codePath={deskSecondStepPath(path)} next={path} notice={notice && <Notice>{notice}</Notice>} signIn={signInOperatorAction}>
          {relyingParty() && <PasskeyButton ask={askForOperatorPasskeySignInAction} next={path} pass={signInOperatorWithPasskeyAction} />}
        </SignInForm>
      </Entrance>
    </ClientMessages>
  )
}
