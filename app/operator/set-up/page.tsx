import type { Metadata } from 'next'
import { redirect } from 'next/navigation'
import { getTranslations } from 'next-intl/server'
import { leaveDeskAction } from '@/app/actions/operator/entrance'
import { Entrance } from '@/components/auth/entrance'
import { ClientMessages } from '@/components/messages/client-messages'
import { deskPath, deskSignInPath } from '@/components/operator/desk-routes'
import { OwnSecondStep } from '@/components/settings/own-second-step'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/card'
import { LinkButton } from '@/components/ui/link-button'
import { getSignedInOperator } from '@/lib/auth/present-operator'
import { loadOperatorSecondStep } from '../load-operator-second-step'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('secondStep.duty')
  return { title: t('title'), robots: { index: false } }
}

/** For an operator who lacks the second step that this installation asks of them. They stay until they have kept their recovery codes. */
export default async function OperatorSetUpPage() {
  const operator = await getSignedInOperator()
  if (!operator) redirect(deskSignInPath)
  const [t, secondStep] = await Promise.all([getTranslations('secondStep.duty'), loadOperatorSecondStep(operator)])
  return (
    <ClientMessages namespaces={['secondStep', 'passkeys']}>
      <Entrance
        footer={
          <form action={leaveDeskAction}>
            <Button type="submit">{t('signOut')}</Button>
          </form>
        }
        lead={t('leadDesk')}
        title={t('title')}
      >
        <OwnSecondStep {...secondStep} frame={Section} />
        {secondStep.app.present && (
          <LinkButton href={deskPath('organizations')} variant="primary">
            {t('goOn')}
          </LinkButton>
        )}
      </Entrance>
    </ClientMessages>
  )
}
