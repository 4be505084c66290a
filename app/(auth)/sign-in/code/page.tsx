import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { askForPasskeyStepAction, passPasskeyStepAction } from '@/app/actions/passkeys'
import { passSecondStepAction } from '@/app/actions/second-step'
import { Entrance } from '@/components/auth/entrance'
import { OrLine } from '@/components/auth/or-line'
import { PasskeyButton } from '@/components/auth/passkey-button'
import { SecondStepForm } from '@/components/auth/second-step-form'
import { signInTo } from '@/components/layout/routes'
import { ClientMessages } from '@/components/messages/client-messages'
import { TextLink } from '@/components/ui/text-link'
import { relyingParty } from '@/lib/auth/relying-party'
import { safeReturnPath } from '@/lib/auth/return-path'
import { findSecondFactor } from '@/lib/auth/second-factor'
import { asPerson, findWaiting } from '@/lib/auth/second-step'

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.entrance')
  return { title: t('title'), robots: { index: false } }
}

/** The second step of signing in; whoever has not done the first, or too long ago, begins again. */
export default async function SecondStepPage({ searchParams }: Props) {
  const { next } = await searchParams
  const path = safeReturnPath(typeof next === 'string' ? next : undefined)
  const account = await findWaiting()
  if (!account) redirect(signInTo(path))
  const [t, k, present] = await Promise.all([getTranslations('secondStep.entrance'), getTranslations('passkeys'), findSecondFactor(asPerson(account))])
  return (
    <ClientMessages namespaces={['secondStep', 'passkeys']}>
      <Entrance
        footer={
          <p>
            {t('lost')} <TextLink href={signInTo(path)}>{t('back')}</TextLink>
          </p>
        }
        lead={t('lead', { email: account.email })}
        title={t('title')}
      >
        <div className="flex flex-col gap-6">
          <SecondStepForm again={signInTo(path)} next={path} pass={passSecondStepAction} />
          {present?.hasPasskey && relyingParty() && (
            <>
              <OrLine>{k('or')}</OrLine>
              <PasskeyButton ask={askForPasskeyStepAction} next={path} pass={passPasskeyStepAction} />
            </>
          )}
        </div>
      </Entrance>
    </ClientMessages>
  )
}
