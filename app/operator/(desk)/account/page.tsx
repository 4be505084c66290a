import type { Metadata } from 'next'
import { getTranslations } from 'next-intl/server'
import {
  offerOperatorSecondFactorAction,
  renewOperatorRecoveryCodesAction,
  turnOffOperatorSecondFactorAction,
  turnOnOperatorSecondFactorAction,
} from '@/app/actions/operator/second-step'
import { PageShell } from '@/components/layout/page-shell'
import { ClientMessages } from '@/components/messages/client-messages'
import { SecondStep } from '@/components/settings/second-step'
import { Card } from '@/components/ui/card'
import { asOperator, requireOperator } from '@/lib/auth/present-operator'
import { findSecondFactor } from '@/lib/auth/second-factor'

export async function generateMetadata(): Promise<Metadata> {
  const t = await getTranslations('desk.account')
  return { title: t('title') }
}

/** How an operator signs in. */
export default async function DeskAccountPage() {
  const operator = await requireOperator('/operator/account')
  const [t, s, present] = await Promise.all([getTranslations('desk.account'), getTranslations('secondStep'), findSecondFactor(asOperator(operator))])
  return (
    <PageShell description={t('description', { email: operator.email })} title={t('title')} width="reading">
      <ClientMessages namespaces={['secondStep']}>
        <Card description={s('hint')} title={s('title')}>
          <SecondStep
            email={operator.email}
            hasPassword
            offer={offerOperatorSecondFactorAction}
            present={present}
            renew={renewOperatorRecoveryCodesAction}
            turnOff={turnOffOperatorSecondFactorAction}
            turnOn={turnOnOperatorSecondFactorAction}
          />
        </Card>
      </ClientMessages>
    </PageShell>
  )
}
