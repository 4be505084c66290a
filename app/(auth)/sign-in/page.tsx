import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import { signInAction } from '@/app/actions/account'
import { Entrance } from '@/components/auth/entrance'
import { SignInForm } from '@/components/auth/sign-in-form'
import { forgottenPasswordPath } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { TextLink } from '@/components/ui/text-link'
import { safeReturnPath } from '@/lib/auth/return-path'

type Props = { searchParams: Promise<{ next?: string | string[]; reason?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('auth.signIn')
  return { title: t('title') }
}

/** Also for somebody who is signed in: an invitation may be for their other account. */
export default async function SignInPage({ searchParams }: Props) {
  const { next, reason } = await searchParams
  const t = await getTranslations('auth.signIn')
  return (
    <ClientMessages namespaces={['auth']}>
      <Entrance
        footer={
          <div className="flex flex-col gap-2">
            <p>
              <TextLink href={forgottenPasswordPath}>{t('forgotten')}</TextLink>
            </p>
            <p>{t('noAccount')}</p>
          </div>
        }
        lead={t('lead')}
        title={t('title')}
      >
        <SignInForm
          next={safeReturnPath(typeof next === 'string' ? next : undefined)}
          reason={reason === 'ended' || reason === 'signed_out' ? reason : undefined}
          signIn={signInAction}
        />
      </Entrance>
    </ClientMessages>
  )
}
