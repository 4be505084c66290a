import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { passOperatorSecondStepAction } from '@/app/actions/operator/entrance'
import { Entrance } from '@/components/auth/entrance'
import { SecondStepForm } from '@/components/auth/second-step-form'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskSignInPath } from '@/components/operator/desk-routes'
import { TextLink } from '@/components/ui/text-link'
import { findWaitingOperator } from '@/lib/auth/present-operator'
import { deskReturnPath } from '@/lib/auth/return-path'

type Props = { searchParams: Promise<{ next?: string | string[] }> }

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.entrance')
  return { title: t('title'), robots: { index: false } }
}

/** The second step of an operator's sign-in. */
export default async function OperatorSecondStepPage({ searchParams }: Props) {
  const operator = await findWaitingOperator()
  if (!operator) redirect(deskSignInPath)
  const t = await getTranslations('secondStep.entrance')
  return (
    <ClientMessages namespaces={['secondStep']}>
      <Entrance
        footer={
          <p>
            {t('lostOperator')} <TextLink href={deskSignInPath}>{t('back')}</TextLink>
          </p>
        }
        lead={t('lead', { email: operator.email })}
        title={t('title')}
      >
        <SecondStepForm again={deskSignInPath} next={deskReturnPath((await searchParams).next)} pass={passOperatorSecondStepAction} />
      </Entrance>
    </ClientMessages>
  )
}
