import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { requestSignInLinkAction, signInAction } from '@/app/actions/account'
import { askForPasskeySignInAction, signInWithPasskeyAction } from '@/app/actions/passkeys'
import { Entrance } from '@/components/auth/entrance'
import { PasskeyButton } from '@/components/auth/passkey-button'
import { ProviderButtons } from '@/components/auth/provider-buttons'
import { SignInForm } from '@/components/auth/sign-in-form'
import { forgottenPasswordPath, secondStepPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { Notice } from '@/components/ui/notice'
import { TextLink } from '@/components/ui/text-link'
import { identityProviders } from '@/lib/auth/identity-providers'
import { publicUrl } from '@/lib/auth/public-url'
import { relyingParty } from '@/lib/auth/relying-party'
import { safeReturnPath } from '@/lib/auth/return-path'
import { LINK_MINUTES } from '@/lib/auth/sign-in-link'
import { getBrand } from '@/lib/platform/brand'

type Props = { searchParams: Promise<{ next?: string | string[]; reason?: string | string[]; error?: string | string[]; callbackUrl?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.signIn')
  return { title: t('title') }
}

/** Also for somebody who is signed in: an invitation may be for their other account. */
export default async function SignInPage({ searchParams }: Props) {
  const { next, reason, error, callbackUrl } = await searchParams
  const [t, e] = await Promise.all([getTranslations('auth.signIn'), getTranslations('entrance')])
  const path = safeReturnPath(typeof next === 'string' ? next : pathOf(callbackUrl))
  const providers = identityProviders().map(({ id, name }) => ({ id, name }))
  const notice = reason === 'ended' ? t('sessionEnded') : reason === 'signed_out' ? t('signedOut') : null
  return (
    <ClientMessages namespaces={['auth', 'entrance', 'passkeys']}>
      <Entrance footer={t('noAccount')} lead={t('lead')} title={e('signInTo', { company: getBrand().name })}>
        <SignInForm
          codePath={secondStepPath(path)}
          forgotten={
            <p className="text-sm">
              <TextLink href={forgottenPasswordPath}>{t('forgotten')}</TextLink>
            </p>
          }
          linkMinutes={LINK_MINUTES}
          next={path}
          notice={error ? <Notice tone="danger">{e('provider.brokenOff')}</Notice> : notice && <Notice>{notice}</Notice>}
          requestLink={process.env.SMTP_URL ? requestSignInLinkAction : null}
          signIn={signInAction}
        >
          {relyingParty() && <PasskeyButton ask={askForPasskeySignInAction} next={path} pass={signInWithPasskeyAction} />}
          {providers.length > 0 && <ProviderButtons next={path} providers={providers} />}
        </SignInForm>
      </Entrance>
    </ClientMessages>
  )
}

/** Where somebody wanted to go who comes back from an identity provider that did not let them in. */
function pathOf(callbackUrl: string | string[] | undefined): string | undefined {
  return typeof callbackUrl === 'string' && callbackUrl.startsWith(`${publicUrl()}/`) ? callbackUrl.slice(publicUrl().length) : undefined
}
