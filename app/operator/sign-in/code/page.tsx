import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { passOperatorSecondStepAction } from '@/app/actions/operator/entrance'
import { askForOperatorPasskeyStepAction, passOperatorPasskeyStepAction } from '@/app/actions/operator/passkeys'
import { Entrance } from '@/components/auth/entrance'
import { OrLine } from '@/components/auth/or-line'
import { PasskeyButton } from '@/components/auth/passkey-button'
import { SecondStepForm } from '@/components/auth/second-step-form'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskSignInPath } from '@/components/operator/desk-routes'
import { TextLink } from '@/components/ui/text-link'
import { asOperator, findWaitingOperator } from '@/lib/auth/present-operator'
import { relyingParty } from '@/lib/auth/relying-party'
import { deskReturnPath } from '@/lib/auth/return-path'
import { findSecondFactor } from '@/lib/auth/second-factor'

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.entrance')
  return { title: t('title'), robots: { index: false } }
}

/** The second step of an operator's sign-in. */
export default async function OperatorSecondStepPage({ searchParams }: Props) {
  const operator = await findWaitingOperator()
  if (!operator) redirect(deskSignInPath)
  const path = deskReturnPath((await searchParams).next)
  const [t, k, present] = await Promise.all([getTranslations('secondStep.entrance'), getTranslations('passkeys'), findSecondFactor(asOperator(operator))])
  return (
    <ClientMessages namespaces={['secondStep', 'passkeys']}>
      <Entrance
        footer={
          <p>
            {t('lostOperator')} <TextLink href={deskSignInPath}>{t('back')}</TextLink>
          </p>
        }
        lead={t('lead', { email: operator.email })}
        title={t('title')}
      >
        <div className="flex flex-col gap-6">
          <SecondStepForm again={deskSignInPath} next={path} pass={passOperatorSecondStepAction} />
          {present?.hasPasskey && relyingParty() && (
            <>
              <OrLine>{k('or')}</OrLine>
              <PasskeyButton ask={askForOperatorPasskeyStepAction} next={path} pass={passOperatorPasskeyStepAction} />
            </>
          )}
        </div>
      </Entrance>
    </ClientMessages>
  )
}
